import { describe, expect, it } from 'vitest'
import { createFormats } from './format.ts'

describe('numbers and times', () => {
  const formats = createFormats('en', 'Asia/Kolkata')

  it("are in the viewer's zone, the day left out for today alone", () => {
    const now = new Date('2026-01-02T20:00:00Z')
    expect(formats.time('2026-01-02T20:30:00Z')).toBe('3 Jan 2026, 02:00:00')
    expect(formats.shortTime('2026-01-02T20:30:00Z', now)).toBe('02:00')
    // The same day in London, yesterday in Kolkata.
    expect(formats.shortTime('2026-01-02T18:00:00Z', now)).toBe('2 Jan, 23:30')
  })

  it('have units that fit', () => {
    expect([0, 999, 1000, 123_456_789].map(formats.bytes)).toEqual(['0 B', '999 B', '1 kB', '123.5 MB'])
    expect(formats.bytes(null)).toBe('–')
    expect(formats.score(0.5)).toBe('0.500')
    expect(formats.score(null)).toBe('–')
    expect(formats.percent(0.043)).toBe('4.3%')
    expect([0, 0.00012, 0.0099, 1].map(formats.percent)).toEqual(['0%', '0.012%', '1%', '100%'])
    expect(formats.milliseconds(1234.5)).toBe('1,235 ms')
  })

  it('keep Latin digits in Hindi', () => {
    const hindi = createFormats('hi', 'Asia/Kolkata')
    expect(hindi.count(1234567)).toBe('12,34,567')
    expect(hindi.time('2026-01-02T20:30:00Z')).toMatch(/^3 \S+ 2026/)
  })
})

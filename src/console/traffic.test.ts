import { expect, it } from 'vitest'
import { percentile } from './traffic.ts'

it('a percentile counts each value as often as it came', () => {
  expect(percentile([], 0.5)).toBeNull()
  expect(percentile([[70, 1]], 0.95)).toBe(70)
  const times = [
    [500, 5],
    [10, 94],
    [90, 1],
  ] as const
  expect(percentile(times, 0.5)).toBe(10)
  expect(percentile(times, 0.95)).toBe(90)
  expect(percentile(times, 0.96)).toBe(500)
})

import { describe, expect, it } from 'vitest'
import { drawPadDet } from './charts.ts'
import { type JudgedCapture, reportPad } from './pad-report.ts'
import { padPage, padTables } from './pad-tables.ts'
import { toHtml } from './report-page.ts'

let number = 0
function capture(instrument: string, score: number | null, person: string | null = null): JudgedCapture {
  number++
  const reason = score === null ? 'no_face' : null
  return { path: `${number}.jpg`, bonafide: instrument === '', instrument, person, score, reason }
}

describe('an attack detection report', () => {
  const judged = [
    ...[0.9, 0.8, 0.4, null].map((score) => capture('', score)),
    ...[0.1, 0.2, 0.3, 0.6].map((score) => capture('print', score)),
    ...[0.1, 0.7, null].map((score) => capture('screen', score)),
  ]
  const report = reportPad(judged, 0.5)

  it('counts each instrument apart, and the worst one is the APCER', () => {
    expect(report.instruments).toMatchObject([
      { name: 'print', apcer: { errors: 1, trials: 4, share: 0.25 }, apnrr: { errors: 0, trials: 4 } },
      { name: 'screen', apcer: { errors: 1, trials: 2, share: 0.5 }, apnrr: { errors: 1, trials: 3 } },
    ])
    expect(report.worst?.name).toBe('screen')
  })

  it('counts what was not judged apart from errors', () => {
    expect(report.bpcer).toMatchObject({ errors: 1, trials: 3 })
    expect(report.bpnrr).toMatchObject({ errors: 1, trials: 4 })
  })

  it('moves with the threshold: a capture at it is bona fide', () => {
    expect(reportPad(judged, 0.4).bpcer.errors).toBe(0)
    expect(reportPad(judged, 0.7).instruments.map(({ apcer }) => apcer.errors)).toEqual([0, 1])
  })

  it('has the trade-off of both errors, and nothing in it that JSON lacks', () => {
    expect(report.det.at(-1)).toEqual({ threshold: 0.9, apcer: 0, bpcer: 1 })
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(drawPadDet(report)).not.toContain('NaN')
  })

  it('has wider intervals where captures are of the same few people', () => {
    const scores = Array.from({ length: 40 }, (_, index) => ({ score: index < 20 ? 0.9 : 0.1, index }))
    const width = (person: (index: number) => string) => {
      const of = scores.map(({ score, index }) => capture('', score, person(index)))
      const { interval } = reportPad(of, 0.5).bpcer
      return interval!.high - interval!.low
    }
    expect(width((index) => `${Math.floor(index / 10)}`)).toBeGreaterThan(2 * width(String))
  })

  it('claims no interval from one person, and nothing of what is not there', () => {
    const alone = reportPad([capture('', 0.9, 'a'), capture('', 0.1, 'a')], 0.5)
    expect(alone.bpcer).toEqual({ errors: 1, trials: 2, share: 0.5, interval: null })
    expect(alone).toMatchObject({ worst: null, equalError: null, areaUnderCurve: null, det: [] })
    expect(padTables(alone)[0]?.rows[1]).toEqual(['live: BPCER', '2', '50.0 %', '1 of 2', '0 (0.0 %)'])
  })

  it('escapes the names of folders in its page', () => {
    const report = reportPad([capture('', 0.9), capture('<script>', 0.1)], 0.5)
    const html = toHtml(padPage(report, drawPadDet(report)))
    expect(html).toContain('&lt;script&gt;: APCER')
    expect(html).not.toContain('<script>')
  })
})

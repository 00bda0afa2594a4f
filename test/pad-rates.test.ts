import { describe, expect, it } from 'vitest'
import { bestOfChanges } from '../bench/pad-changes.ts'
import { groupInterval } from '../bench/pad-tables.ts'
import type { Verdict } from '../bench/pad-verdicts.ts'
import {
  apcer,
  apcerAtBpcer,
  areaInterval,
  areaUnderCurve,
  bpcer,
  calibrationBins,
  equalError,
  rateOf,
} from '../src/evaluation/pad-rates.ts'

const bonafide = (...scores: number[]) => scores.map((score) => ({ score, bonafide: true }))
const attacks = (...scores: number[]) => scores.map((score) => ({ score, bonafide: false }))

describe('error rates of attack detection', () => {
  it('counts an attack at the threshold as passed and a bona fide picture at it as accepted', () => {
    const judged = [...attacks(0.1, 0.5, 0.7), ...bonafide(0.2, 0.5, 0.9, 0.95)]
    expect(apcer(judged, 0.5)).toMatchObject({ errors: 2, trials: 3 })
    expect(bpcer(judged, 0.5)).toMatchObject({ errors: 1, trials: 4 })
  })

  it('gives the interval of Wilson, which does not collapse at no errors', () => {
    const none = rateOf(0, 100)
    expect(none.low).toBe(0)
    expect(none.high).toBeCloseTo(0.037, 3)
    const half = rateOf(50, 100)
    expect(half.low).toBeCloseTo(0.4038, 3)
    expect(half.high).toBeCloseTo(0.5962, 3)
  })

  it('ranks: 1 when apart, 0.5 when equal, ties half', () => {
    expect(areaUnderCurve([...attacks(0.1, 0.2), ...bonafide(0.3, 0.4)])).toBe(1)
    expect(areaUnderCurve([...attacks(0.5, 0.5), ...bonafide(0.5, 0.5)])).toBe(0.5)
    expect(areaUnderCurve([...attacks(0.1, 0.4), ...bonafide(0.2, 0.3)])).toBe(0.5)
    expect(areaUnderCurve(attacks(0.1))).toBeNaN()
    const [low, high] = areaInterval([...attacks(0.1, 0.2, 0.5), ...bonafide(0.3, 0.4, 0.9)])
    expect(low).toBeLessThan(7 / 9)
    expect(high).toBeGreaterThan(7 / 9)
  })

  it('weighs the bins of the calibration curve', () => {
    const bins = calibrationBins([
      { score: 0.95, bonafide: true, weight: 3 },
      { score: 1, bonafide: false, weight: 1 },
      { score: 0.04, bonafide: false, weight: 2 },
    ])
    expect(bins).toHaveLength(2)
    expect(bins[0]).toEqual({ predicted: 0.04, observed: 0, count: 1 })
    expect(bins[1]?.observed).toBeCloseTo(0.75)
    expect(bins[1]?.predicted).toBeCloseTo((3 * 0.95 + 1) / 4)
  })

  it('finds the threshold of equal error, and what passes where so many bona fide are refused', () => {
    const judged = [...attacks(0.1, 0.2, 0.3, 0.8), ...bonafide(0.25, 0.6, 0.7, 0.9)]
    expect(equalError(judged)).toBe(0.25)
    expect(apcerAtBpcer(judged, 0.25)).toBe(0.25)
    expect(apcerAtBpcer(judged, 0.1)).toBe(0.5)
    expect(equalError(attacks(0.1))).toBeNaN()
  })

  it('draws groups, not pictures, for its intervals', () => {
    const rows = ['a', 'a', 'a', 'b'].map((group) => ({ group }))
    const share = (of: { group: string }[]) => (of[0]?.group === 'a' ? 1 : 0)
    expect(groupInterval(rows, share)).toEqual([0, 1])
  })

  it('counts an attack as turned when any change of it is live, and only attacks that were changed', () => {
    const one = (path: string, variant: string, score: number, reason = '') =>
      ({ path, variant, score, reason, bonafide: false }) as Verdict
    const rows = [
      one('a', 'plain', 0.1),
      one('a', 'blur', 0.6),
      one('b', 'plain', 0.2),
      one('b', 'blur', 0.9, 'blurred'),
      one('c', 'plain', 0.9),
    ]
    expect(bestOfChanges(rows)).toEqual({ attacks: 2, plain: 0, best: 0.5 })
  })
})

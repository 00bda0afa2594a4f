/** Reports are made up: what calibrating does to real cameras is measured by `npm run eval:calibrate`. */
import { describe, expect, it } from 'vitest'
import { stubReport } from '../../test/support/stub-engine.ts'
import { calibrate, fitOffset, moveScore } from './calibration.ts'

/** 101 scores, evenly spread. */
const spread = (from: number, to: number) =>
  Array.from({ length: 101 }, (_, index) => from + (index / 100) * (to - from))

describe('a calibration', () => {
  it('leaves one bona fide capture in twenty below the threshold', () => {
    for (const [from, to] of [
      [0.2, 0.6],
      [0.6, 0.99],
    ] as const) {
      const scores = spread(from, to)
      const offset = fitOffset(scores, 0.5, { refused: 0.05, weight: 1 })
      expect(scores.filter((score) => moveScore(score, offset) < 0.5)).toHaveLength(5)
    }
  })

  it('goes no further than three log-odds, and as much of the way as it is given', () => {
    expect(fitOffset(spread(0, 0.001), 0.5)).toBe(3)
    expect(fitOffset(spread(0.9999, 1), 0.5)).toBe(-3)
    const whole = fitOffset(spread(0.2, 0.6), 0.5, { refused: 0.05, weight: 1 })
    expect(fitOffset(spread(0.2, 0.6), 0.5, { refused: 0.05, weight: 0.5 })).toBeCloseTo(whole / 2)
  })

  it('keeps the order of scores, and every score a probability', () => {
    const moved = [0, 0.1, 0.5, 0.9, 1].map((score) => moveScore(score, 2))
    expect(moved).toEqual(moved.toSorted((a, b) => a - b))
    for (const score of moved) expect(score).toBeGreaterThanOrEqual(0)
    expect(Math.max(...moved)).toBeLessThanOrEqual(1)
    expect(moveScore(0.3, 0)).toBe(0.3)
  })

  it('moves nothing of a report but its score, and nothing that was not judged', () => {
    const report = stubReport({ subject: { liveness: { judged: true, score: 0.4, cues: [] } } })
    const moved = calibrate(report, 1)
    expect(moved).toEqual({
      ...report,
      subject: { ...report.subject, liveness: { judged: true, score: moveScore(0.4, 1), cues: [] } },
    })
    expect(report.subject?.liveness).toMatchObject({ score: 0.4 })
    for (const unmoved of [
      stubReport({ faces: 0 }),
      stubReport({ subject: { liveness: null } }),
      stubReport({ subject: { liveness: { judged: false, reason: 'too_dark', cues: [] } } }),
    ]) {
      expect(calibrate(unmoved, 1)).toBe(unmoved)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { goodSubject, stubReport } from '../../test/support/stub-engine.ts'
import { hasSeveralFaces, judgePassive } from './passive.ts'

const judged = (score: number) => stubReport({ subject: { liveness: { judged: true, score, cues: [] } } })

describe('judgePassive', () => {
  it.each([
    [0.49, 'spoof', false],
    [0.5, 'live', true],
    [0.56, 'live', true],
    [0.7, 'live', false],
    [0.2, 'spoof', false],
  ])('a probability of %f is %s', (score, outcome, review) => {
    const verdict = judgePassive(judged(score), { threshold: 0.5, reviewBand: score === 0.49 ? 0 : 0.1 })
    expect(verdict).toEqual({ outcome, score, review, severalFaces: false })
  })

  it('names no face, and never judges one that cannot be judged', () => {
    expect(judgePassive(stubReport({ faces: 0 }), { threshold: 0.5 })).toEqual({
      outcome: 'no_face',
      severalFaces: false,
    })
    const dark = stubReport({ subject: { liveness: { judged: false, reason: 'too_dark', cues: [] } } })
    expect(judgePassive(dark, { threshold: 0.5 })).toEqual({
      outcome: 'unjudgeable',
      reason: 'too_dark',
      severalFaces: false,
    })
  })

  it('refuses a report without a liveness measurement', () => {
    expect(() => judgePassive(stubReport({ subject: { liveness: null } }), { threshold: 0.5 })).toThrow(
      RangeError,
    )
  })
})

describe('hasSeveralFaces', () => {
  const face = (width: number) => ({ ...goodSubject(), box: { x: 0, y: 0, width, height: width } })
  it.each([
    [[], false],
    [[200], false],
    [[210, 69], false],
    [[210, 70], true],
    [[200, 190, 10], true],
  ])('%j', (widths, expected) => {
    expect(hasSeveralFaces(widths.map(face))).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { agedReport, goodSubject, stubReport } from '../../test/support/stub-engine.ts'
import type { FaceReport } from '../engine/types.ts'
import { likenessAt, yearsOf } from './likeness.ts'
import { judgeMatch } from './match.ts'

// Invented ages stand for measured ones: what the estimate is worth is measured by eval:traits.
describe('a similarity', () => {
  it('counts as it was measured from 20 years on', () => {
    for (const years of [20, 33, 90]) expect(likenessAt(0.8, years)).toBe(0.8)
  })

  it.each([
    [16, 0.8, 0.736],
    [12, 0.9, 0.814],
    [8, 0.9, 0.754],
    [8, 0.89, 0.733],
    [4, 0.95, 0.619],
    [2, 0.97, 0.588],
  ])('counts less the younger the face: at %d years %d becomes %d', (years, measured, counted) => {
    expect(likenessAt(measured, years)).toBeCloseTo(counted, 2)
  })

  it('rises with what was measured and with age, and keeps to 0..1', () => {
    for (const years of [0, 5, 8, 12, 19.9]) {
      expect(likenessAt(0, years)).toBe(0)
      expect(likenessAt(1, years)).toBe(1)
      expect(likenessAt(0.7, years)).toBeLessThan(likenessAt(0.8, years))
      expect(likenessAt(0.8, years)).toBeLessThan(likenessAt(0.8, years + 1))
    }
  })
})

describe('the age of a comparison', () => {
  it('is the mean of its pictures', () => {
    expect(yearsOf(agedReport(10), agedReport(16))).toBe(13)
  })

  it('may come from the estimate of every face', () => {
    const report = stubReport({ subject: { allTraits: null } })
    const { age, gender } = goodSubject().allTraits!
    report.faces[0]!.traits = { age, gender }
    expect(yearsOf(report)).toBe(age.years)
  })

  it('is never guessed', () => {
    expect(() => yearsOf(stubReport({ subject: { allTraits: null } }))).toThrow(RangeError)
  })
})

describe('judgeMatch', () => {
  const judge = (first: FaceReport, second: FaceReport, similarity: number, reviewBand = 0) =>
    judgeMatch({ first, second, similarity, cosine: 0.5 }, { threshold: 0.75, reviewBand })

  it('takes two adults for one person where it takes two children for two', () => {
    expect(judge(agedReport(30), agedReport(33), 0.85)).toEqual({
      outcome: 'same',
      similarity: 0.85,
      review: false,
    })
    expect(judge(agedReport(9), agedReport(11), 0.85)).toMatchObject({ outcome: 'different', review: false })
  })

  it('asks for review when people who look young match', () => {
    expect(judge(agedReport(15), agedReport(17), 0.95)).toMatchObject({ outcome: 'same', review: true })
  })

  it('compares the four decimals that answers show', () => {
    expect(judge(agedReport(30), agedReport(30), 0.74996)).toMatchObject({
      outcome: 'same',
      similarity: 0.75,
    })
  })
})

/** Reports are made up: what is measured of a face is tested with the engine. */
import { expect, it } from 'vitest'
import { agedReport, stubReport } from '../../test/support/stub-engine.ts'
import { judgeAge } from './age.ts'

// agedReport's range is four years to either side and holds the true age in 80 of 100 cases.
it.each([
  [30, 18, 'reached'],
  [22, 18, 'reached'],
  [21, 18, 'unsure'],
  [18, 18, 'unsure'],
  [14, 18, 'unsure'],
  [13, 18, 'not_reached'],
  [5, 18, 'not_reached'],
])('an estimate of %i years for %i is %s', (years, minimum, outcome) => {
  expect(judgeAge(agedReport(years), minimum)).toMatchObject({ outcome, threshold: 0.9 })
})

it('states a probability that agrees with the verdict', () => {
  const at = (years: number) => {
    const verdict = judgeAge(agedReport(years), 18)
    return 'probability' in verdict ? verdict.probability : Number.NaN
  }
  expect([at(18), at(22), at(14)]).toEqual([0.5, expect.closeTo(0.9), expect.closeTo(0.1)])
  expect(at(40)).toBeLessThanOrEqual(1)
  expect(at(1)).toBeGreaterThanOrEqual(0)
})

it('judges nobody, and not one of several', () => {
  expect(judgeAge(stubReport({ faces: 0 }), 18)).toEqual({ outcome: 'no_face' })
  expect(judgeAge(stubReport({ faces: 2 }), 18)).toEqual({ outcome: 'several_faces' })
  expect(() => judgeAge(stubReport({ subject: { allTraits: null } }), 18)).toThrow(RangeError)
})

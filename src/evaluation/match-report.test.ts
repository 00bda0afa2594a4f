import { describe, expect, it } from 'vitest'
import { reportMatch } from './match-report.ts'

describe('a match report', () => {
  const portraits = ['a', 'a', 'b', 'b', 'c'].map((person, index) => ({
    path: `${person}/${index}`,
    person,
    index,
  }))
  /** One pair of each kind scores wrongly at 0.5. */
  const similarity = (first: (typeof portraits)[number], second: (typeof portraits)[number]) => {
    const pair = `${first.index}${second.index}`
    if (pair === '01') return 0.3
    if (pair === '24') return 0.8
    return first.person === second.person ? 0.9 : 0.1
  }
  const report = reportMatch(portraits, [{ path: 'c/blank.jpg', reason: 'no_face' }], similarity, 0.5)

  it('compares every two pictures, of one person and of two', () => {
    expect(report).toMatchObject({ people: 3, portraits: 5, genuinePairs: 2, impostorPairs: 8 })
  })

  it('counts strangers at or above the threshold and own faces below it', () => {
    expect(report.atThreshold).toMatchObject({ fmr: 1 / 8, fnmr: 1 / 2 })
    expect(report.table.find(({ similarity: at }) => at === 0.85)).toEqual({
      similarity: 0.85,
      fmr: 0,
      fnmr: 0.5,
    })
  })

  it('has intervals around both rates, over people', () => {
    const { fmrInterval, fnmrInterval } = report.atThreshold
    expect(fmrInterval!.low).toBe(0)
    expect(fmrInterval!.high).toBeGreaterThan(1 / 8)
    expect(fnmrInterval).toEqual({ low: 0, high: 1 })
  })

  it('says nothing of pairs that are not there', () => {
    const one = reportMatch(portraits.slice(0, 1), [], similarity, 0.5)
    expect(one.atThreshold).toMatchObject({ fmr: null, fnmr: null, fmrInterval: null })
  })
})

import { describe, expect, it } from 'vitest'
import { type ScreeningMatch, screen } from './screening.ts'

const match = (id: string, similarity: number, changes: Partial<ScreeningMatch> = {}): ScreeningMatch => ({
  id,
  similarity,
  list: 'none',
  approved: true,
  ...changes,
})

describe('screen', () => {
  it.each([
    ['nobody', [], null, null],
    ['somebody else', [match('a', 0.3)], null, null],
    ['a duplicate', [match('a', 0.9)], null, ['a', true]],
    ['a possible duplicate', [match('a', 0.75)], null, ['a', false]],
    ['the closest of two', [match('a', 0.9), match('b', 0.95)], null, ['b', true]],
    ['a session that was not approved', [match('a', 0.99, { approved: false })], null, null],
    ['a blocked face', [match('a', 0.9, { list: 'block' })], ['a', true], null],
    ['a possibly blocked face', [match('a', 0.72, { list: 'block' })], ['a', false], null],
    [
      'blocked and duplicate',
      [match('a', 0.9, { list: 'block' }), match('b', 0.9)],
      ['a', true],
      ['b', true],
    ],
    ['an allowed face has no duplicates', [match('a', 0.9, { list: 'allow' }), match('b', 0.9)], null, null],
    [
      'an allowed face may still be blocked',
      [match('a', 0.9, { list: 'allow' }), match('b', 0.9, { list: 'block' })],
      ['b', true],
      null,
    ],
  ])('%s', (_name, matches, blocked, duplicate) => {
    const result = screen(matches, { same: 0.85, possible: 0.7 })
    const brief = (found: { match: ScreeningMatch; certain: boolean } | null) =>
      found && [found.match.id, found.certain]
    expect(brief(result.blocked)).toEqual(blocked)
    expect(brief(result.duplicate)).toEqual(duplicate)
  })
})

import { describe, expect, it } from 'vitest'
import { parseExact, stringifyExact } from './exact-json.ts'

describe('whole numbers', () => {
  it.each([
    '{"discord_id":123456789012345678}',
    '{"a":[9007199254740993,-9007199254740993]}',
    '{"a":"123456789012345678","b":"\\"9007199254740993"}',
    `{"a":1${'0'.repeat(400)}}`,
    '{"a":1,"b":[true,null,0.5]}',
    '9007199254740993',
  ])('%s comes back as it was', (text) => {
    expect(stringifyExact(parseExact(text))).toBe(text)
  })

  it('are ordinary numbers as far as those are exact', () => {
    expect(parseExact('[9007199254740991, 1e20, 0.1]')).toEqual([9007199254740991, 1e20, 0.1])
    expect(parseExact('[9007199254740993]')).toEqual([9007199254740993n])
  })

  it.each(['{', '01', '"'])('%s is no JSON', (text) => {
    expect(() => parseExact(text)).toThrow(SyntaxError)
  })
})

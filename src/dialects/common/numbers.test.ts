import { expect, it } from 'vitest'
import { readNumber, roundScore } from './numbers.ts'

it.each(['0.5', '.5', '5.', '+1', '-2.5e-3', '1E2'])('%s is a number', (text) => {
  expect(readNumber(text)).toBe(Number(text))
})

it.each(['', ' 1', '1 ', 'Infinity', 'NaN', '0x10', '1_000', '1,5', '.', 'e5', '1e'])(
  '"%s" is none',
  (text) => {
    expect(readNumber(text)).toBeNaN()
  },
)

it('a score has four decimals', () => {
  expect(roundScore(0.123449)).toBe(0.1234)
  expect(roundScore(0.74995)).toBe(0.75)
})

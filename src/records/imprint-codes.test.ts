import { describe, expect, it } from 'vitest'
import {
  bandsOf,
  codeBits,
  codeDistance,
  codeFromText,
  codeToText,
  imprintEncoder,
  likelyBandsOf,
} from './imprint-codes.ts'

const encode = imprintEncoder(Buffer.alloc(32, 1))

/** Values of chance about the middle, mixed with `noise` of others. */
function imprint(seed: number, noise = 0): Uint8Array {
  const chance = (index: number, of: number) =>
    (Math.abs(Math.sin(index * 12.9898 + of * 78.233) * 43758.5453) % 1) - 0.5
  return Uint8Array.from(
    { length: 6400 },
    (_, i) => 128 + Math.round(100 * (chance(i, seed) + noise * chance(i, 99))),
  )
}
const distance = (first: Uint8Array, second: Uint8Array, other = encode) =>
  codeDistance(encode(first).bits, other(second).bits)

describe('codes of imprints', () => {
  it('differ in the more bits the less alike the imprints are', () => {
    expect(distance(imprint(1), imprint(1))).toBe(0)
    const near = distance(imprint(1), imprint(1, 0.25))
    const farther = distance(imprint(1), imprint(1, 0.8))
    expect(near).toBeGreaterThan(20)
    expect(near).toBeLessThan(130)
    expect(farther).toBeGreaterThan(near + 50)
    expect(Math.abs(distance(imprint(1), imprint(2)) - codeBits / 2)).toBeLessThan(80)
  })

  it('of two keys have half of their bits in common, as by chance', () => {
    const other = imprintEncoder(Buffer.alloc(32, 2))
    expect(Math.abs(distance(imprint(1), imprint(1), other) - codeBits / 2)).toBeLessThan(80)
    expect(bandsOf(encode(imprint(1)))).not.toEqual(bandsOf(other(imprint(1))))
  })

  it('share a piece with those of a copy, and seldom with others', () => {
    const shared = (first: Uint8Array, second: Uint8Array) => {
      const likely = likelyBandsOf(encode(second))
      return bandsOf(encode(first)).some((band) => likely.includes(band))
    }
    for (let seed = 1; seed <= 20; seed++) {
      expect(shared(imprint(seed), imprint(seed, 0.25)), `copy ${seed}`).toBe(true)
      expect(shared(imprint(seed), imprint(seed + 20)), `other ${seed}`).toBe(false)
    }
  })

  it('are whole after they were text', () => {
    const { bits } = encode(imprint(3))
    expect(codeFromText(codeToText(bits))).toEqual(bits)
  })

  it('have pieces that are whole numbers of their own, each among the likely ones', () => {
    const code = encode(imprint(4))
    const pieces = bandsOf(code)
    expect(new Set(pieces).size).toBe(pieces.length)
    expect(pieces.every(Number.isSafeInteger)).toBe(true)
    expect(likelyBandsOf(code)).toEqual(expect.arrayContaining(pieces))
  })
})

/**
 * Keyed digests of imprints (engine/face/imprint.ts): bits that tell how near two imprints are to who drew them with the
 * same key, and nothing to anybody else.
 */
import { hkdfSync } from 'node:crypto'
import { noDetail } from '../engine/face/imprint.ts'

/** Bits of a code. */
export const codeBits = 1024
/** The code's first bits in eight pieces, by which an index finds what may be near. */
const bands = 8
const bandBits = 24
/** In a piece, the bits that were decided most narrowly and may be the other way round in a copy. */
const doubtful = 4

export interface ImprintCode {
  bits: Uint32Array
  /** What each bit was decided by: its sign is the bit, its size how clearly. */
  margins: Float32Array
}

/** Digests imprints under one key. */
export type EncodeImprint = (imprint: Uint8Array) => ImprintCode

/**
 * The signs of random projections, which agree the more often the smaller the angle between two imprints. To project,
 * signs are flipped at random, the whole is mixed by a Walsh-Hadamard transform, and both once more. Without the key's
 * signs a code tells nothing of the face, and codes of two keys have half of their bits in common by chance.
 */
export function imprintEncoder(key: Buffer): EncodeImprint {
  const [before, between] = [randomSigns(key, 'first'), randomSigns(key, 'second')]
  return (imprint) => {
    const values = new Float32Array(projected)
    for (let i = 0; i < imprint.length; i++) values[i] = (imprint[i]! - noDetail) * before[i]!
    mix(values)
    // The first values of a second transform of the whole are the transform of its folded parts.
    const margins = new Float32Array(codeBits)
    for (let i = 0; i < projected; i++) margins[i % codeBits]! += values[i]! * between[i]!
    mix(margins)
    const bits = new Uint32Array(codeBits / 32)
    for (let i = 0; i < codeBits; i++) if (margins[i]! > 0) bits[i >> 5]! |= 1 << (i & 31)
    return { bits, margins }
  }
}

/** The pieces of a code as numbers: the piece's number and its bits. */
export function bandsOf({ margins }: ImprintCode): number[] {
  return Array.from({ length: bands }, (_, band) => bandOf(margins, band, []))
}

/** Every piece that a copy of the picture is likely to have: each with any of its doubtful bits the other way round. */
export function likelyBandsOf({ margins }: ImprintCode): number[] {
  return Array.from({ length: bands }, (_, band) => {
    const weakest = Array.from({ length: bandBits }, (_, bit) => band * bandBits + bit)
      .sort((a, b) => Math.abs(margins[a]!) - Math.abs(margins[b]!))
      .slice(0, doubtful)
    return Array.from({ length: 2 ** doubtful }, (_, choice) =>
      bandOf(
        margins,
        band,
        weakest.filter((_, index) => choice & (1 << index)),
      ),
    )
  }).flat()
}

/** @param flipped bits of the code to take the other way round */
function bandOf(margins: Float32Array, band: number, flipped: readonly number[]): number {
  let bits = band
  for (let bit = band * bandBits; bit < (band + 1) * bandBits; bit++)
    bits = 2 * bits + (margins[bit]! > 0 !== flipped.includes(bit) ? 1 : 0)
  return bits
}

/** In how many of `codeBits` two codes of one key differ: half of them between unlike imprints. */
export function codeDistance(first: Uint32Array, second: Uint32Array): number {
  let count = 0
  for (let i = 0; i < first.length; i++) {
    let rest = first[i]! ^ second[i]!
    for (; rest !== 0; rest &= rest - 1) count++
  }
  return count
}

export function codeToText(bits: Uint32Array): string {
  return Buffer.from(bits.buffer, bits.byteOffset, bits.byteLength).toString('base64')
}

export function codeFromText(text: string): Uint32Array {
  // A copy of its own: a pooled buffer need not start at a multiple of four.
  return new Uint32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

/** The next power of two above an imprint's length, which the transform needs. */
const projected = 8192

function randomSigns(key: Buffer, name: string): Int8Array {
  const stream = new Uint8Array(hkdfSync('sha256', key, '', `liveface/imprints/${name}`, projected / 8))
  return Int8Array.from({ length: projected }, (_, i) => ((stream[i >> 3]! >> (i & 7)) & 1 ? 1 : -1))
}

/** The Walsh-Hadamard transform, in place: every value becomes a sum of all, each added or taken away. */
function mix(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const first = values[i]!
        const second = values[i + half]!
        values[i] = first + second
        values[i + half] = first - second
      }
    }
  }
}

import { createHash } from 'node:crypto'
import { luma } from './luma.ts'
import type { Pixels } from './pixels.ts'
import { cropToTensor } from './warp.ts'

/** Side of the thumbnail that is transformed, and of the block of low frequencies that is kept. */
const side = 32
const kept = 8

/** Row k holds the k-th cosine of the DCT-II over `side` samples. */
const cosines = Array.from({ length: kept + 1 }, (_, k) =>
  Float64Array.from({ length: side }, (_, x) => Math.cos((Math.PI * k * (2 * x + 1)) / (2 * side))),
)

/** SHA-256 of the encoded file, 64 hex digits: tells whether the very same file was sent before. */
export function checksum(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * Perceptual hash, 64 bits as 16 hex digits: the signs of the picture's 64 lowest spatial frequencies about their
 * median (the "pHash" scheme). Re-encoding, resizing and a change of light leave most bits alone; a turn, a mirror
 * image or more than a slight crop does not survive.
 */
export function fingerprint(pixels: Pixels): string {
  return signsOf(lowFrequencies(thumbnail(pixels)))
}

/**
 * The fingerprint of a small grey picture.
 * @param grey luminance row by row; @param size its rows and columns, a multiple of 32
 */
export function fingerprintOfGrey(grey: Uint8Array, size: number): string {
  const step = size / side
  const means = new Float32Array(side * side)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      means[Math.floor(y / step) * side + Math.floor(x / step)]! += grey[y * size + x]! / step ** 2
  return signsOf(lowFrequencies(means))
}

function signsOf(coefficients: Float64Array): string {
  const median = coefficients.toSorted()[(kept * kept) >> 1]!
  let bits = 0n
  for (const value of coefficients) bits = (bits << 1n) | (value > median ? 1n : 0n)
  return bits.toString(16).padStart(16, '0')
}

/** In how many of the 64 bits two fingerprints differ. 0..64; unrelated pictures are near 32. */
export function hammingDistance(first: string, second: string): number {
  let difference = BigInt(`0x${first}`) ^ BigInt(`0x${second}`)
  let count = 0
  for (; difference > 0n; difference &= difference - 1n) count++
  return count
}

/** The whole picture squeezed to a grey square, luminance 0..255. */
function thumbnail(pixels: Pixels): Float32Array {
  const planes = new Float32Array(3 * side * side)
  cropToTensor(pixels, { x: 0, y: 0, width: pixels.width, height: pixels.height }, side, planes)
  const area = side * side
  return Float32Array.from({ length: area }, (_, i) => {
    return luma(planes[i]!, planes[area + i]!, planes[2 * area + i]!)
  })
}

/** The 8x8 lowest frequencies; the mean, which is always positive, gives its place to the ninth horizontal one. */
function lowFrequencies(grey: Float32Array): Float64Array {
  const rows = cosines.map((cosine) => {
    return Float64Array.from({ length: side }, (_, y) => {
      let sum = 0
      for (let x = 0; x < side; x++) sum += grey[y * side + x]! * cosine[x]!
      return sum
    })
  })
  return Float64Array.from({ length: kept * kept }, (_, index) => {
    const row = rows[index === 0 ? kept : index % kept]!
    const cosine = cosines[index === 0 ? 0 : Math.floor(index / kept)]!
    let sum = 0
    for (let y = 0; y < side; y++) sum += row[y]! * cosine[y]!
    return sum
  })
}

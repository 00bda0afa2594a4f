/**
 * Templates as 8-bit codes, and how far the cosine of a code can lie from that of its template.
 *
 * A row x becomes codes q with a scale s: x = s q + e. A probe p becomes 16-bit codes r with a scale t: p = t r + f. Then
 *
 *     p·x = t s (r·q) + f·(s q) + p·e
 *
 * and by Cauchy and Schwarz the two last terms are at most |f| |s q| + |p| |e|. The error |e| is stored with each row; |f|
 * is known once a probe is. Rows have unit length, so |s q| is at most 1 + |e|, and |e| at most half a step of the scale
 * in each of 128 values, the scale being at most 1/127: below 0.045. What is left are the roundings of the float
 * arithmetic of either side, less than 2e-6 in all. So
 *
 *     p·x <= t s (r·q) + |p| |e| + 1.05 |f| + 1e-5 max(1, |p|)
 *
 * A row of which the right-hand side is below what a search asks for is no hit; any other is compared exactly.
 */
import { dimensions } from './kernel.ts'

const largestCode = 127
const largestProbeCode = 32_767

/** Writes a row's codes. @returns its scale, and the length of what the codes leave out, rounded up */
export function quantise(vector: Float32Array, codes: Int8Array): { scale: number; error: number } {
  const scale = Math.fround(largestOf(vector) / largestCode)
  let square = 0
  for (let i = 0; i < dimensions; i++) {
    const value = vector[i]!
    const code = scale === 0 ? 0 : Math.max(-largestCode, Math.min(largestCode, Math.round(value / scale)))
    codes[i] = code
    square += (value - scale * code) ** 2
  }
  return { scale, error: Math.fround(Math.sqrt(square) * (1 + 1e-6)) }
}

/** What the bound of a row's cosine is made of, beside the row's own scale and error. */
export interface ProbeCodes {
  /** t */
  scale: number
  /** |p| */
  length: number
  /** What does not depend on the row. */
  slack: number
}

export function quantiseProbe(probe: Float32Array, codes: Int16Array): ProbeCodes {
  const scale = Math.fround(largestOf(probe) / largestProbeCode)
  let square = 0
  let left = 0
  for (let i = 0; i < dimensions; i++) {
    const value = probe[i]!
    const code =
      scale === 0 ? 0 : Math.max(-largestProbeCode, Math.min(largestProbeCode, Math.round(value / scale)))
    codes[i] = code
    square += value ** 2
    left += (value - scale * code) ** 2
  }
  const length = Math.sqrt(square)
  return { scale, length, slack: 1.05 * Math.sqrt(left) + 1e-5 * Math.max(1, length) }
}

function largestOf(vector: Float32Array): number {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  return largest
}

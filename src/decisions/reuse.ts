import type { FaceReport, Subject } from '../engine/types.ts'

/**
 * Cosine of two templates above which both come from one still: of a living face asked to hold still it stays below
 * 0.999, while a still that was moved, cropped or saved again reaches it.
 */
export const stillCosine = 0.999
/** Bits of 64 in which the fingerprints of one picture, saved twice, may differ. */
export const fingerprintBits = 4

/** The same file, or one that was saved again or resized. */
export function isSamePicture({ picture: first }: FaceReport, { picture: second }: FaceReport): boolean {
  if (first.sha256 === second.sha256) return true
  return bitsApart(first.fingerprint, second.fingerprint) <= fingerprintBits
}

/**
 * The same still in another frame: its fingerprint has changed, its face has not.
 * @throws RangeError when a face was measured without its template
 */
export function isSameStill(first: Subject, second: Subject): boolean {
  return cosine(templateOf(first), templateOf(second)) >= stillCosine
}

/** @throws RangeError when the face was measured without its template */
export function templateOf({ template }: Subject): Float32Array {
  if (!template) throw new RangeError('The report holds no template.')
  return template
}

function cosine(first: Float32Array, second: Float32Array): number {
  return first.reduce((sum, value, index) => sum + value * second[index]!, 0)
}

/** Hamming distance of two fingerprints of 16 hex digits. */
function bitsApart(first: string, second: string): number {
  let bits = 0
  for (let rest = BigInt(`0x${first}`) ^ BigInt(`0x${second}`); rest > 0n; rest >>= 1n)
    bits += Number(rest & 1n)
  return bits
}

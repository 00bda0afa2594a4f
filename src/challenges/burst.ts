/** The frames around a photo, as the capture page sends them with it, chained to the mark that the server gave it. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Side of a frame: pixels of the camera's picture in rows and columns at equal distances, not averaged. */
export const frameSide = 64

/** Bytes of a frame: when it was taken, and one byte of luminance for each pixel. */
const frameBytes = 4 + frameSide * frameSide
const maximumFrames = 24

export interface Frame {
  /** Milliseconds since the page had its mark, by the page's clock. */
  at: number
  grey: Uint8Array
}

/** What comes with a photo. */
export interface Burst {
  /** Frame after frame: tenths of milliseconds as a big-endian integer of four bytes, then the luminance row by row. */
  bytes: Uint8Array
  /** The chain's last link, over the photo, in hex. */
  link: string
}

/** @returns null where the bytes are no frames in the order of their times */
export function readFrames({ buffer, byteOffset, length }: Uint8Array): Frame[] | null {
  const count = length / frameBytes
  if (!Number.isInteger(count) || count < 1 || count > maximumFrames) return null
  const view = new DataView(buffer, byteOffset, length)
  const frames = Array.from({ length: count }, (_, index) => {
    const start = index * frameBytes
    const grey = new Uint8Array(buffer, byteOffset + start + 4, frameBytes - 4)
    return { at: view.getUint32(start) / 10, grey }
  })
  const inOrder = frames.every(({ at }, index) => index === 0 || at > frames[index - 1]!.at)
  return inOrder ? frames : null
}

/**
 * The link that a photo and its frames make: HMAC-SHA-256 under the mark, of the link before them, then of each frame and at
 * last of the photo with the link before it. @param head link of the photo before, in hex; empty for the first
 */
export function linkOf(mark: string, head: string, frames: Uint8Array, photo: Uint8Array): string {
  const next = (before: Uint8Array, bytes: Uint8Array) =>
    createHmac('sha256', mark).update(before).update(bytes).digest()
  let link: Uint8Array = Buffer.from(head, 'hex')
  for (let start = 0; start < frames.length; start += frameBytes)
    link = next(link, frames.subarray(start, start + frameBytes))
  return Buffer.from(next(link, photo)).toString('hex')
}

export function isLink(given: string, expected: string): boolean {
  const [first, second] = [Buffer.from(given, 'hex'), Buffer.from(expected, 'hex')]
  return first.length === second.length && timingSafeEqual(first, second)
}

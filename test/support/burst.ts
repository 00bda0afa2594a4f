import { type Burst, type Frame, frameSide, linkOf } from '../../src/challenges/burst.ts'
import { fingerprintOfGrey } from '../../src/engine/picture/fingerprint.ts'

/** Frames of a scene of its own for each `seed`, with a sensor's noise and a clock's unrest. */
export function filmed(seed: number, count = 8): Frame[] {
  return Array.from({ length: count }, (_, index) => ({
    at: 50 * index + [0, 1.3, 0.4, 2.1][index % 4]!,
    grey: Uint8Array.from({ length: frameSide ** 2 }, (_, i) => {
      const [x, y] = [i % frameSide, Math.floor(i / frameSide)]
      const scene = Math.sin((seed * 7 + 3) * 0.013 * x) + Math.cos((seed * 5 + 2) * 0.017 * y + seed)
      return 128 + 50 * scene + ((i * 7 + index * 13) % 5)
    }),
  }))
}

export const fingerprintOf = (frames: readonly Frame[]) => fingerprintOfGrey(frames.at(-1)!.grey, frameSide)

/** As the page sends frames: for `mark` and `photo`, after the link `head`. */
export function burstOf(frames: readonly Frame[], mark: string, head: string, photo: Uint8Array): Burst {
  const bytes = Buffer.concat(
    frames.map(({ at, grey }) => {
      const time = Buffer.alloc(4)
      time.writeUInt32BE(Math.round(at * 10))
      return Buffer.concat([time, grey])
    }),
  )
  return { bytes, link: linkOf(mark, head, bytes, photo) }
}

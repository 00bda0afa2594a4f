import { quantiseProbe } from './codes.ts'
import { createDots, createSift, dimensions, rowBytes } from './kernel.ts'
import { codesOf, type GalleryMemory, laneOf, vectorsOf } from './layout.ts'

/** One probe's comparison with rows of blocks. */
export interface Sieve {
  /**
   * Rows of a block, `from` to before `to`, in their order: every one whose cosine is `floor` or more, and few others.
   * The next call overwrites what is not read yet.
   */
  candidates(block: number, from: number, to: number, floor: number): Iterable<number>
  /** The exact cosine of a row, -1..1. */
  cosine(block: number, row: number): number
}

/** @param lane of the calling thread @returns a sieve for a probe, good until one for the next is made */
export function createSieve(memory: GalleryMemory, lane: number): (probe: Float32Array) => Sieve {
  const dots = createDots(memory.vectors)
  const sift = createSift(memory.codes)
  const place = laneOf(lane)
  const score = new Float32Array(memory.vectors.buffer, place.exact.score, 1)
  const asked = new Float32Array(memory.codes.buffer, place.sieve.asked, 3)
  const found = new Uint32Array(memory.codes.buffer, place.sieve.found)

  return (probe) => {
    new Float32Array(memory.vectors.buffer, place.exact.probe, dimensions).set(probe)
    const codes = new Int16Array(memory.codes.buffer, place.sieve.probe, dimensions)
    const { scale, length, slack } = quantiseProbe(probe, codes)

    return {
      *candidates(block, from, to, floor) {
        asked.set([scale, length, floor - slack])
        const at = codesOf(block)
        const group = from >> 2
        sift(
          at.codes + group * 4 * dimensions,
          at.codes + to * dimensions,
          at.scales + group * 16,
          at.errors + group * 16,
          place.sieve.probe,
          place.sieve.asked,
          group,
          place.sieve.found,
        )
        for (let i = 0; found[i] !== 0; i++) {
          const first = (found[i]! >> 4) * 4
          for (let lane = 0; lane < 4; lane++) {
            const row = first + lane
            if ((found[i]! & (1 << lane)) !== 0 && row >= from && row < to) yield row
          }
        }
      },
      cosine(block, row) {
        dots(vectorsOf(block) + row * rowBytes, 1, place.exact.probe, place.exact.score)
        return score[0]!
      },
    }
  }
}

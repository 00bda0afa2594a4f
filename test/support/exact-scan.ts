/** A search that compares every row exactly, block by block: what the sieve of src/gallery must not be told from. */
import { createDots, dimensions } from '../../src/gallery/kernel.ts'
import { blockRows, codesOf, type GalleryMemory, laneOf, vectorsOf } from '../../src/gallery/layout.ts'
import { type Hit, insert, type Scan } from '../../src/gallery/scan.ts'

/** @param memory with room for a block's scores at the end of page 0 */
export function createExactScan(memory: GalleryMemory, lane: number): Scan {
  const dots = createDots(memory.vectors)
  const { probe: probeAt } = laneOf(lane).exact
  const scoresAt = 32_768
  return ({ blocks, from, to, probe, queries }) => {
    new Float32Array(memory.vectors.buffer, probeAt, dimensions).set(probe)
    const scores = new Float32Array(memory.vectors.buffer, scoresAt, blockRows)
    const words = new Uint32Array(memory.codes.buffer)
    const hits: Hit[][] = queries.map(() => [])
    const floors = queries.map(({ minCosine, limit }) => (limit > 0 ? minCosine : Number.POSITIVE_INFINITY))
    let floor = Math.min(...floors)
    for (let slot = from; slot < to; ) {
      const block = blocks[Math.floor(slot / blockRows)]!
      const row = slot % blockRows
      const count = Math.min(blockRows - row, to - slot)
      dots(vectorsOf(block) + row * dimensions * 4, count, probeAt, scoresAt)
      const notes = codesOf(block).notes / 4 + row * 2
      for (let i = 0; i < count; i++) {
        const cosine = scores[i]!
        if (cosine < floor) continue
        const [vendor, bit] = [words[notes + i * 2]!, 1 << words[notes + i * 2 + 1]!]
        for (const [q, { wanted, excluded, only, limit, minCosine }] of queries.entries()) {
          if (cosine < floors[q]! || (wanted & bit) === 0) continue
          if ((excluded !== 0 && vendor === excluded) || (only !== 0 && vendor !== only)) continue
          insert(hits[q]!, { slot: slot + i, cosine }, limit)
          if (hits[q]!.length === limit) floors[q] = Math.max(minCosine, hits[q]!.at(-1)!.cosine)
        }
        floor = Math.min(...floors)
      }
      slot += count
    }
    return hits
  }
}

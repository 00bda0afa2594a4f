import { createDots, dimensions, rowBytes, type SharedMemory } from './kernel.ts'
import { blockRows, laneOf, notesOf } from './layout.ts'
import type { EntryTraits } from './types.ts'

/** A query as the scan needs it: no function, no text, so that it can go to another thread. */
export interface ScanQuery {
  /** Bit n is set when rows whose flags are n count. */
  wanted: number
  /** Interned vendor data that is left out; 0: none is. */
  excluded: number
  /** Interned vendor data that alone counts; 0: any does. */
  only: number
  limit: number
  minCosine: number
}

export interface ScanTask {
  /** Byte offsets of the client's blocks. */
  blocks: readonly number[]
  /** First slot looked at, and the one after the last. */
  from: number
  to: number
  probe: Float32Array
  queries: readonly ScanQuery[]
}

export interface Hit {
  slot: number
  cosine: number
}

/** Hits of each query, closest first. */
export type Scan = (task: ScanTask) => Hit[][]

/** Compares the probe with every row of the task. One scan at a time may use a lane. */
export function createScan(memory: SharedMemory, lane: number): Scan {
  const dots = createDots(memory)
  const place = laneOf(lane)

  return ({ blocks, from, to, probe, queries }) => {
    new Float32Array(memory.buffer, place.probe, dimensions).set(probe)
    const hits: Hit[][] = queries.map(() => [])
    // Most rows are worse than the worst hit of every query: one comparison settles them.
    const floors = queries.map(({ minCosine, limit }) => (limit > 0 ? minCosine : Number.POSITIVE_INFINITY))
    let floor = Math.min(...floors)
    for (let slot = from; slot < to; ) {
      const block = blocks[Math.floor(slot / blockRows)] as number
      const row = slot % blockRows
      const count = Math.min(blockRows - row, to - slot)
      dots(block + row * rowBytes, count, place.probe, place.scores)
      const scores = new Float32Array(memory.buffer, place.scores, count)
      const notes = notesOf(memory, block)
      for (let i = 0; i < count; i++) {
        const cosine = scores[i] as number
        if (cosine < floor) continue
        const vendor = notes[(row + i) * 2] as number
        const bit = 1 << (notes[(row + i) * 2 + 1] as number)
        for (let q = 0; q < queries.length; q++) {
          const { wanted, excluded, only, limit, minCosine } = queries[q] as ScanQuery
          if (cosine < (floors[q] as number) || (wanted & bit) === 0) continue
          if (excluded !== 0 && vendor === excluded) continue
          if (only !== 0 && vendor !== only) continue
          const found = hits[q] as Hit[]
          insert(found, { slot: slot + i, cosine }, limit)
          floors[q] =
            found.length < limit ? minCosine : Math.max(minCosine, found[limit - 1]?.cosine ?? minCosine)
        }
        floor = Math.min(...floors)
      }
      slot += count
    }
    return hits
  }
}

/** Puts a hit in its place, closest first; of equal ones the one that was there stays first. */
export function insert<T extends { cosine: number }>(hits: T[], hit: T, limit: number): void {
  let at = hits.length
  while (at > 0 && (hits[at - 1] as T).cosine < hit.cosine) at--
  if (at >= limit) return
  hits.splice(at, 0, hit)
  if (hits.length > limit) hits.pop()
}

const kinds = ['session', 'list_entry'] as const
const lists = ['none', 'block', 'allow'] as const

/** Flags of a row with these traits: 1..31; 0 is a row without an entry. */
export function flagsOf({ kind, list, approved }: EntryTraits): number {
  return 16 + kinds.indexOf(kind) + lists.indexOf(list) * 2 + (approved ? 8 : 0)
}

/** The bits of `ScanQuery.wanted` for a filter, which is asked about each combination once. */
export function wantedBy(filter: (traits: EntryTraits) => boolean = () => true): number {
  let bits = 0
  for (const kind of kinds) {
    for (const list of lists) {
      for (const approved of [false, true]) {
        const traits = { kind, list, approved }
        if (filter(traits)) bits |= 1 << flagsOf(traits)
      }
    }
  }
  return bits
}

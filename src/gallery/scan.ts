import { blockRows, codesOf, type GalleryMemory } from './layout.ts'
import { createSieve } from './sieve.ts'
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
  /** Numbers of the client's blocks. */
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

/** Rows looked at first, doubled from then on: once a few are hits, the sieve lets few of the others through. */
const firstRows = 16

/**
 * Finds for each query what comparing the probe with every row of the task would find: rows are left out only where their
 * codes show that they cannot be hits. One scan at a time may use a lane.
 */
export function createScan(memory: GalleryMemory, lane: number): Scan {
  const openSieve = createSieve(memory, lane)

  return ({ blocks, from, to, probe, queries }) => {
    const { candidates, cosine } = openSieve(probe)
    const words = new Uint32Array(memory.codes.buffer)
    const searches = queries
      .filter(({ limit }) => limit > 0)
      .map((query) => ({ ...query, floor: query.minCosine, hits: [] as Hit[] }))

    /** Compares one row, where it counts for one of these searches. */
    function offer(block: number, row: number, slot: number, among: typeof searches): void {
      const note = codesOf(block).notes / 4 + row * 2
      const [vendor, bit] = [words[note]!, 1 << words[note + 1]!]
      let exact: number | undefined
      for (const search of among) {
        const { wanted, excluded, only, limit, minCosine, hits } = search
        if ((wanted & bit) === 0 || (only !== 0 && vendor !== only)) continue
        if (excluded !== 0 && vendor === excluded) continue
        exact ??= cosine(block, row)
        if (exact < search.floor) continue
        insert(hits, { slot, cosine: exact }, limit)
        if (hits.length === limit) search.floor = Math.max(minCosine, hits.at(-1)!.cosine)
      }
    }

    let rows = firstRows
    for (let slot = from; slot < to; ) {
      const block = blocks[Math.floor(slot / blockRows)]!
      const row = slot % blockRows
      const end = Math.min(blockRows, row + rows, row + to - slot)
      const { notes, seen } = codesOf(block)
      const here = searches.filter(({ wanted }) => (wanted & words[seen / 4]!) !== 0)
      const ofOne = here.filter(({ only }) => only !== 0)
      const ofAll = here.filter(({ only }) => only === 0)
      if (ofAll.length > 0) {
        const floor = Math.min(...ofAll.map((search) => search.floor))
        for (const found of candidates(block, row, end, floor)) offer(block, found, slot - row + found, ofAll)
      }
      // Few rows have the vendor data of one, so that their number is the better sieve.
      if (ofOne.length > 0) {
        const named = new Set(ofOne.map(({ only }) => only))
        for (let i = row; i < end; i++) {
          if (named.has(words[notes / 4 + i * 2]!)) offer(block, i, slot - row + i, ofOne)
        }
      }
      slot += end - row
      rows = Math.min(blockRows, rows * 2)
    }
    const found = searches.map(({ hits }) => hits)
    return queries.map(({ limit }) => (limit > 0 ? found.shift()! : []))
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

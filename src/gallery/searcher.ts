import type { Kysely, Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { type ChangeLog, toEntry } from './change-log.ts'
import { createBlocks } from './layout.ts'
import { createMemoryIndex, type MemoryIndex } from './memory-index.ts'
import { insert, type ScanQuery, wantedBy } from './scan.ts'
import { createScanner } from './scanner.ts'
import { unitTemplate } from './template.ts'
import type { Match, Prepared, Query } from './types.ts'

/** Changes read at a time: a few milliseconds of decryption between two looks at the event loop. */
const batch = 1000

export interface Searcher {
  /** Scans outside of any transaction. */
  prepare(probe: Float32Array, queries: readonly Query[]): Promise<Prepared>
  /**
   * Scans inside a transaction that holds the client's head row since it was given sequence `first`,
   * or only what has come since `head`.
   */
  continue(
    transaction: Transaction<Tables>,
    first: number,
    probe: Float32Array,
    queries: readonly Query[],
    head?: Prepared,
  ): Promise<Prepared>
  /** Everything known about the entries found; those that are gone by now are left out. */
  describe(db: Kysely<Tables>, found: Prepared): Promise<Match[][]>
  /** Brings one client's templates up to date in memory. */
  load(clientId: string): Promise<void>
  size(): number
  close(): Promise<void>
}

export function createSearcher(database: Database, changeLog: ChangeLog, inlineRows?: number): Searcher {
  const blocks = createBlocks()
  const scanner = createScanner(blocks.memory, inlineRows)
  const indexes = new Map<string, MemoryIndex>()
  const loading = new Map<string, Promise<MemoryIndex>>()

  /** Reads what has been committed since. Two at once do no harm: what is known is passed over. */
  async function catchUp(from: Kysely<Tables>, clientId: string, before?: number): Promise<MemoryIndex> {
    const memoryIndex = indexes.get(clientId) ?? createMemoryIndex(blocks)
    indexes.set(clientId, memoryIndex)
    for (;;) {
      // Sequences have no gap before the one that a transaction was given: everything is known already.
      if (before !== undefined && memoryIndex.sequence >= before - 1) return memoryIndex
      const range = { after: memoryIndex.sequence, limit: batch, ...(before === undefined ? {} : { before }) }
      const changes = await changeLog.changes(from, clientId, range)
      memoryIndex.apply(changes)
      if (changes.length < batch) return memoryIndex
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** The same outside of transactions; while a gallery is first read, others wait instead of reading it too. */
  async function current(clientId: string): Promise<MemoryIndex> {
    if (!indexes.has(clientId)) {
      const reading = catchUp(database, clientId)
      loading.set(clientId, reading)
      return reading.finally(() => loading.delete(clientId))
    }
    await loading.get(clientId)
    // What was committed after that reading began, but before this call, must be seen too.
    return catchUp(database, clientId)
  }

  async function scan(
    clientId: string,
    memoryIndex: MemoryIndex,
    probe: Float32Array,
    queries: readonly Query[],
    from = 0,
  ): Promise<Prepared> {
    for (;;) {
      const { count, generation, layout } = memoryIndex
      const compiled = queries.map((query) => compile(memoryIndex, query))
      const hits = await scanner.scan({
        blocks: memoryIndex.blocks,
        from,
        to: count,
        probe,
        queries: compiled,
      })
      // Entries that moved meanwhile are where the scan did not look, or not where it says they are.
      if (memoryIndex.layout !== layout) continue
      const named = hits.map((list) =>
        list.flatMap(({ slot, cosine }) => {
          const id = memoryIndex.idOf(slot)
          return id === undefined ? [] : [{ id, cosine }]
        }),
      )
      return { clientId, count, generation, hits: named }
    }
  }

  return {
    async prepare(probe, queries) {
      const unit = unitTemplate(probe)
      const clientId = clientOf(queries)
      return scan(clientId, await current(clientId), unit, queries)
    },

    async continue(transaction, first, probe, queries, head) {
      const unit = unitTemplate(probe)
      const clientId = clientOf(queries)
      const memoryIndex = await catchUp(transaction, clientId, first)
      if (!head || head.clientId !== clientId || head.generation !== memoryIndex.generation) {
        return scan(clientId, memoryIndex, unit, queries)
      }
      const rest = await scan(clientId, memoryIndex, unit, queries, head.count)
      const hits = head.hits.map((list, index) => {
        const merged = [...list]
        for (const hit of rest.hits[index] ?? []) insert(merged, hit, queries[index]?.limit ?? defaultLimit)
        return merged
      })
      return { ...rest, hits }
    },

    async describe(db, { clientId, hits }) {
      const ids = [...new Set(hits.flat().map(({ id }) => id))]
      if (ids.length === 0) return hits.map(() => [])
      // By id alone: given the client too, SQLite would go through all of the client's entries instead.
      const rows = await db
        .selectFrom('gallery_entries')
        .select(['id', 'client_id', 'sequence', 'kind', 'list', 'approved', 'vendor_data', 'check_id'])
        .select(['label', 'created_at'])
        .where('id', 'in', ids)
        .execute()
      const own = rows.filter((row) => row.client_id === clientId)
      const entries = new Map(own.map((row) => [row.id, toEntry(row)]))
      return hits.map((list) =>
        list.flatMap(({ id, cosine }) => {
          const entry = entries.get(id)
          return entry ? [{ ...entry, cosine }] : []
        }),
      )
    },

    async load(clientId) {
      await current(clientId)
    },
    size: () => [...indexes.values()].reduce((sum, memoryIndex) => sum + memoryIndex.size, 0),
    close: () => scanner.close(),
  }
}

const defaultLimit = 5

function compile(
  memoryIndex: MemoryIndex,
  { excludeVendorData, onlyVendorData, limit, minCosine, filter }: Query,
): ScanQuery {
  const interned = (vendorData: string | undefined) =>
    vendorData === undefined ? 0 : memoryIndex.internedVendor(vendorData)
  return {
    wanted: wantedBy(filter),
    excluded: interned(excludeVendorData),
    only: interned(onlyVendorData),
    limit: limit ?? defaultLimit,
    minCosine: minCosine ?? Number.NEGATIVE_INFINITY,
  }
}

/** @throws RangeError when the queries do not name one and the same client */
function clientOf(queries: readonly Query[]): string {
  const [first] = queries
  if (!first || queries.some(({ clientId }) => clientId !== first.clientId)) {
    throw new RangeError('Expected at least one query, all of one client.')
  }
  return first.clientId
}

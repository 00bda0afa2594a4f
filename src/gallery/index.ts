/** The gallery: templates that clients have enrolled, encrypted at rest, searched exactly and in memory. */
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Database, Tables } from '../database/index.ts'
import type { GalleryEntriesTable } from '../database/schema-platform.ts'
import { createChangeLog, toEntry } from './change-log.ts'
import { createSearcher } from './searcher.ts'
import type { Entry, EntryFilter, Gallery } from './types.ts'

export type * from './types.ts'

export interface GalleryOptions {
  database: Database
  masterKey: MasterKey
  now?: () => number
  /** Galleries larger than this are scanned on a thread of their own. Default 20 000. */
  inlineRows?: number
}

export function createGallery({ database, masterKey, now = Date.now, inlineRows }: GalleryOptions): Gallery {
  const changeLog = createChangeLog(database, masterKey, now)
  const searcher = createSearcher(database, changeLog, inlineRows)

  const entries = (clientId: string, from: Kysely<Tables> = database) =>
    from
      .selectFrom('gallery_entries')
      .select(['id', 'client_id', 'sequence', 'kind', 'list', 'approved', 'vendor_data', 'check_id'])
      .select(['label', 'created_at'])
      .where('client_id', '=', clientId)
      .where('template', 'is not', null)

  return {
    search: async (probe, queries) => searcher.describe(database, await searcher.prepare(probe, queries)),
    prepare: searcher.prepare,

    async searchInLine(transaction, probe, queries, head) {
      const first = await changeLog.lock(transaction, queries[0]?.clientId ?? '')
      return searcher.describe(transaction, await searcher.continue(transaction, first, probe, queries, head))
    },

    add: changeLog.add,

    change: async (transaction, clientId, id, change) =>
      (await changeLog.change(transaction, clientId, [id], toColumns(change))) > 0,

    async changeCheck(transaction, clientId, checkId, change) {
      await changeLog.lock(transaction, clientId)
      const found = await changeLog.idsOfChecks(transaction, clientId, [checkId])
      return changeLog.change(
        transaction,
        clientId,
        found.map(({ id }) => id),
        toColumns(change),
      )
    },

    forget: async (transaction, clientId, id) => (await changeLog.forget(transaction, clientId, [id])) > 0,

    async forgetChecks(transaction, clientId, checkIds, { keepListed = false } = {}) {
      await changeLog.lock(transaction, clientId)
      const found = await changeLog.idsOfChecks(transaction, clientId, checkIds)
      const stays = (entry: { list: string }) => keepListed && entry.list !== 'none'
      const kept = found.filter(stays).map(({ id }) => id)
      const gone = found.filter((entry) => !stays(entry)).map(({ id }) => id)
      await changeLog.change(transaction, clientId, kept, { check_id: null })
      return changeLog.forget(transaction, clientId, gone)
    },

    async list(clientId, { oldestFirst = false, limit = 100, offset = 0, ...filter } = {}) {
      const rows = await narrow(entries(clientId), filter)
        .orderBy('created_at', oldestFirst ? 'asc' : 'desc')
        .orderBy('id')
        .limit(limit)
        .offset(offset)
        .execute()
      return rows.flatMap((row) => toEntry(row) ?? [])
    },

    async count(clientId, filter) {
      const { count } = await narrow(entries(clientId), filter)
        .clearSelect()
        .select((select) => select.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    async listCheck(clientId, checkId) {
      const rows = await entries(clientId).where('check_id', '=', checkId).execute()
      return rows.flatMap((row) => toEntry(row) ?? [])
    },

    async listChecks(clientId, checkIds, from) {
      if (checkIds.length === 0) return []
      const rows = await entries(clientId, from)
        .where('check_id', 'in', [...checkIds])
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.flatMap((row) => toEntry(row) ?? [])
    },

    async find(clientId, id) {
      const row = await entries(clientId).where('id', '=', id).executeTakeFirst()
      return row ? toEntry(row) : null
    },

    rewrap: changeLog.rewrap,
    size: searcher.size,

    async load() {
      const heads = await database.selectFrom('gallery_heads').select('client_id').execute()
      for (const { client_id } of heads) await searcher.load(client_id)
    },

    close: searcher.close,
  }
}

function narrow<Row>(
  query: SelectQueryBuilder<Tables, 'gallery_entries', Row>,
  { list, text }: EntryFilter,
): SelectQueryBuilder<Tables, 'gallery_entries', Row> {
  const listed = list === undefined ? query : query.where('list', '=', list)
  if (!text) return listed
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
  return listed.where(({ or, fn, ref }) =>
    or(
      (['label', 'vendor_data', 'check_id'] as const).map(
        (column) => sql<boolean>`${fn('lower', [ref(column)])} like ${pattern} escape '\\'`,
      ),
    ),
  )
}

function toColumns({ list, approved, label }: Partial<Pick<Entry, 'list' | 'approved' | 'label'>>) {
  const columns: Partial<Pick<GalleryEntriesTable, 'list' | 'approved' | 'label'>> = {}
  if (list !== undefined) columns.list = list
  if (approved !== undefined) columns.approved = approved ? 1 : 0
  if (label !== undefined) columns.label = label
  return columns
}

import { randomBytes, randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { isCurrent, open, seal } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database, Tables } from '../database/index.ts'
import { prepareQuery, type Value } from '../database/prepared.ts'
import type { GalleryEntriesTable } from '../database/schema-platform.ts'
import type { Change } from './memory-index.ts'
import { openTemplate, sealTemplate, unitTemplate } from './template.ts'
import type { Entry, EntryList, NewEntry } from './types.ts'

/** The gallery's tables: who holds a client's head row may change its entries, one after the other. */
export interface ChangeLog {
  /**
   * Takes the client's head row until the transaction ends, waiting for whoever has it.
   * @returns the first sequence that belongs to this transaction; all below it are committed
   */
  lock(transaction: Transaction<Tables>, clientId: string): Promise<number>
  add(transaction: Transaction<Tables>, entry: NewEntry): Promise<string>
  /** Changes columns of entries; each gets a new sequence. @returns how many of `ids` there were */
  change(
    transaction: Transaction<Tables>,
    clientId: string,
    ids: readonly string[],
    columns: Partial<Pick<GalleryEntriesTable, 'list' | 'approved' | 'label' | 'check_id'>>,
  ): Promise<number>
  /** Empties rows but for id and sequence, so that every server hears of it. @returns how many there were */
  forget(transaction: Transaction<Tables>, clientId: string, ids: readonly string[]): Promise<number>
  /** At most `limit` changes after `after` and below `before`, oldest first. */
  changes(
    db: Kysely<Tables>,
    clientId: string,
    range: { after: number; before?: number; limit: number },
  ): Promise<Change[]>
  /** Ids of a check's entries. */
  idsOfChecks(
    transaction: Transaction<Tables>,
    clientId: string,
    checkIds: readonly string[],
  ): Promise<{ id: string; list: EntryList }[]>
  rewrap(): Promise<number>
}

export function createChangeLog(db: Database, masterKey: MasterKey, now: () => number): ChangeLog {
  const keys = new Map<string, Buffer>()
  /** First sequence that a transaction was given, by client: its own rows are not committed yet. */
  const firsts = new WeakMap<Transaction<Tables>, Map<string, number>>()

  function keyOf(clientId: string, wrapped: string): Buffer {
    const known = keys.get(clientId)
    if (known) return known
    const key = open(masterKey, 'templates', keyContext(clientId), wrapped)
    keys.set(clientId, key)
    return key
  }

  const countUp = prepareQuery((from, value: Value<{ clientId: string }>) =>
    from
      .updateTable('gallery_heads')
      .set((column) => ({ sequence: column('sequence', '+', 1) }))
      .where('client_id', '=', value('clientId'))
      .returning(['sequence', 'wrapped_key']),
  )

  type Range = { clientId: string; after: number; before: number; limit: number }
  const findChanges = prepareQuery((from, value: Value<Range>) =>
    from
      .selectFrom('gallery_entries')
      .innerJoin('gallery_heads', 'gallery_heads.client_id', 'gallery_entries.client_id')
      .select(['id', 'gallery_entries.sequence', 'kind', 'list', 'approved', 'vendor_data', 'template'])
      .select('gallery_heads.wrapped_key')
      .where('gallery_entries.client_id', '=', value('clientId'))
      .where('gallery_entries.sequence', '>', value('after'))
      .where('gallery_entries.sequence', '<', value('before'))
      .orderBy('gallery_entries.sequence')
      .limit(value('limit')),
  )

  /** The client's first head row, with its key; another transaction may make it at the same time. */
  function makeHead(transaction: Transaction<Tables>, clientId: string) {
    return transaction
      .insertInto('gallery_heads')
      .values({
        client_id: clientId,
        sequence: 1,
        wrapped_key: seal(masterKey, 'templates', keyContext(clientId), randomBytes(32)),
      })
      .onConflict((conflict) =>
        conflict
          .column('client_id')
          .doUpdateSet((column) => ({ sequence: column('gallery_heads.sequence', '+', 1) })),
      )
      .returning(['sequence', 'wrapped_key'])
      .executeTakeFirstOrThrow()
  }

  /** Counts the client's head row up, which locks it until the transaction ends. */
  async function next(transaction: Transaction<Tables>, clientId: string) {
    const [known] = (await countUp(transaction, { clientId })).rows
    const head = known ?? (await makeHead(transaction, clientId))
    const own = firsts.get(transaction) ?? new Map<string, number>()
    firsts.set(transaction, own)
    if (!own.has(clientId)) own.set(clientId, head.sequence)
    return { ...head, first: own.get(clientId) as number }
  }

  async function update(
    transaction: Transaction<Tables>,
    clientId: string,
    ids: readonly string[],
    columns: Partial<GalleryEntriesTable>,
  ): Promise<number> {
    let count = 0
    for (const id of ids) {
      const { sequence } = await next(transaction, clientId)
      const { numUpdatedRows } = await transaction
        .updateTable('gallery_entries')
        .set({ ...columns, sequence })
        .where('client_id', '=', clientId)
        .where('id', '=', id)
        .where('template', 'is not', null)
        .executeTakeFirst()
      count += Number(numUpdatedRows)
    }
    return count
  }

  return {
    lock: async (transaction, clientId) => (await next(transaction, clientId)).first,

    async add(transaction, entry) {
      const { clientId, kind = 'session', list = 'none', approved = false } = entry
      const template = unitTemplate(entry.template)
      const id = randomUUID()
      const head = await next(transaction, clientId)
      // A head row made by a transaction that is rolled back takes its key along: use what was returned
      // and remember nothing that is not committed.
      const key = keys.get(clientId) ?? open(masterKey, 'templates', keyContext(clientId), head.wrapped_key)
      await transaction
        .insertInto('gallery_entries')
        .values({
          id,
          client_id: clientId,
          sequence: head.sequence,
          kind,
          list,
          approved: approved ? 1 : 0,
          vendor_data: entry.vendorData ?? null,
          check_id: entry.checkId ?? null,
          label: entry.label ?? null,
          template: sealTemplate(key, clientId, id, template),
          created_at: now(),
        })
        .execute()
      return id
    },

    change: update,

    forget: (transaction, clientId, ids) =>
      update(transaction, clientId, ids, {
        kind: null,
        list: null,
        approved: null,
        vendor_data: null,
        check_id: null,
        label: null,
        template: null,
      }),

    async idsOfChecks(transaction, clientId, checkIds) {
      if (checkIds.length === 0) return []
      const rows = await transaction
        .selectFrom('gallery_entries')
        .select(['id', 'list'])
        .where('client_id', '=', clientId)
        .where('check_id', 'in', checkIds)
        .execute()
      return rows.flatMap(({ id, list }) => (list ? [{ id, list }] : []))
    },

    async changes(from, clientId, { after, before = Number.MAX_SAFE_INTEGER, limit }) {
      const { rows } = await findChanges(from, { clientId, after, before, limit })
      return rows.map(({ id, sequence, kind, list, approved, vendor_data, template, wrapped_key }) => {
        if (!kind || !list || !template) return { id, sequence, forgotten: true }
        return {
          id,
          sequence,
          forgotten: false,
          traits: { kind, list, approved: approved === 1 },
          vendorData: vendor_data,
          template: () => openTemplate(keyOf(clientId, wrapped_key), clientId, id, template),
        }
      })
    },

    async rewrap() {
      const rows = await db.selectFrom('gallery_heads').select(['client_id', 'wrapped_key']).execute()
      const old = rows.filter((row) => !isCurrent(masterKey, row.wrapped_key))
      for (const row of old) {
        const context = keyContext(row.client_id)
        const key = open(masterKey, 'templates', context, row.wrapped_key)
        await db
          .updateTable('gallery_heads')
          .set({ wrapped_key: seal(masterKey, 'templates', context, key) })
          .where('client_id', '=', row.client_id)
          .execute()
      }
      return old.length
    },
  }
}

/** What a client's template key is sealed for. */
export function keyContext(clientId: string): string {
  return `gallery/${clientId}`
}

/** @returns null for a forgotten entry */
export function toEntry(row: Omit<GalleryEntriesTable, 'template'>): Entry | null {
  const { kind, list } = row
  if (!kind || !list) return null
  return {
    id: row.id,
    clientId: row.client_id,
    kind,
    list,
    approved: row.approved === 1,
    vendorData: row.vendor_data,
    checkId: row.check_id,
    label: row.label,
    createdAt: row.created_at,
  }
}

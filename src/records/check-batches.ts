/** Batches: checks that were accepted together, which are measured as every accepted check and found again by their line. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import { batches, rowsAtATime } from './batches.ts'
import type { DialectRecords } from './types.ts'

/** A check of a batch: which line of it, from 1 on. */
export interface BatchLine {
  checkId: string
  line: number
}

export interface CheckBatch {
  id: string
  /** Checks that were accepted, with those that are erased by now. */
  total: number
  /** Unix milliseconds. */
  createdAt: number
  /** Unix milliseconds; null: it was not cancelled. */
  cancelledAt: number | null
  /** Checks that are there, by what became of them; `null`: they are not done. */
  counts: ReadonlyMap<string | null, number>
}

/** A check of a batch that is done, with its status and result as its row has them. */
export interface EndedLine extends BatchLine {
  status: string
  /** JSON. */
  result: string
}

export interface CheckBatches {
  /** Notes a batch in the transaction that accepts its checks. @returns its id */
  add(
    transaction: Transaction<Tables>,
    clientId: string,
    lines: readonly BatchLine[],
    createdAt: number,
  ): Promise<string>
  /** @returns null: the client has no such batch */
  find(clientId: string, id: string): Promise<CheckBatch | null>
  /** Checks of a batch that are done, in the order of their lines, of those behind the line `after`. */
  ended(id: string, after: number, limit: number): Promise<EndedLine[]>
  /** Has every check that is not under way yet ended unmeasured. Done twice, it is done once; a batch that is done stays. */
  cancel(clientId: string, id: string): Promise<void>
}

export function createCheckBatches(db: Database, now: () => number = Date.now): CheckBatches {
  return {
    async add(transaction, clientId, lines, createdAt) {
      const id = randomUUID()
      const row = { id, client_id: clientId, total: lines.length, created_at: createdAt, cancelled_at: null }
      await transaction.insertInto('check_batches').values(row).execute()
      const rows = lines.map(({ checkId, line }) => ({ check_id: checkId, batch_id: id, line }))
      for (const part of batches(rows, rowsAtATime))
        await transaction.insertInto('batched_checks').values(part).execute()
      return id
    },

    async find(clientId, id) {
      const row = await db
        .selectFrom('check_batches')
        .selectAll()
        .where('id', '=', id)
        .where('client_id', '=', clientId)
        .executeTakeFirst()
      if (!row) return null
      const counts = await db
        .selectFrom('batched_checks')
        .innerJoin('checks', 'checks.id', 'batched_checks.check_id')
        .where('batched_checks.batch_id', '=', id)
        .select((select) => ['checks.status', select.fn.countAll().as('count')])
        .groupBy('checks.status')
        .execute()
      return {
        id,
        total: row.total,
        createdAt: row.created_at,
        cancelledAt: row.cancelled_at,
        counts: new Map(counts.map(({ status, count }) => [status, Number(count)])),
      }
    },

    async ended(id, after, limit) {
      const rows = await db
        .selectFrom('batched_checks')
        .innerJoin('checks', 'checks.id', 'batched_checks.check_id')
        .where('batched_checks.batch_id', '=', id)
        .where('batched_checks.line', '>', after)
        .where('checks.state', '=', 'done')
        .select(['batched_checks.check_id', 'batched_checks.line', 'checks.status', 'checks.result'])
        .orderBy('batched_checks.line')
        .limit(limit)
        .execute()
      return rows.map(({ check_id: checkId, line, status, result }) => ({
        ...{ checkId, line, status: status ?? '', result: result ?? 'null' },
      }))
    },

    async cancel(clientId, id) {
      await db.transaction().execute(async (transaction) => {
        const own = transaction.selectFrom('batched_checks').select('check_id').where('batch_id', '=', id)
        const { numUpdatedRows } = await transaction
          .updateTable('check_batches')
          .set({ cancelled_at: now() })
          .where('id', '=', id)
          .where('client_id', '=', clientId)
          .where('cancelled_at', 'is', null)
          .where(({ exists, selectFrom }) =>
            exists(selectFrom('pending_checks').select('id').where('id', 'in', own)),
          )
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return
        await transaction
          .updateTable('pending_checks')
          .set({ is_cancelled: 1 })
          .where('id', 'in', own)
          .execute()
      })
    },
  }
}

/** A batch of which every check is erased is erased with them. */
export const batchRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    const batchIds = transaction
      .selectFrom('batched_checks')
      .select('batch_id')
      .where('check_id', 'in', [...checkIds])
    let held = transaction
      .selectFrom('check_batches')
      .select('id')
      .where('client_id', '=', clientId)
      .where('id', 'in', batchIds)
      .orderBy('id')
    // Of two erasures at once the second must see that it takes the last; the batch comes first in a cancellation too.
    if (isPostgres(transaction)) held = held.forUpdate()
    const ids = (await held.execute()).map(({ id }) => id)
    if (ids.length === 0) return
    await transaction
      .deleteFrom('batched_checks')
      .where('check_id', 'in', [...checkIds])
      .where('batch_id', 'in', ids)
      .execute()
    await transaction
      .deleteFrom('check_batches')
      .where('id', 'in', ids)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('batched_checks')
              .select('check_id')
              .whereRef('batched_checks.batch_id', '=', 'check_batches.id'),
          ),
        ),
      )
      .execute()
  },

  async read(db, _masterKey, clientId, checkIds) {
    const rows = await db
      .selectFrom('batched_checks')
      .innerJoin('check_batches', 'check_batches.id', 'batched_checks.batch_id')
      .where('check_batches.client_id', '=', clientId)
      .where('check_id', 'in', [...checkIds])
      .selectAll('batched_checks')
      .execute()
    return { batched_checks: rows }
  },
}

/**
 * Checks that were accepted and are still to be measured by any server of the database. Their rows are
 * reserved, and their pictures lie with the kept ones, sealed, until they were measured.
 */
import { randomUUID } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import { batches, rowsAtATime } from './batches.ts'
import type { Reservation } from './checks.ts'
import { holdAllReserved, holdClient, holdReserved, ReservationLost } from './hold.ts'
import type { DialectRecords, Evidence } from './types.ts'

export interface NewPendingCheck {
  reservation: Reservation
  /** What was asked for beside the pictures; anything JSON can hold. */
  fields: unknown
  /** The destination of webhooks that is told of the outcome; null: those alone that hear of every check. */
  destinationId: string | null
  /** The server's own id of the request that was accepted. */
  requestId: string
  /** Unix milliseconds. */
  acceptedAt: number
}

/** A check that this server may measure, until its claim ends. */
export interface PendingCheck extends Omit<NewPendingCheck, 'acceptedAt'> {
  /** Proves the claim. */
  token: string
  /** Claims so far, this one among them. */
  attempts: number
  /** It is to be ended unmeasured. */
  isCancelled: boolean
}

export interface PendingChecks {
  /** First in its transaction. @throws ReservationLost where one was erased: nothing may be kept of it */
  add(transaction: Transaction<Tables>, checks: readonly NewPendingCheck[]): Promise<void>
  /**
   * How many checks of a client wait, and how many bytes of their pictures are kept.
   * @param transaction counts in it, its own checks too, and holds the client's row: no other transaction that counts so
   *   adds any before it ends
   */
  waiting(clientId: string, transaction?: Transaction<Tables>): Promise<{ checks: number; bytes: number }>
  /** When a check that waits was accepted, in Unix milliseconds; null: it does not wait. */
  acceptedAt(clientId: string, id: string): Promise<number | null>
  /**
   * Takes a check that is due; no other server gets it for `leaseMs`. Clients take turns, those first that have the
   * fewest under way; of one client's checks the one that is due the longest comes first. Discards what was erased.
   */
  claim(leaseMs: number): Promise<PendingCheck | null>
  /** Gives a claim back, to be taken again after so many milliseconds. @param tried counts as an attempt */
  putOff(check: PendingCheck, delayMs: number, tried: boolean): Promise<void>
  /**
   * Ends it, first in the transaction that stores its outcome.
   * @throws ReservationLost where it was erased; Error where another server has taken it meanwhile
   */
  end(transaction: Transaction<Tables>, check: PendingCheck): Promise<void>
}

export function createPendingChecks(
  db: Database,
  evidence: Pick<Evidence, 'erase'>,
  now: () => number = Date.now,
): PendingChecks {
  /** Whose check this server took last: the next in the order of their ids has the turn. */
  let lastClient = ''

  /** Clients with a check that is due, in the order of their turns. */
  async function turns(time: number, leaseMs: number): Promise<string[]> {
    const due = isDue(time, leaseMs)
    const clients = await db
      .selectFrom('pending_checks')
      .select('client_id as id')
      .select(sql<number>`sum(case when claimed_by is null or ${due} then 0 else 1 end)`.as('underWay'))
      .groupBy('client_id')
      .having(sql<number>`sum(case when ${due} then 1 else 0 end)`, '>', 0)
      .orderBy('client_id')
      .execute()
    const behind = ({ id }: { id: string }) => Number(id <= lastClient)
    return clients
      .sort((a, b) => Number(a.underWay) - Number(b.underWay) || behind(a) - behind(b))
      .map(({ id }) => id)
  }

  async function take(token: string, leaseMs: number) {
    const time = now()
    for (const clientId of await turns(time, leaseMs)) {
      const row = await takeOf(clientId, token, time, leaseMs)
      if (!row) continue
      lastClient = clientId
      return row
    }
    return null
  }

  async function takeOf(clientId: string, token: string, time: number, leaseMs: number) {
    let due = db
      .selectFrom('pending_checks')
      .select('id')
      .where('client_id', '=', clientId)
      .where(isDue(time, leaseMs))
      .orderBy('due_at')
      .limit(1)
    if (isPostgres(db)) due = due.forUpdate().skipLocked()
    return db
      .updateTable('pending_checks')
      .set((column) => ({
        claimed_by: token,
        due_at: time + leaseMs,
        attempts: column('attempts', '+', 1),
      }))
      .where('id', '=', due)
      .returningAll()
      .executeTakeFirst()
  }

  /** Ends a check whose row was erased, with its pictures. */
  async function discard(clientId: string, id: string): Promise<void> {
    const { removeFiles } = await db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('pending_checks').where('id', '=', id).execute()
      return evidence.erase(transaction, clientId, [id])
    })
    await removeFiles()
  }

  return {
    async add(transaction, checks) {
      const lost = await holdAllReserved(
        transaction,
        checks.map(({ reservation }) => reservation.id),
      )
      if (lost[0] !== undefined) throw new ReservationLost(lost[0])
      const dueAt = now()
      const rows = checks.map(({ reservation, fields, destinationId, requestId, acceptedAt }) => ({
        id: reservation.id,
        client_id: reservation.clientId,
        operation: reservation.operation,
        fields: JSON.stringify(fields),
        destination_id: destinationId,
        request_id: requestId,
        attempts: 0,
        due_at: dueAt,
        claimed_by: null,
        is_cancelled: 0,
        created_at: acceptedAt,
      }))
      for (const part of batches(rows, rowsAtATime))
        await transaction.insertInto('pending_checks').values(part).execute()
    },

    async waiting(clientId, transaction) {
      if (transaction) await holdClient(transaction, clientId)
      const own = (transaction ?? db)
        .selectFrom('pending_checks')
        .where('pending_checks.client_id', '=', clientId)
      const { checks } = await own
        .select((select) => select.fn.countAll().as('checks'))
        .executeTakeFirstOrThrow()
      const { bytes } = await own
        .innerJoin('evidence', 'evidence.check_id', 'pending_checks.id')
        .where('evidence.client_id', '=', clientId)
        .select((select) => select.fn.sum('evidence.size').as('bytes'))
        .executeTakeFirstOrThrow()
      return { checks: Number(checks), bytes: Number(bytes ?? 0) }
    },

    async acceptedAt(clientId, id) {
      const row = await db
        .selectFrom('pending_checks')
        .select('created_at')
        .where('id', '=', id)
        .where('client_id', '=', clientId)
        .executeTakeFirst()
      return row?.created_at ?? null
    },

    async claim(leaseMs) {
      const token = randomUUID()
      for (;;) {
        const row = await take(token, leaseMs)
        if (!row) return null
        const { id, client_id: clientId, operation, attempts } = row
        const check = await db
          .selectFrom('checks')
          .select(['reference', 'dialect'])
          .where('id', '=', id)
          .executeTakeFirst()
        if (check) {
          return {
            reservation: { ...check, id, clientId, operation },
            fields: JSON.parse(row.fields),
            destinationId: row.destination_id,
            requestId: row.request_id,
            ...{ token, attempts, isCancelled: row.is_cancelled === 1 },
          }
        }
        // Erased while it was accepted; the others behind it must not wait for it.
        await discard(clientId, id)
      }
    },

    async putOff({ reservation: { id }, token, attempts }, delayMs, tried) {
      await db
        .updateTable('pending_checks')
        .set({ claimed_by: null, due_at: now() + delayMs, attempts: tried ? attempts : attempts - 1 })
        .where('id', '=', id)
        .where('claimed_by', '=', token)
        .execute()
    },

    async end(transaction, { reservation: { id }, token }) {
      // First, as in an erasure: two who take the same rows in another order would wait for each other.
      if (!(await holdReserved(transaction, id))) throw new ReservationLost(id)
      const { numDeletedRows } = await transaction
        .deleteFrom('pending_checks')
        .where('id', '=', id)
        .where('claimed_by', '=', token)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw new Error(`The claim of the check ${id} is another's.`)
    },
  }
}

/** On a clock that was set back, what was put off by the old time must not wait until that time is reached again. */
function isDue(time: number, leaseMs: number) {
  return sql<boolean>`(due_at <= ${time} or due_at > ${time + 2 * leaseMs})`
}

/** An erased check that still waits is not measured any more. */
export const pendingRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    await transaction
      .deleteFrom('pending_checks')
      .where('client_id', '=', clientId)
      .where('id', 'in', [...checkIds])
      .execute()
  },

  async read(db, _masterKey, clientId, checkIds) {
    const rows = await db
      .selectFrom('pending_checks')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('id', 'in', [...checkIds])
      .execute()
    return {
      pending_checks: rows.map(({ claimed_by: _claim, ...row }) => ({
        ...row,
        fields: JSON.parse(row.fields),
      })),
    }
  },
}

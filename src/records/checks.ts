/** Checks: one row for every question answered, written before the answer is sent. */
import { randomUUID } from 'node:crypto'
import type { CompiledQuery, QueryResult, Transaction } from 'kysely'
import { type Database, DatabaseAway, type Tables } from '../database/index.ts'
import { nonDurableTransaction } from '../database/non-durable.ts'
import { isOverdrawn, isPostgres, isUniqueViolation } from '../database/portable.ts'
import { stringifyExact } from '../exact-json.ts'
import { batches, rowsAtATime } from './batches.ts'
import { createCheckQueries } from './check-queries.ts'
import { type Course, type NoteCourse, nothingNoted, type Said } from './course.ts'
import { findDead, giveBack } from './given-back.ts'
import { ReservationLost } from './hold.ts'
import { NoBalance, payBack, takeCalls } from './prepaid.ts'
import type { Audit } from './types.ts'

/** A reservation that was never completed (the process died) frees its id after this long. */
const reservationLife = 120_000
/** What it took is given back after this long, also by a server whose clock is minutes ahead of the one it is of. */
const reservationDeadAfter = 10 * 60_000

export interface Reservation {
  /** Integer that never repeats. */
  reference: number
  /** UUID of the check. */
  id: string
  clientId: string
  dialect: string
  operation: string
}

export interface NewCheck {
  clientId: string
  dialect: string
  /** Endpoint, in the dialect's words. */
  operation: string
  /** The caller's own id, unique per client and operation. */
  externalId?: string
  /** The caller's own id of the person, by which the check is found again; need not be unique. */
  person?: string | null
}

/** What a finished check keeps: its verdict and answer, no picture and no template. */
export interface Outcome extends Partial<Said> {
  status: string
  result: unknown
  /** Gives the prepaid call back: there was nothing to judge. */
  free?: boolean
  /** Keeps nothing but that it was decided, and how. The prepaid call stays paid. */
  forget?: boolean
}

/** Decides the outcome inside the transaction that stores it, with whatever must not be lost apart from it. */
export type InSameTransaction = (transaction: Transaction<Tables>) => Promise<Outcome>

export interface Checks {
  /**
   * Takes the caller's id and one prepaid call before the work begins, so that of two simultaneous
   * requests with one id exactly one goes on.
   */
  reserve(check: NewCheck): Promise<Reservation | 'id_taken' | 'no_balance'>
  /** The same for many checks of one client, which have no ids of its own: all of them, in their order, or none. */
  reserveAll(checks: readonly NewCheck[]): Promise<Reservation[] | 'no_balance'>
  /**
   * Stores the outcome durably; the answer may be sent once this has resolved.
   * @param course makes a case of the check, where the outcome says whether it passed
   * @throws ReservationLost where it was erased meanwhile, or a clock jumped past its life: another call may have its id
   */
  complete(reservation: Reservation, outcome: Outcome | InSameTransaction, course?: Course): Promise<Outcome>
  /**
   * Gives ids and prepaid calls back: the request failed and may be repeated. What was accepted, though only the word of it
   * was lost, stays. Never throws: what a full disk does not let back is given back before the next reservation that finds
   * room.
   */
  release(...reservations: Reservation[]): Promise<void>
  /** Gives back ids and prepaid calls of checks whose process died. @returns how many */
  releaseDead(): Promise<number>
}

/**
 * @param audit gets every decision, in the transaction that stores it; null: nobody is
 * @param noteCourse makes cases of checks; null: nobody does
 */
export function createChecks(
  db: Database,
  now: () => number = Date.now,
  audit: Pick<Audit, 'append' | 'appendAfter'> | null = null,
  noteCourse: NoteCourse | null = null,
): Checks {
  /** Reservations that are still to be given back. */
  const owed = new Set<string>()
  const queries = createCheckQueries()

  /** Ends the reservation: with what was found, or with nothing. */
  function ending(
    transaction: Transaction<Tables>,
    check: Reservation,
    outcome: Outcome,
    course: Course | undefined,
  ): CompiledQuery {
    const { id } = check
    if (outcome.forget) {
      return transaction.deleteFrom('checks').where('id', '=', id).where('state', '=', 'reserved').compile()
    }
    const { status, result, passed } = outcome
    const noted =
      course && passed !== undefined ? noteCourse?.(check, course, { ...outcome, passed }) : undefined
    const row = { id, status, result: stringifyExact(result), completed_at: now() }
    return queries.complete.with(transaction, { ...row, ...(noted ?? nothingNoted) })
  }

  async function giveBackOwed(): Promise<void> {
    for (const id of [...owed]) {
      // Taken out first: of two reservations at once only one gives it back.
      owed.delete(id)
      await giveBack(db, [id]).catch((error) => {
        owed.add(id)
        throw error
      })
    }
  }

  /** @throws NoBalance */
  async function pay(transaction: Transaction<Tables>, clientId: string, calls: number): Promise<void> {
    const [client] = (await queries.findBalance(transaction, { clientId })).rows
    await takeCalls(transaction, clientId, client?.balance, calls)
  }

  /** A row as it is before its check is done. */
  function reservedRow({ clientId, dialect, operation, externalId, person }: NewCheck) {
    return {
      id: randomUUID(),
      client_id: clientId,
      dialect,
      operation,
      external_id: externalId ?? null,
      person: person ?? null,
      created_at: now(),
    }
  }

  async function dropDeadReservation(
    transaction: Transaction<Tables>,
    clientId: string,
    operation: string,
    externalId: string,
  ): Promise<boolean> {
    const { numDeletedRows } = await transaction
      .deleteFrom('checks')
      .where('client_id', '=', clientId)
      .where('operation', '=', operation)
      .where('external_id', '=', externalId)
      .where('state', '=', 'reserved')
      .where('created_at', '<', now() - reservationLife)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }

  return {
    async reserve(check) {
      const { clientId, dialect, operation, externalId } = check
      if (owed.size > 0) await giveBackOwed()
      const row = reservedRow(check)
      const { id } = row
      const reserved = (rows: { reference: number }[]) => {
        if (!rows[0]) throw new NoBalance()
        return { reference: Number(rows[0].reference), id, clientId, dialect, operation }
      }
      const takeAtOnce = async () => reserved((await queries.insertPaid(db, row)).rows)
      const take = (inherit: boolean) =>
        // Nothing is answered before the check is completed, which waits for the disk and takes this along.
        nonDurableTransaction(db).execute(async (transaction) => {
          const inherited =
            inherit &&
            externalId !== undefined &&
            (await dropDeadReservation(transaction, clientId, operation, externalId))
          const { rows } = await queries.insert(transaction, row)
          // The process that died had paid for this id already.
          if (!inherited) await pay(transaction, clientId, 1)
          return reserved(rows)
        })
      try {
        // Ids are rarely used twice: whose they were is asked only then.
        return await (isPostgres(db) ? takeAtOnce() : take(false)).catch((error) => {
          if (!isUniqueViolation(error)) throw error
          return take(true)
        })
      } catch (error) {
        if (error instanceof NoBalance || isOverdrawn(error)) return 'no_balance'
        if (isUniqueViolation(error)) return 'id_taken'
        // It may have been committed, and only the word of it was lost.
        if (error instanceof DatabaseAway) owed.add(id)
        throw error
      }
    },

    async reserveAll(wanted) {
      if (owed.size > 0) await giveBackOwed()
      const rows = wanted.map(reservedRow)
      const clientId = wanted[0]!.clientId
      try {
        return await nonDurableTransaction(db).execute(async (transaction) => {
          const references = new Map<string, number>()
          for (const part of batches(rows, rowsAtATime)) {
            const inserted = await transaction
              .insertInto('checks')
              .values(part.map((row) => ({ ...row, state: 'reserved' as const })))
              .returning(['id', 'reference'])
              .execute()
            for (const { id, reference } of inserted) references.set(id, Number(reference))
          }
          await pay(transaction, clientId, rows.length)
          return rows.map(({ id, dialect, operation }) => ({
            ...{ id, reference: references.get(id)!, clientId, dialect, operation },
          }))
        })
      } catch (error) {
        if (error instanceof NoBalance) return 'no_balance'
        if (error instanceof DatabaseAway) for (const { id } of rows) owed.add(id)
        throw error
      }
    },

    async complete(reservation, decide, course) {
      const { id } = reservation
      return db.transaction().execute(async (transaction) => {
        const outcome = typeof decide === 'function' ? await decide(transaction) : decide
        const query = ending(transaction, reservation, outcome, course)
        const { clientId, dialect, operation } = reservation
        const entry = { actor: clientId, clientId, action: 'check.decided', subject: id }
        const decided = { ...entry, details: { dialect, operation, status: outcome.status } }
        // The log last: from there on other decisions wait for the commit.
        if (audit && !outcome.free) found(id, await audit.appendAfter(transaction, query, decided))
        else {
          found(id, await transaction.executeQuery(query))
          if (outcome.free) await payBack(transaction, clientId)
          await audit?.append(transaction, decided)
        }
        return outcome
      })
    },

    async release(...reservations) {
      const ids = reservations.map(({ id }) => id)
      await giveBack(db, ids).catch(() => {
        for (const id of ids) owed.add(id)
      })
    },

    async releaseDead() {
      const dead = await findDead(db, now() - reservationDeadAfter)
      let released = 0
      for (const id of dead) released += await giveBack(db, [id])
      return released
    },
  }
}

/** @throws ReservationLost */
function found(id: string, { numAffectedRows }: QueryResult<unknown>): void {
  if (numAffectedRows === 0n) throw new ReservationLost(id)
}

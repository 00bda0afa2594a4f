/** Reservations that come to nothing: their ids are free again, and their prepaid calls given back. */
import { type ExpressionBuilder, sql } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { batches } from './batches.ts'
import { holdAllReserved } from './hold.ts'
import { payBack } from './prepaid.ts'

/** @returns how many of them there were to give back: what is done or was accepted stays */
export async function giveBack(db: Database, ids: readonly string[]): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    // First: the transaction that accepts them may still commit, though its caller lost the connection.
    await holdAllReserved(transaction, ids)
    const calls = new Map<string, number>()
    for (const part of batches(ids)) {
      const deleted = transaction
        .deleteFrom('checks')
        .where('id', 'in', part)
        .where('state', '=', 'reserved')
        .where(isNotAccepted)
        .returning('client_id')
      for (const { client_id } of await deleted.execute())
        calls.set(client_id, (calls.get(client_id) ?? 0) + 1)
    }
    for (const [clientId, count] of calls) await payBack(transaction, clientId, count)
    return [...calls.values()].reduce((sum, count) => sum + count, 0)
  })
}

/** Ids of checks that a process reserved before this moment and left. @param before Unix milliseconds */
export async function findDead(db: Database, before: number): Promise<string[]> {
  const dead = await db
    .selectFrom('checks')
    .select('id')
    // Written out, or SQLite would not see that its index of reserved checks has them all.
    .where('state', '=', sql.lit('reserved'))
    .where('created_at', '<', before)
    // A session's check is under way as long as there is the session: what nobody finished stays paid.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('challenge_sessions')
            .select('challenge_sessions.id')
            .whereRef('challenge_sessions.id', '=', 'checks.id'),
        ),
      ),
    )
    .where(isNotAccepted)
    .execute()
  return dead.map(({ id }) => id)
}

/** Of those that are reserved: nobody has accepted it, to be measured later. */
function isNotAccepted({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'checks'>) {
  const pending = selectFrom('pending_checks').select('pending_checks.id')
  return not(exists(pending.whereRef('pending_checks.id', '=', 'checks.id')))
}

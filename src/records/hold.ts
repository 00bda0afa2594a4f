import type { Transaction } from 'kysely'
import type { Tables } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import { batches } from './batches.ts'

/** What was to be written of a check has no place any more: it was erased while it was under way. */
export class ReservationLost extends Error {
  override readonly name = 'ReservationLost'

  constructor(id: string) {
    super(`The check ${id} has lost its reservation.`)
  }
}

/**
 * Holds a check's reserved row until the transaction ends: nobody erases it, completes it or gives it back meanwhile.
 * @returns false: it is not reserved any more
 */
export async function holdReserved(transaction: Transaction<Tables>, id: string): Promise<boolean> {
  // Written rather than read: it locks the row on PostgreSQL, and on SQLite keeps other processes from writing.
  const held = await transaction
    .updateTable('checks')
    .set({ state: 'reserved' })
    .where('id', '=', id)
    .where('state', '=', 'reserved')
    .executeTakeFirst()
  return held.numUpdatedRows > 0n
}

/**
 * The same for many checks, whose rows are held in the order of their ids.
 * @returns ids of those that are not reserved any more
 */
export async function holdAllReserved(
  transaction: Transaction<Tables>,
  ids: readonly string[],
): Promise<string[]> {
  const held = new Set<string>()
  for (const part of batches([...ids].sort())) {
    const found = isPostgres(transaction)
      ? transaction
          .selectFrom('checks')
          .select('id')
          .where('id', 'in', part)
          .where('state', '=', 'reserved')
          .orderBy('id')
          .forUpdate()
      : transaction
          .updateTable('checks')
          .set({ state: 'reserved' })
          .where('id', 'in', part)
          .where('state', '=', 'reserved')
          .returning('id')
    for (const { id } of await found.execute()) held.add(id)
  }
  return ids.filter((id) => !held.has(id))
}

/**
 * Holds the rows of those of these checks that are the client's until the transaction ends.
 * @returns their ids, and how many of them were paid and not done: whoever erases them gives that back. A session that
 *   nobody finished stays paid
 */
export async function holdOwn(
  transaction: Transaction<Tables>,
  clientId: string,
  checkIds: readonly string[],
): Promise<{ ids: string[]; unfinished: number }> {
  // Looked up by id alone: given the client too, SQLite would go through all of the client's checks.
  let rows = transaction
    .selectFrom('checks')
    .select(['id', 'client_id', 'state'])
    .where('id', 'in', [...checkIds])
    .orderBy('id')
  if (isPostgres(transaction)) rows = rows.forUpdate()
  const own = (await rows.execute()).filter((row) => row.client_id === clientId)
  const ids = own.map(({ id }) => id)
  const reserved = own.filter(({ state }) => state === 'reserved').map(({ id }) => id)
  if (reserved.length === 0) return { ids, unfinished: 0 }
  const sessions = await transaction
    .selectFrom('challenge_sessions')
    .select('id')
    .where('id', 'in', reserved)
    .execute()
  return { ids, unfinished: reserved.length - sessions.length }
}

/** Holds a client's row, after those of its checks: whoever counts what is the client's sees what others have added. */
export async function holdClient(transaction: Transaction<Tables>, clientId: string): Promise<void> {
  // On SQLite transactions that write come one after the other.
  if (!isPostgres(transaction)) return
  await transaction.selectFrom('clients').select('id').where('id', '=', clientId).forNoKeyUpdate().execute()
}

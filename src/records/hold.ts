import type { Transaction } from 'kysely'
import type { Tables } from '../database/index.ts'

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

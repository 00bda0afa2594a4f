import type { Transaction } from 'kysely'
import type { Tables } from '../database/index.ts'

/** Leaves the transaction, and with it the reservation, when a billed client has nothing left. */
export class NoBalance extends Error {}

/** Takes prepaid calls of a client: all of them, or none; of one that is not billed none. @throws NoBalance */
export async function takeCalls(
  transaction: Transaction<Tables>,
  clientId: string,
  balance: number | null | undefined,
  calls: number,
): Promise<void> {
  if (balance === null || balance === undefined) return
  const taken = await transaction
    .updateTable('clients')
    .set((update) => ({ balance: update('balance', '-', calls) }))
    .where('id', '=', clientId)
    .where('balance', '>=', calls)
    .executeTakeFirst()
  if (taken.numUpdatedRows === 0n) throw new NoBalance()
}

/** Gives a billed client prepaid calls back. */
export async function payBack(transaction: Transaction<Tables>, clientId: string, calls = 1): Promise<void> {
  await transaction
    .updateTable('clients')
    .set((update) => ({ balance: update('balance', '+', calls) }))
    .where('id', '=', clientId)
    .where('balance', 'is not', null)
    .execute()
}

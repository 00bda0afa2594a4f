import type { Transaction } from 'kysely'
import type { Tables } from '../database/index.ts'

/** Gives a billed client prepaid calls back. */
export async function payBack(transaction: Transaction<Tables>, clientId: string, calls = 1): Promise<void> {
  await transaction
    .updateTable('clients')
    .set((update) => ({ balance: update('balance', '+', calls) }))
    .where('id', '=', clientId)
    .where('balance', 'is not', null)
    .execute()
}

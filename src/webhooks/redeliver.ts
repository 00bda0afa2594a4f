import type { Database } from '../database/index.ts'

/**
 * Puts a delivery that has come to its end back into the outbox, as if it had never been tried; the attempts before stay to be looked at.
 * @param clients whose deliveries may be meant; null: every one's
 * @returns the client it is of; null when there is no such delivery, or it still waits for its attempt
 */
export async function redeliver(
  db: Database,
  deliveryId: string,
  clients: readonly string[] | null,
  now: number,
): Promise<string | null> {
  let update = db
    .updateTable('webhook_deliveries')
    .set({
      state: 'pending',
      attempts: 0,
      next_attempt_at: now,
      ended_at: null,
      reason: null,
      last_status: null,
    })
    .where('id', '=', deliveryId)
    .where('state', '!=', 'pending')
  if (clients) update = update.where('client_id', 'in', [...clients, ''])
  return (await update.returning('client_id').executeTakeFirst())?.client_id ?? null
}

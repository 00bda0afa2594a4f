/** The secrets that sign what a destination is sent: sealed in its row. */
import { open, rewrap, seal } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { WebhookDestinationsTable } from '../database/schema-platform.ts'
import type { DestinationSecrets } from './types.ts'

/** @param time Unix milliseconds; a previous secret whose time is over by then is left out */
export function openSecrets(
  masterKey: MasterKey,
  row: WebhookDestinationsTable,
  time: number,
): DestinationSecrets {
  const reveal = (sealed: string) =>
    open(masterKey, 'webhooks', secretContext(row.client_id, row.id), sealed).toString()
  const valid = row.previous_secret !== null && (row.previous_until ?? 0) > time
  return {
    current: reveal(row.secret),
    previous: valid ? reveal(row.previous_secret as string) : null,
    previousUntil: valid ? row.previous_until : null,
  }
}

/** What a destination's secrets are sealed for. */
export function secretContext(clientId: string, id: string): string {
  return `webhook/${clientId}/${id}`
}

export function sealSecret(masterKey: MasterKey, clientId: string, id: string, secret: string): string {
  return seal(masterKey, 'webhooks', secretContext(clientId, id), Buffer.from(secret))
}

/** Rewraps secrets that are under a retired master key. @returns of how many destinations */
export async function rewrapSecrets(db: Database, masterKey: MasterKey): Promise<number> {
  let count = 0
  for (const row of await db.selectFrom('webhook_destinations').selectAll().execute()) {
    const context = secretContext(row.client_id, row.id)
    const renew = (sealed: string | null) => sealed && rewrap(masterKey, 'webhooks', context, sealed)
    const [secret, previous] = [renew(row.secret), renew(row.previous_secret)]
    if (!secret && !previous) continue
    // A secret that was rotated meanwhile is not the one read here, and is under the current key already.
    const { numUpdatedRows } = await db
      .updateTable('webhook_destinations')
      .set({ secret: secret ?? row.secret, previous_secret: previous ?? row.previous_secret })
      .where('id', '=', row.id)
      .where('secret', '=', row.secret)
      .executeTakeFirst()
    count += Number(numUpdatedRows)
  }
  return count
}

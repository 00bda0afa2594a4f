import { createHmac } from 'node:crypto'
import type { Database } from '../../src/database/index.ts'
import type { WebhookFormat } from '../../src/webhooks/types.ts'

/** A format like the vendors': a timestamp and one HMAC over the body, a second one during a rotation. */
export const testFormat: WebhookFormat = {
  events: ['status.updated'],
  newSecret: () => 'a secret of the test',
  message({ event, secrets, now }) {
    const body = JSON.stringify({ id: event.id, type: event.type, data: event.payload, timestamp: now })
    const sign = (secret: string) => createHmac('sha256', secret).update(body).digest('hex')
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'x-signature': sign(secrets.current),
        ...(secrets.previous ? { 'x-signature-previous': sign(secrets.previous) } : {}),
      },
    }
  },
  retryDelays: [60, 240],
}

/** Ends the claims of senders that were killed, which a living one takes over after half a minute. */
export async function endClaims(database: Database): Promise<void> {
  await database
    .updateTable('webhook_deliveries')
    .set({ claimed_until: 1 })
    .where('claimed_until', 'is not', null)
    .execute()
}

import { createHmac } from 'node:crypto'
import type { WebhookFormat } from '../../src/webhooks/types.ts'

/** A format like the vendors': a timestamp and one HMAC over the body, a second one during a rotation. */
export const testFormat: WebhookFormat = {
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

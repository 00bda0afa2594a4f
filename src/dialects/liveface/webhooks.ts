/** Messages as standardwebhooks.com has them, so that every receiver library of it can verify them. */
import { createHmac, randomBytes } from 'node:crypto'
import { isoTime } from '../../iso-time.ts'
import type { WebhookFormat } from '../../webhooks/types.ts'

/** What may be heard of. */
export const eventNames = ['check.completed', 'check.failed', 'session.completed'] as const

const secretPrefix = 'whsec_'
const second = 1000
const minute = 60 * second
const hour = 60 * minute

export function newSecret(): string {
  return secretPrefix + randomBytes(24).toString('base64')
}

export const webhookFormat: WebhookFormat = {
  events: eventNames,
  newSecret,
  message({ event, secrets, now }) {
    const timestamp = String(Math.floor(now / second))
    const body = JSON.stringify({
      type: event.type,
      timestamp: isoTime(event.createdAt),
      data: event.payload,
    })
    const sign = (secret: string) => {
      const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${event.id}.${timestamp}.${body}`).digest('base64')}`
    }
    const valid = [secrets.current, secrets.previous].filter((secret) => secret !== null)
    return {
      body,
      headers: {
        'content-type': 'application/json',
        // Firewalls before a receiver often refuse a request without one.
        'user-agent': 'Liveface',
        'webhook-id': event.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': valid.map(sign).join(' '),
      },
    }
  },
  retryDelays: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour],
  // Whoever answers at all but with success may have been down in part: everything is tried again.
  retries: () => true,
}

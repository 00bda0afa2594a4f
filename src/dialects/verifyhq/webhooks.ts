import { createHmac, randomBytes } from 'node:crypto'
import type { Session } from '../../challenges/types.ts'
import type { NewEvent, WebhookFormat } from '../../webhooks/types.ts'
import { isoTime, toCheckAnswer } from './translate.ts'

const minute = 60_000

/** What the vendor's receivers get: JSON, and the HMAC-SHA256 of exactly these bytes in hex. */
export const webhookFormat: WebhookFormat = {
  events: ['liveness.passed', 'liveness.failed', 'verification.completed'],
  newSecret: () => `whsec_${randomBytes(24).toString('hex')}`,
  message({ event, secrets }) {
    const body = JSON.stringify({
      event: event.type,
      timestamp: isoTime(event.createdAt),
      data: event.payload,
    })
    const signature = createHmac('sha256', secrets.current).update(body).digest('hex')
    return {
      body,
      headers: {
        'content-type': 'application/json',
        // Firewalls before a receiver often refuse a request without one.
        'user-agent': 'Liveface',
        'x-webhook-signature': signature,
      },
    }
  },
  retryDelays: [1, 5, 30, 120, 360].map((minutes) => minutes * minute),
}

/**
 * The events of a verdict: how it ended, and, for those who listen to the newer name, that it did. They link to no
 * photo: the link would expire before a late attempt.
 */
export function eventsOf(session: Session): NewEvent[] {
  const types = [session.verdict?.isAlive ? 'liveness.passed' : 'liveness.failed', 'verification.completed']
  const payload = toCheckAnswer(session, () => null)
  return types.map((type) => ({
    clientId: session.clientId,
    dialect: 'verifyhq',
    type,
    payload,
    subjectId: session.id,
  }))
}

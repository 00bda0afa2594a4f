import { createHmac, randomBytes } from 'node:crypto'
import type { Attempt, WebhookFormat } from '../../../webhooks/types.ts'
import { toPythonJson } from '../python-json.ts'

/** What the vendor lets a destination hear. Here only `status.updated` is ever sent. */
export const eventNames = [
  'status.updated',
  'data.updated',
  'user.status.updated',
  'user.data.updated',
  'business.status.updated',
  'business.data.updated',
  'activity.created',
  'transaction.created',
  'transaction.status.updated',
  'travel_rule.status.updated',
] as const

export const versions = ['v1', 'v2', 'v3'] as const

/** What an event says beside its id, type and times. */
export interface StatusUpdate {
  session_id: string
  status: string
  [key: string]: unknown
}

const minute = 60_000

/** What the vendor's receivers get: sorted JSON in ASCII, a time, and three signatures. */
export const webhookFormat: WebhookFormat = {
  events: ['status.updated'],
  // 43 characters that a URL can hold.
  newSecret: () => randomBytes(32).toString('base64url'),
  message(attempt) {
    const { event, secrets } = attempt
    // Inside the signed body too: receivers refuse a body older than five minutes, whatever the header says.
    const timestamp = Math.floor(attempt.now / 1000)
    const body = toBody(event, timestamp)
    const text = toPythonJson(body, { ascii: true })
    return {
      body: text,
      headers: {
        'Content-Type': 'application/json',
        // The vendor has its receivers let exactly this pass their firewalls.
        'User-Agent': 'DiditWebhook/2.0 +https://didit.me',
        'X-Timestamp': String(timestamp),
        ...sign(body, text, secrets.current, ''),
        ...(secrets.previous ? sign(body, text, secrets.previous, '-Previous') : {}),
      },
    }
  },
  retryDelays: [minute, 4 * minute],
  retries: (ending) =>
    ending.status === null ? ending.reason !== 'refused_url' : ending.status >= 500 || ending.status === 404,
}

function toBody({ id, type, createdAt, payload }: Attempt['event'], timestamp: number) {
  return {
    ...(payload as StatusUpdate),
    event_id: id,
    webhook_type: type,
    created_at: Math.floor(createdAt / 1000),
    timestamp,
  }
}

/**
 * `X-Signature` covers the bytes of the body, `-V2` the same JSON with every character as itself, which
 * survives a proxy that rewrites the body, `-Simple` the four values that decide, which survives all.
 */
function sign(body: ReturnType<typeof toBody>, text: string, secret: string, suffix: string) {
  const hmac = (signed: string) => createHmac('sha256', secret).update(signed, 'utf8').digest('hex')
  const { timestamp, session_id, status, webhook_type } = body
  return {
    [`X-Signature${suffix}`]: hmac(text),
    [`X-Signature-V2${suffix}`]: hmac(toPythonJson(body, { ascii: false })),
    [`X-Signature-Simple${suffix}`]: hmac([timestamp, session_id, status, webhook_type].join(':')),
  }
}

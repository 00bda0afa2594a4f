import type { Check, Session } from './api-types.ts'

/** What a webhook tells. */
export type WebhookEvent =
  | { type: 'check.completed'; timestamp: string; data: Check }
  | { type: 'session.completed'; timestamp: string; data: Session }

export interface VerifyOptions {
  /** Seconds by which a message may be old, or early. Default 300. */
  toleranceSeconds?: number
  /** Unix milliseconds. Default: the clock's. */
  now?: number
}

/**
 * Reads a webhook's message when it is the server's. Messages may come twice: drop those whose `webhook-id` you know.
 * @param body as it arrived, before any JSON is read of it
 * @param headers of the request, names in lower case
 * @param secrets as `createWebhook` and `rotateWebhookSecret` gave them, `whsec_...`; one of them must have signed it
 * @throws Error when the message is old, or somebody else's
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: Headers | Record<string, string | string[] | undefined>,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now() }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const header = (name: string) => (headers instanceof Headers ? headers.get(name) : headers[name])
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    header(`webhook-${name}`),
  )
  if (!id || !timestamp || !signatures) throw new Error('The message has no signature.')
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= toleranceSeconds)) {
    throw new Error('The message is too old, or the clock is wrong.')
  }
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`)
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  for (const secret of [secrets].flat()) {
    const bytes = decode(secret.replace(/^whsec_/, ''))
    const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['verify'])
    for (const signature of String(signatures).split(' ')) {
      const [version, value] = signature.split(',')
      if (version !== 'v1' || !value) continue
      // Its comparison takes the same time wherever the difference is.
      if (await crypto.subtle.verify('HMAC', key, decode(value), signed))
        return JSON.parse(text) as WebhookEvent
    }
  }
  throw new Error('The message is not signed with this secret.')
}

/** Bytes of base64; none of what is not. */
function decode(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

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
 * @throws Error when the message is old, or somebody else's, and for a secret that the server did not make
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
  for (const bytes of [secrets].flat().map(keyOf)) {
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

/** The 24 bytes of a secret. A variable that is not set would be a key that everybody has. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = decode(secret.replace(/^whsec_/, ''))
  if (bytes.length !== 24) throw new Error('A secret of a webhook is whsec_ and 24 bytes in base64.')
  return bytes
}

/** Bytes of base64; none of what is not. */
function decode(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

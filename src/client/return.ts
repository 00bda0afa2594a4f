import type { VerifyOptions } from './webhook.ts'

/** What a person brings from the capture page to your `return_url`. Read the verdict from the server. */
export interface SessionReturn {
  /** Id of the session. */
  session: string
  status: 'completed' | 'expired'
  /** When the person was sent back; Unix seconds. */
  time: number
}

/**
 * Reads the address at which a person came back, when it is the server's work and recent.
 * @param address that was asked for, with its query; its host does not matter
 * @param secret `return_secret` of that session, as `createSession` gave it
 * @throws Error when the address is old, or somebody else's
 */
export async function verifyReturn(
  address: string | URL,
  secret: string,
  { toleranceSeconds = 300, now = Date.now() }: VerifyOptions = {},
): Promise<SessionReturn> {
  // A variable that is not set would be a key that everybody has.
  if (!secret) throw new Error('The secret is empty.')
  const { searchParams } = new URL(address, 'http://localhost')
  const [session, status, time, signatures] = ['session', 'status', 'time', 'signature'].map((name) =>
    searchParams.get(`liveface_${name}`),
  )
  if (!session || !status || !time || !signatures) throw new Error('The address has no signature.')
  if (!(Math.abs(now / 1000 - Number(time)) <= toleranceSeconds)) {
    throw new Error('The address is too old, or the clock is wrong.')
  }
  const text = new TextEncoder()
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', text.encode(secret), hmac, false, ['verify'])
  const signed = text.encode(`${session}.${status}.${time}`)
  for (const signature of signatures.split('.')) {
    const bytes = Uint8Array.from(signature.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    // Its comparison takes the same time wherever the difference is.
    if (await crypto.subtle.verify('HMAC', key, bytes, signed))
      return { session, status: status as SessionReturn['status'], time: Number(time) }
  }
  throw new Error('The address is not signed with this secret.')
}

/** How the OpenID Connect library reaches the provider: through the guarded fetch, like everything that leaves the server. */
import type { CustomFetch } from 'openid-client'
import { createGuardedFetch } from '../fetch/index.ts'

/** Of a provider's answers in bytes: tokens may list hundreds of groups. */
const maxBytes = 256 * 1024

export interface ProviderFetchSettings {
  /** Of the provider. Its port, 80, 443 and `ports` may be spoken to. */
  issuer: string
  /** The provider may have a private or loopback address. */
  allowPrivate: boolean
  ports: readonly number[]
  /** Milliseconds for one call. */
  totalMs: number
}

/** Follows no redirect. Throws what the guarded fetch throws, for every status but 200 of what is read. */
export function createProviderFetch(settings: ProviderFetchSettings): CustomFetch {
  const { issuer, allowPrivate, ports, totalMs } = settings
  const own = Number(new URL(issuer).port)
  const fetch = createGuardedFetch({
    allowPrivate,
    ports: own > 0 ? [...ports, own] : ports,
    totalMs,
    maxRedirects: 0,
  })
  return async (url, { method, headers, body }) => {
    if (method === 'GET') {
      const bytes = await fetch.get(url, { maxBytes })
      // Metadata and keys are JSON, or of no use.
      return new Response(new Uint8Array(bytes), { headers: { 'content-type': 'application/json' } })
    }
    const answer = await fetch.post(url, String(body), headers, { maxBytes })
    const type = answer.headers['content-type']
    return new Response(new Uint8Array(answer.body), {
      status: answer.status,
      headers: typeof type === 'string' ? { 'content-type': type } : {},
    })
  }
}

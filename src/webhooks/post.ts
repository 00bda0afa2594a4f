import { FetchError, type FetchReason, type GuardedFetch } from '../fetch/index.ts'
import type { Ending, Post } from './types.ts'

const refusals: readonly FetchReason[] = [
  'url_malformed',
  'url_too_long',
  'scheme_refused',
  'credentials_refused',
  'port_refused',
  'host_refused',
  'address_refused',
]
const timeouts: readonly FetchReason[] = ['connect_timeout', 'total_timeout']

/**
 * Sends webhooks through the guarded fetch: public addresses only, no redirect followed, so that a
 * receiver can't point signed personal data somewhere else.
 * @param allowHttp development only: plain http is accepted too
 */
export function createPost(fetch: Pick<GuardedFetch, 'post'>, allowHttp = false): Post {
  return async (url, { body, headers }, signal): Promise<Ending> => {
    if (!isAllowed(url, allowHttp)) return { status: null, reason: 'refused_url' }
    try {
      // The answer's body is of no interest; reading none of it keeps a talkative receiver cheap.
      const { status } = await fetch.post(url, body, headers, { maxBytes: 0, ...(signal ? { signal } : {}) })
      return { status }
    } catch (error) {
      const reason = error instanceof FetchError ? error.reason : null
      if (reason && refusals.includes(reason)) return { status: null, reason: 'refused_url' }
      if (reason && timeouts.includes(reason)) return { status: null, reason: 'timeout' }
      return { status: null, reason: 'network' }
    }
  }
}

/** https, or http where development allows it. */
function isAllowed(url: string, allowHttp: boolean): boolean {
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  return protocol === 'https:' || (allowHttp && protocol === 'http:')
}

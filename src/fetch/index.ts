/** Fetches URLs that a stranger names, without letting them reach what only this machine can reach. */
import { type buildConnector, Client } from 'undici'
import { isLocalAddress, isPublicAddress } from './address.ts'
import { collectBody, discardBody, keepBody } from './body.ts'
import { createGuardedConnect } from './connect.ts'
import { FetchError } from './error.ts'
import { createResolveHost, type ResolveHost } from './resolve.ts'
import { checkUrl } from './url.ts'

export { FetchError, type FetchReason } from './error.ts'

export interface GuardedFetchOptions {
  /** Ports that URLs may name beside 80 and 443. */
  ports?: readonly number[]
  /** Development only: loopback and private addresses are allowed too. Default false. */
  allowPrivate?: boolean
  /** Milliseconds for a whole call, redirects included. Default 10 000. */
  totalMs?: number
  /** Milliseconds for look-up, TCP and TLS of one hop. Default 3 000. */
  connectMs?: number
  /** Redirects that a GET follows. Default 3. */
  maxRedirects?: number
  /** GETs under way at once, each of which may hold a body in memory. Default 64. */
  maxConcurrent?: number
  /** Finds the addresses of a name. Default: hosts file, then DNS. */
  resolve?: ResolveHost
  /** Decides on an address instead of the rules above, for tests. */
  permits?: (address: string) => boolean
}

export interface GetOptions {
  /** Hosts the URL and its redirects may name, exact or `*.domain`; empty or absent: any. */
  hosts?: readonly string[]
  /** Largest body in bytes. Default 10 MiB. */
  maxBytes?: number
  /** Looks at the first bytes (256, or all of a shorter body); false stops the download. */
  accepts?: (head: Uint8Array) => boolean
  signal?: AbortSignal
}

export interface PostOptions {
  hosts?: readonly string[]
  /** Bytes of the answer's body that are kept; the rest is not read. Default 64 KiB. */
  maxBytes?: number
  /** Milliseconds for the whole call. Default: that of the fetch. */
  totalMs?: number
  signal?: AbortSignal
}

export interface PostAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

export interface GuardedFetch {
  /**
   * Fetches a body. Follows redirects, checking each like the first URL; only status 200 with a body
   * counts. The content type is not asked: look at the bytes.
   * @throws FetchError, and nothing else
   */
  get(url: string, options?: GetOptions): Promise<Buffer>
  /**
   * Sends a body. Any HTTP answer counts, a redirect too: it is not followed, so that a signed body
   * goes only where it was meant to.
   * @throws FetchError, and nothing else, when there was no HTTP answer
   */
  post(
    url: string,
    body: string | Uint8Array,
    headers: Record<string, string>,
    options?: PostOptions,
  ): Promise<PostAnswer>
}

const mebibyte = 1024 * 1024
const redirectStatuses = [301, 302, 303, 307, 308]
const getHeaders = {
  accept: 'image/*, */*;q=0.1',
  'accept-encoding': 'identity',
  'user-agent': 'Liveface',
}

/** Sends one request over a connection that nothing else uses. */
type Send = (
  url: URL,
  method: 'GET' | 'POST',
  headers: Record<string, string>,
  body?: string | Uint8Array | null,
) => ReturnType<Client['request']>

/** No connection outlives its call, so one caller's connection never serves another. Proxy variables are not read. */
export function createGuardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  const { allowPrivate = false, totalMs = 10_000, maxRedirects = 3, maxConcurrent = 64 } = options
  const ports = [80, 443, ...(options.ports ?? [])]
  const connecting = {
    resolve: options.resolve ?? createResolveHost(),
    permits:
      options.permits ??
      ((address: string) => isPublicAddress(address) || (allowPrivate && isLocalAddress(address))),
    timeoutMs: Math.min(options.connectMs ?? 3_000, totalMs),
  }
  let running = 0

  /** Runs one call over connections of its own, under one time limit, and turns every failure into a FetchError. */
  async function call<T>(
    limitMs: number,
    given: AbortSignal | undefined,
    work: (send: Send) => Promise<T>,
  ): Promise<T> {
    const limit = AbortSignal.timeout(limitMs)
    const signal = given ? AbortSignal.any([limit, given]) : limit
    const attempt = watchAttempts(createGuardedConnect({ ...connecting, signal }))
    const clients: Client[] = []
    const send: Send = (url, method, headers, body = null) => {
      const client = new Client(url.origin, {
        connect: attempt.connect,
        pipelining: 0,
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      clients.push(client)
      return client.request({ path: url.pathname + url.search, method, headers, body, signal })
    }
    try {
      return await work(send)
    } catch (error) {
      const begun = attempt.begun()
      const quietUntil = begun === null ? undefined : begun + connecting.timeoutMs
      if (given?.aborted) throw new FetchError('aborted', { quietUntil })
      if (limit.aborted) throw new FetchError('total_timeout', { quietUntil })
      const reason = error instanceof FetchError ? error.reason : 'exchange_failed'
      throw new FetchError(reason, { cause: error instanceof FetchError ? error.cause : error, quietUntil })
    } finally {
      for (const client of clients) await client.destroy()
    }
  }

  async function follow(text: string, get: GetOptions, send: Send) {
    const rules = { ports, hosts: get.hosts ?? [] }
    let url = checkUrl(text, rules)
    for (let redirects = 0; ; redirects++) {
      const answer = await send(url, 'GET', getHeaders)
      if (!redirectStatuses.includes(answer.statusCode)) return answer
      discardBody(answer.body)
      if (redirects === maxRedirects) throw new FetchError('redirects_exhausted')
      const { location } = answer.headers
      if (typeof location !== 'string') throw new FetchError('redirect_malformed')
      url = checkUrl(location, rules, url)
    }
  }

  return {
    async get(url, get = {}) {
      if (running >= maxConcurrent) throw new FetchError('too_many_fetches')
      running++
      try {
        return await call(totalMs, get.signal, async (send) => {
          const answer = await follow(url, get, send)
          if (answer.statusCode !== 200) {
            discardBody(answer.body)
            throw new FetchError('status_refused')
          }
          const declared = Number(answer.headers['content-length'] ?? 0)
          return collectBody(answer.body, {
            maxBytes: get.maxBytes ?? 10 * mebibyte,
            declared,
            ...(get.accepts ? { accepts: get.accepts } : {}),
          })
        })
      } finally {
        running--
      }
    },

    async post(text, body, headers, post = {}) {
      return call(post.totalMs ?? totalMs, post.signal, async (send) => {
        const url = checkUrl(text, { ports, hosts: post.hosts ?? [] })
        const answer = await send(url, 'POST', headers, body)
        const kept = await keepBody(answer.body, post.maxBytes ?? 64 * 1024)
        return { status: answer.statusCode, headers: answer.headers, body: kept }
      })
    },
  }
}

/** Knows when the connection that is still in the making was begun; null while none is. */
function watchAttempts(connect: buildConnector.connector) {
  let begun: number | null = null
  const watched: buildConnector.connector = (target, callback) => {
    begun = performance.now()
    connect(target, (...outcome) => {
      // One that failed stays: it is what the call fails of.
      if (outcome[1]) begun = null
      callback(...outcome)
    })
  }
  return { connect: watched, begun: () => begun }
}

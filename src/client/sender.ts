import { LivefaceError } from './error.ts'

export interface SenderOptions {
  /** Where the server is, without `/api/v1`. */
  baseUrl: string
  /** As `liveface keys create --dialect liveface` prints it. Keep it out of pages that others open. */
  key: string
  /** How often a call is tried again when no answer came or the server was busy. Default 3. */
  retries?: number
  /** Milliseconds that one attempt may take. Default 60 000. */
  timeoutMs?: number
  /** Default: the global `fetch`. */
  fetch?: typeof fetch
}

interface Sent {
  signal?: AbortSignal | undefined
  /** A text is JSON, unless `bodyType` says what it is. */
  body?: FormData | string
  bodyType?: string
  /** The answer is no JSON. */
  asText?: boolean
  idempotencyKey?: string
}

/** Longest wait between two attempts, in milliseconds; a longer Retry-After is the caller's to heed. */
const maxWait = 30_000

/**
 * Sends calls, and sends them again where that does no harm: a check has an idempotency key, so that one whose answer was
 * lost is done and paid once.
 */
export function createSender(options: SenderOptions) {
  const { baseUrl, key, retries = 3, timeoutMs = 60_000, fetch: send = fetch } = options
  const base = `${baseUrl.replace(/\/+$/, '')}/api/v1`

  /** @returns the answer's JSON, or its text; null where it has none */
  return async (method: string, path: string, sent: Sent): Promise<unknown> => {
    const { signal, body, bodyType = 'application/json', asText = false, idempotencyKey } = sent
    const headers: Record<string, string> = { authorization: `Bearer ${key}` }
    if (typeof body === 'string') headers['content-type'] = bodyType
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey
    let mayBeDone = false
    for (let attempt = 0; ; attempt++) {
      const timeout = AbortSignal.timeout(timeoutMs)
      let failure: unknown
      try {
        const response = await send(base + path, {
          method,
          headers,
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
          ...(body ? { body } : {}),
        })
        // Here, so that an answer that breaks off is asked for again.
        if (response.ok && asText) return await response.text()
        if (response.ok) return response.status === 204 ? null : await response.json()
        // What an attempt before this one erased, whose answer was lost, is erased.
        if (method === 'DELETE' && response.status === 404 && mayBeDone) {
          await response.body?.cancel()
          return null
        }
        failure = await LivefaceError.of(response)
      } catch (error) {
        signal?.throwIfAborted()
        failure = error
      }
      // 503 refuses before anything is done; other errors may come of a proxy that lost the answer.
      mayBeDone ||= !(failure instanceof LivefaceError) || (failure.status >= 500 && failure.status !== 503)
      const wait = waitBefore(failure, attempt)
      if (attempt >= retries || wait === null) throw failure
      await pause(wait, signal)
    }
  }
}

/** Milliseconds until the next attempt; null: it would fail the same way. */
function waitBefore(failure: unknown, attempt: number): number | null {
  // Spread out, so that clients which failed together do not come back together.
  const backoff = Math.min(maxWait, 500 * 2 ** attempt) * (0.5 + Math.random() / 2)
  if (!(failure instanceof LivefaceError)) return backoff
  const { status, code, retryAfter } = failure
  const isPassing = status === 429 || status >= 500 || code === 'idempotency_key_under_way'
  if (!isPassing || (retryAfter ?? 0) * 1000 > maxWait) return null
  return retryAfter === null ? backoff : retryAfter * 1000
}

export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    // A signal that is aborted already tells nobody who begins to listen.
    if (signal?.aborted) return reject(signal.reason)
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', end, { once: true })
  })
}

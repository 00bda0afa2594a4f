/** A picture that a caller names by URL, and how long a caller waits who gets none. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { sniff } from '../../engine/picture/sniff.ts'
import { FetchError, type GuardedFetch } from '../../receive/fetch.ts'
import { IndiconnectError } from './errors.ts'

/** Milliseconds between the end of the longest fetch and the answer, so that none is late for its own hold. */
const margin = 250

/**
 * Fetches the pictures of one request side by side; when one fails the others are given up.
 * The reason of a failure is logged, without the URL, and goes no further.
 * @throws FetchError; IndiconnectError busy when too many fetches are under way
 */
export async function fetchPictures(
  urls: readonly string[],
  fetch: GuardedFetch,
  given: { hosts: readonly string[]; signal: AbortSignal; log: FastifyBaseLogger },
): Promise<Buffer[]> {
  const others = new AbortController()
  const signal = AbortSignal.any([given.signal, others.signal])
  const accepts = (head: Uint8Array) => sniff(head) !== null
  try {
    return await Promise.all(urls.map((url) => fetch.get(url, { hosts: given.hosts, accepts, signal })))
  } catch (error) {
    others.abort()
    if (!(error instanceof FetchError)) throw error
    const cause = (error.cause as NodeJS.ErrnoException | undefined)?.code
    given.log.info({ reason: error.reason, cause }, 'picture not fetched')
    if (error.reason === 'too_many_fetches') throw new IndiconnectError('busy', { retryAfter: 1 })
    throw error
  }
}

/**
 * Starts a clock that runs until every fetch begun now has ended. An answer that says "no picture"
 * waits for it: its time would otherwise tell a closed port (at once) from a filtered one (connect
 * limit), from a server that says nothing (total limit) and from a page that is no picture.
 * @returns waits for the clock; returns early when the caller hangs up
 */
export function startHold(fetch: GuardedFetch, signal: AbortSignal): () => Promise<void> {
  const end = performance.now() + fetch.totalMs + margin
  return async () => {
    const left = end - performance.now()
    if (left > 0) await sleep(left, undefined, { signal }).catch(() => {})
  }
}

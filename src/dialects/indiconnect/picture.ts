/** The pictures that a caller names by URL, and how long a caller waits who gets none. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { CheckRefused } from '../../checks/refusals.ts'
import { sniff } from '../../engine/picture/sniff.ts'
import { FetchError, type GuardedFetch } from '../../fetch/index.ts'

/** Milliseconds beyond the longest attempt to connect, so that none is late for its own hold. */
const margin = 250

/** Neither the text of a URL nor its host gave a picture. */
export class NoPicture extends Error {
  override readonly name = 'NoPicture'
  /** Until when (`performance.now()`) the caller must not notice; see FetchError. */
  readonly quietUntil: number

  constructor(quietUntil: number) {
    super('A picture could not be fetched.')
    this.quietUntil = quietUntil
  }
}

/**
 * Fetches the pictures of one request side by side; when one fails the others are given up.
 * The reason of a failure is logged, without the URL, and goes no further.
 * @throws NoPicture; CheckRefused busy when too many fetches are under way
 */
export async function fetchPictures(
  urls: readonly string[],
  fetch: GuardedFetch,
  given: { hosts: readonly string[]; signal: AbortSignal; log: FastifyBaseLogger },
): Promise<Buffer[]> {
  const others = new AbortController()
  const signal = AbortSignal.any([given.signal, others.signal])
  const accepts = (head: Uint8Array) => sniff(head) !== null
  const failures: FetchError[] = []
  const getOne = async (url: string) => {
    try {
      return await fetch.get(url.trim(), { hosts: given.hosts, accepts, signal })
    } catch (error) {
      others.abort()
      if (!(error instanceof FetchError)) throw error
      failures.push(error)
      return null
    }
  }
  const pictures = await Promise.all(urls.map(getOne))
  const [first] = failures
  if (!first) return pictures.filter((picture) => picture !== null)
  const cause = (first.cause as NodeJS.ErrnoException | undefined)?.code
  given.log.info({ reason: first.reason, cause }, 'picture not fetched')
  if (failures.some(({ reason }) => reason === 'too_many_fetches')) {
    throw new CheckRefused('busy')
  }
  // Every attempt counts, also one given up for another's sake: a second URL would otherwise be a stopwatch.
  throw new NoPicture(Math.max(...failures.map(({ quietUntil = 0 }) => quietUntil)))
}

/**
 * Waits until the time reveals nothing: a closed port would be known at once, a filtered one at the limit
 * for a connection. Returns early when the caller hangs up.
 */
export async function hold({ quietUntil }: NoPicture, signal: AbortSignal): Promise<void> {
  const left = quietUntil + margin - performance.now()
  if (quietUntil > 0 && left > 0) await sleep(left, undefined, { signal }).catch(() => {})
}

import type { MasterKey } from '../access/master-key.ts'
import type { Claim, Claims, Settlement } from './claims.ts'
import { toDestination } from './destinations.ts'
import { openSecrets } from './secrets.ts'
import type { AttemptError, Ending, Message, Post, WebhookFormat } from './types.ts'

export interface SenderOptions {
  claims: Claims
  masterKey: MasterKey
  /** Format of each dialect, by its name. */
  formats: ReadonlyMap<string, WebhookFormat>
  post: Post
  /** Called at failures of the database or of our own code; never of a receiver's. */
  onError: (error: unknown) => void
  /** Called with the state in which each attempt left its delivery. */
  onAttempt?: (dialect: string, state: Settlement['state']) => void
  now?: () => number
  /** Milliseconds after which another sender may take over a claim; longer than any attempt. */
  leaseMs?: number
  /** Milliseconds between two looks at an empty outbox. */
  pollMs?: number
  /** Attempts under way at once. */
  concurrency?: number
  /** Of which to one destination, so that a receiver that hangs does not hold up the others. */
  perDestination?: number
  /** Milliseconds that `stop` waits for attempts before it breaks them off. */
  graceMs?: number
}

export interface Sender {
  start(): void
  /** Looks at the outbox soon instead of at the next poll. */
  wake(): void
  stop(): Promise<void>
}

/** Takes due deliveries out of the outbox and tries them, beside the requests. */
export function createSender(options: SenderOptions): Sender {
  const { claims, onError, now = Date.now } = options
  const { leaseMs = 30_000, pollMs = 1_000, concurrency = 8, perDestination = 4, graceMs = 2_000 } = options
  const underWay = new Map<Promise<void>, string>()
  const abort = new AbortController()
  let running = false
  let timer: NodeJS.Timeout | undefined
  let pumping: Promise<void> | null = null
  let again = false

  function busyDestinations(): string[] {
    const counts = new Map<string, number>()
    for (const id of underWay.values()) counts.set(id, (counts.get(id) ?? 0) + 1)
    return [...counts].filter(([, count]) => count >= perDestination).map(([id]) => id)
  }

  /** Claims until there is nothing due or no room. Only one pump runs at a time. */
  async function pump(): Promise<void> {
    while (running && underWay.size < concurrency) {
      const claim = await claims.claim(leaseMs, busyDestinations())
      if (!claim) return
      const attempt = work(claim)
      underWay.set(attempt, claim.destinationId)
      attempt.finally(() => {
        underWay.delete(attempt)
        wake()
      })
    }
  }

  async function work(claim: Claim): Promise<void> {
    const at = now()
    const begun = performance.now()
    try {
      const settlement = await attempt(options, claim, now, abort.signal)
      const durationMs = Math.round(performance.now() - begun)
      await (settlement ? claims.settle(claim, settlement, { at, durationMs }) : claims.release(claim))
      if (settlement) options.onAttempt?.(claim.event.dialect, settlement.state)
    } catch (error) {
      // The claim runs out by itself, and the delivery is tried again then.
      onError(error)
    }
  }

  function wake(): void {
    if (!running) return
    if (pumping) {
      again = true
      return
    }
    clearTimeout(timer)
    pumping = pump()
      .catch(onError)
      .finally(() => {
        pumping = null
        if (again) {
          again = false
          wake()
        } else if (running) {
          timer = setTimeout(wake, pollMs).unref()
        }
      })
  }

  return {
    start() {
      running = true
      wake()
    },
    wake,
    async stop() {
      running = false
      clearTimeout(timer)
      await pumping
      const grace = setTimeout(() => abort.abort(), graceMs)
      await Promise.all(underWay.keys())
      clearTimeout(grace)
    },
  }
}

/** @returns null when the attempt was broken off because the server stops */
async function attempt(
  { formats, masterKey, post }: SenderOptions,
  claim: Claim,
  now: () => number,
  signal: AbortSignal,
): Promise<Settlement | null> {
  const { event, destination } = claim
  if (!destination) return failed('destination_deleted', 'The destination was deleted.')
  if (destination.enabled !== 1) return failed('destination_off', 'The destination is switched off.')
  const format = formats.get(event.dialect)
  if (!format) return failed('no_message', `There is no webhook format for ${event.dialect}.`)
  let message: Message
  try {
    message = format.message({
      event,
      destination: toDestination(destination),
      secrets: openSecrets(masterKey, destination, now()),
      now: now(),
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown'
    return failed('no_message', `The message could not be made: ${why}`)
  }
  const ending = await post(destination.url, message, signal)
  if (ending.status === null && signal.aborted) return null
  return settle(format, ending, claim.attempts + 1, now())
}

/** What an ending means for the delivery. @param attempts attempts so far, with this one */
function settle(
  format: Pick<WebhookFormat, 'retryDelays' | 'retries'>,
  ending: Ending,
  attempts: number,
  time: number,
): Settlement {
  const { status } = ending
  if (status !== null && status >= 200 && status < 300) return { state: 'delivered', status }
  const ended = ending.status === null ? { status: null, error: ending.reason } : { status: ending.status }
  const reason = describe(ending)
  const mayRetry = (format.retries ?? retriesByDefault)(ending)
  if (!mayRetry) return { state: 'failed', ...ended, reason }
  const delay = format.retryDelays[attempts - 1]
  if (delay === undefined) return { state: 'failed', ...ended, reason: `${reason} No attempt is left.` }
  return { state: 'pending', ...ended, reason, nextAttemptAt: time + delay }
}

function retriesByDefault(ending: Ending): boolean {
  if (ending.status === null) return ending.reason !== 'refused_url'
  return ending.status >= 500 || ending.status === 404
}

function describe(ending: Ending): string {
  if (ending.status !== null) return `The receiver answered ${ending.status}.`
  const sentences = {
    timeout: 'The receiver did not answer in time.',
    network: 'The receiver could not be reached.',
    refused_url:
      'The URL is not https, names a port outside LIVEFACE_FETCH_PORTS, or leads to no public address.',
  }
  return sentences[ending.reason]
}

function failed(error: AttemptError, reason: string): Settlement {
  return { state: 'failed', status: null, error, reason }
}

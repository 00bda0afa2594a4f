/** What works beside the requests: webhooks, limits shared with other servers, retention, the watch over the disk, sweeps. */
import { mkdirSync } from 'node:fs'
import type { FastifyBaseLogger } from 'fastify'
import type { MasterKey } from '../access/master-key.ts'
import type { LocalRateLimits } from '../access/rate-limits.ts'
import { createSharedLimits, type SharedLimits } from '../access/shared-limits.ts'
import { type ChallengeSessions, sessionLife } from '../challenges/index.ts'
import type { Config } from '../config/index.ts'
import type { ConsoleServices } from '../console/index.ts'
import type { Database } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import type { GuardedFetch } from '../fetch/index.ts'
import { createClockGuard } from '../records/clock-guard.ts'
import { createDiskProbe } from '../records/disk-probe.ts'
import { createRetention, type RetentionOptions } from '../records/retention.ts'
import type { Retention } from '../records/types.ts'
import type { WriteProbe } from '../records/write-probe.ts'
import { createPost, createWebhooks, type Webhooks, type WebhooksOptions } from '../webhooks/index.ts'
import type { Closing } from './closing.ts'

/** Milliseconds between two looks for sessions of the console that are over. */
const consoleSweep = 60 * 60_000

/** Limits that several servers keep together; null on SQLite, which has one server, as a rule. */
export function shareLimits(
  limits: LocalRateLimits,
  { database, masterKey, log }: { database: Database; masterKey: MasterKey; log: FastifyBaseLogger },
): SharedLimits | null {
  if (!isPostgres(database)) return null
  const onError = (error: unknown) =>
    log.warn({ err: error }, 'limits could not be shared with the other servers')
  return createSharedLimits({ database, masterKey, limits, onError })
}

/** The outbox and its sender, which posts through `fetch`, the way of all requests to addresses of strangers. */
export function openWebhooks(
  config: Config,
  parts: Pick<WebhooksOptions, 'database' | 'masterKey' | 'formats' | 'onAttempt' | 'note'>,
  fetch: GuardedFetch,
  log: FastifyBaseLogger,
): Webhooks {
  return createWebhooks({
    ...parts,
    post: createPost(fetch, config.fetch.allowPrivate),
    onError: (error) => log.error(error, 'the sender of webhooks failed'),
    // A claim must outlive the attempt it was made for.
    leaseMs: config.fetch.totalMs + 20_000,
  })
}

/** @param sweeps what goes with the old records, each time they are looked through */
export function openRetention(
  parts: Omit<RetentionOptions, 'sweeps' | 'onError' | 'mayErase' | 'now'>,
  sweeps: readonly (() => Promise<unknown>)[],
  log: FastifyBaseLogger,
): Retention {
  return createRetention({
    ...parts,
    sweeps,
    onError: (error) => log.error(error, 'the sweep of old records failed'),
    mayErase: createClockGuard({ onJump: (message) => log.error(message) }),
  })
}

export function probeDisk({ dataDirectory }: Config, log: FastifyBaseLogger): WriteProbe {
  // With PostgreSQL and a key from elsewhere nothing has made it, and a server without it would never be ready.
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  return createDiskProbe(dataDirectory, (error) => {
    if (error) log.error({ err: error }, 'the data folder takes no writes')
    else log.info('the data folder takes writes again')
  })
}

/** What was measured in sessions that nobody finished does not wait for the end of a retention period. */
export function sweepSessions(
  challenges: ChallengeSessions,
  { sessions, attempts, passkeys, openId }: ConsoleServices,
  log: FastifyBaseLogger,
  closing: Closing,
): void {
  const sweepChallenges = () =>
    challenges.sweep().catch((error) => log.error(error, 'sweeping sessions failed'))
  const sweepConsole = () =>
    Promise.all([sessions.sweep(), attempts.sweep(), passkeys.sweep(), openId?.ways.sweep()]).catch((error) =>
      log.error(error, 'sweeping the sessions of the console failed'),
    )
  closing.add(setInterval(sweepChallenges, sessionLife).unref(), clearInterval)
  closing.add(setInterval(sweepConsole, consoleSweep).unref(), clearInterval)
}

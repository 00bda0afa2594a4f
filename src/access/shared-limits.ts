/** Rate limits that hold over every server of a database, at no cost to a request. */
import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import type { MasterKey } from './master-key.ts'
import type { LocalRateLimits } from './rate-limits.ts'

/** Between two exchanges, in milliseconds: for so long a server does not know what the others have counted. */
const interval = 1000
/** Windows that one statement brings together. */
const batch = 500

export interface SharedLimits {
  /** Adds what this server has counted to what all have, and learns that. Does nothing where nothing was counted. */
  exchange(): Promise<void>
  /** Exchanges once a second, until stopped. */
  start(): void
  stop(): Promise<void>
}

export interface SharedLimitsOptions {
  database: Database
  masterKey: MasterKey
  limits: LocalRateLimits
  /** Told of an exchange that failed: each server then holds the limits by itself, until one succeeds. */
  onError: (error: unknown) => void
  now?: () => number
}

export function createSharedLimits(options: SharedLimitsOptions): SharedLimits {
  const { database, masterKey, limits, onError, now = Date.now } = options
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> | null = null

  async function exchangeBatch(): Promise<number> {
    const counted = limits.takeUnshared(batch)
    if (counted.length === 0) return 0
    // Keys hold addresses, which are nobody's business in a database.
    const keys = new Map(counted.map(({ key }) => [masterKey.digest(`limit/${key}`), key]))
    // In one order, so that two servers do not wait for each other.
    const rows = counted
      .map(({ key, count, endsAt }) => ({ key: masterKey.digest(`limit/${key}`), count, ends_at: endsAt }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    try {
      const isOpen = sql`rate_windows.ends_at > ${now()}`
      const totals = await database
        .insertInto('rate_windows')
        .values(rows)
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({
            count: sql`case when ${isOpen} then rate_windows.count + excluded.count else excluded.count end`,
            ends_at: sql`case when ${isOpen} then rate_windows.ends_at else excluded.ends_at end`,
          }),
        )
        .returningAll()
        .execute()
      limits.adopt(
        totals.map((row) => ({ key: keys.get(row.key) ?? '', count: row.count, endsAt: row.ends_at })),
      )
    } catch (error) {
      limits.giveBack(counted)
      throw error
    }
    return counted.length
  }

  async function exchange(): Promise<void> {
    while ((await exchangeBatch()) === batch);
  }

  async function round(): Promise<void> {
    try {
      await exchange()
      await database
        .deleteFrom('rate_windows')
        .where('ends_at', '<', now() - 60_000)
        .execute()
    } catch (error) {
      onError(error)
    }
  }

  return {
    exchange,
    start() {
      timer = setInterval(() => {
        // One that takes longer than the interval is not joined by another, nor waited for by many.
        underWay ??= round().finally(() => {
          underWay = null
        })
      }, interval).unref()
    },
    async stop() {
      clearInterval(timer)
      await underWay
    },
  }
}

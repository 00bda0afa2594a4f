/** Retention: erases checks with all that belongs to them, when asked to or when their months are over. */
import { parseClientSettings } from '../access/settings.ts'
import { emptyLog, logHeld } from '../database/erased.ts'
import type { Database } from '../database/index.ts'
import type { Gallery } from '../gallery/types.ts'
import type { Webhooks } from '../webhooks/types.ts'
import { holdOwn } from './hold.ts'
import { payBack } from './prepaid.ts'
import type { Audit, DialectRecords, Erased, Evidence, Retention } from './types.ts'

export interface RetentionOptions {
  database: Database
  evidence: Evidence
  gallery: Gallery
  webhooks: Webhooks
  audit: Audit
  dialectRecords?: readonly DialectRecords[]
  /** Further work of each sweep. */
  sweeps?: readonly (() => Promise<unknown>)[]
  onError: (error: unknown) => void
  /** Asked before each sweep, which else erases by the clock; see clock-guard.ts. */
  mayErase?: () => boolean
  now?: () => number
}

/** Checks erased in one transaction, so that no sweep holds up requests for long. */
const batch = 100
/** Milliseconds after which deliveries that ended are of no use to anybody. */
const deliveryLife = 30 * 24 * 60 * 60_000
const none: Erased = { checks: 0, pictures: 0, templates: 0 }

export function createRetention(options: RetentionOptions): Retention {
  const { database, evidence, gallery, webhooks, audit } = options
  const { dialectRecords = [], sweeps = [], onError, mayErase = () => true, now = Date.now } = options
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let stopped = false

  /** Whoever reads "erased" must not find it in the database's log. */
  async function leaveNothing(): Promise<void> {
    if (!(await emptyLog(database))) onError(new Error(logHeld))
  }

  const erase: Retention['erase'] = async (clientId, checkIds, options) => {
    let total = none
    for (let start = 0; start < checkIds.length; start += batch) {
      total = add(total, await eraseBatch(clientId, checkIds.slice(start, start + batch), options))
    }
    if (checkIds.length > 0) await leaveNothing()
    return total
  }

  const eraseBatch: Retention['erase'] = async (clientId, checkIds, { actor, keepListed = false }) => {
    const { removeFiles, ...erased } = await database.transaction().execute(async (transaction) => {
      const templates = await gallery.forgetChecks(transaction, clientId, checkIds, { keepListed })
      // Before what belongs to them: a check that is being accepted is there with all of it, or is not accepted.
      const own = await holdOwn(transaction, clientId, checkIds)
      const { pictures, removeFiles } = await evidence.erase(transaction, clientId, checkIds)
      await webhooks.erase(transaction, clientId, checkIds)
      for (const records of dialectRecords) await records.erase(transaction, clientId, checkIds)
      if (own.ids.length > 0) await transaction.deleteFrom('checks').where('id', 'in', own.ids).execute()
      if (own.unfinished > 0) await payBack(transaction, clientId, own.unfinished)
      const counts = { checks: own.ids.length, pictures, templates }
      await audit.append(transaction, {
        actor,
        clientId,
        action: 'records.erased',
        subject: checkIds.length === 1 ? (checkIds[0] ?? null) : null,
        details: { ...counts },
      })
      return { ...counts, removeFiles }
    })
    // The keys are gone already; should this fail, the next sweep finds files without a row.
    await removeFiles().catch(onError)
    return erased
  }

  async function eraseExpired(clientId: string, months: number): Promise<Erased> {
    const before = monthsBefore(now(), months)
    let total = none
    while (!stopped) {
      const rows = await database
        .selectFrom('checks')
        .select('id')
        .where('client_id', '=', clientId)
        .where('created_at', '<', before)
        .orderBy('created_at')
        .limit(batch)
        .execute()
      if (rows.length === 0) break
      const ids = rows.map(({ id }) => id)
      total = add(total, await eraseBatch(clientId, ids, { actor: 'server', keepListed: true }))
    }
    return total
  }

  async function sweep(): Promise<Erased> {
    let total = none
    if (!mayErase()) return total
    // One that fails, like a store that is away, keeps none of the others from what it erases.
    const attempt = (step: () => Promise<unknown>) => step().catch(onError)
    await attempt(async () => {
      // Revoked clients too: their records are kept no longer than they agreed to.
      const clients = await database.selectFrom('clients').select(['id', 'settings']).execute()
      for (const { id, settings } of clients) {
        await attempt(async () => {
          const { retentionMonths } = parseClientSettings(JSON.parse(settings))
          if (retentionMonths !== null) total = add(total, await eraseExpired(id, retentionMonths))
        })
      }
    })
    await attempt(() => evidence.sweepFiles())
    await attempt(() => webhooks.purge(now() - deliveryLife))
    for (const sweep of sweeps) await attempt(sweep)
    await attempt(leaveNothing)
    return total
  }

  return {
    erase,
    sweep,
    start(intervalMs = 60 * 60_000) {
      const run = () => {
        running = sweep()
          .then(() => {}, onError)
          .finally(() => {
            running = null
            if (!stopped) timer = setTimeout(run, intervalMs).unref()
          })
      }
      // Not at once: a server that starts has better things to do.
      timer = setTimeout(run, Math.min(intervalMs, 10_000)).unref()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/**
 * The same day and time of `months` calendar months before, in UTC; where that month is too short, its
 * last day, so that nothing is erased a day early.
 * @param time Unix milliseconds
 */
export function monthsBefore(time: number, months: number): number {
  const date = new Date(time)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() - months)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, lastDay))
  return date.getTime()
}

function add(a: Erased, b: Erased): Erased {
  return {
    checks: a.checks + b.checks,
    pictures: a.pictures + b.pictures,
    templates: a.templates + b.templates,
  }
}

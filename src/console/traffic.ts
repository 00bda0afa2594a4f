/** Verdicts and answer times by the hour and the dialect. */
import { sql } from 'kysely'
import type { Database } from '../database/index.ts'

const hour = 60 * 60_000
/** Milliseconds of one step of the answer times that are counted: a percentile is exact to this. */
const step = 10

export interface Bucket {
  /** Beginning of the hour, Unix milliseconds. */
  at: number
  dialect: string
  pass: number
  fail: number
  review: number
  /** From the call to the stored answer; null when nothing was timed. */
  p50Ms: number | null
  p95Ms: number | null
}

/**
 * Buckets of the hours that had checks, oldest first.
 * @param since Unix milliseconds
 * @param clients whose checks count; null: everybody's
 */
export async function trafficSince(
  db: Database,
  since: number,
  clients: readonly string[] | null,
): Promise<Bucket[]> {
  if (clients?.length === 0) return []
  const hours = sql<number>`created_at / ${sql.lit(hour)}`
  const steps = sql<number>`(completed_at - created_at) / ${sql.lit(step)}`
  let query = db
    .selectFrom('checks')
    .select(({ fn }) => [
      hours.as('hours'),
      'dialect',
      'verdict',
      steps.as('steps'),
      fn.countAll<number | string>().as('count'),
    ])
    .where(sql<boolean>`verdict is not null`)
    .where('created_at', '>=', since)
  if (clients) query = query.where('client_id', 'in', [...clients, ''])
  const rows = await query.groupBy([hours, 'dialect', 'verdict', steps]).execute()

  const groups = new Map<string, { bucket: Bucket; times: [milliseconds: number, count: number][] }>()
  for (const row of rows) {
    const [at, count] = [Number(row.hours) * hour, Number(row.count)]
    const key = `${at} ${row.dialect}`
    const group = groups.get(key) ?? {
      bucket: { at, dialect: row.dialect, pass: 0, fail: 0, review: 0, p50Ms: null, p95Ms: null },
      times: [],
    }
    groups.set(key, group)
    group.bucket[row.verdict ?? 'review'] += count
    if (row.steps !== null) group.times.push([Number(row.steps) * step, count])
  }
  return [...groups.values()]
    .map(({ bucket, times }) => ({
      ...bucket,
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
    }))
    .toSorted((a, b) => a.at - b.at || a.dialect.localeCompare(b.dialect))
}

/** @param times with how often each came */
export function percentile(
  times: readonly (readonly [value: number, count: number])[],
  share: number,
): number | null {
  const total = times.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [value, count] of times.toSorted(([a], [b]) => a - b)) {
    seen += count
    if (seen >= share * total) return value
  }
  return null
}

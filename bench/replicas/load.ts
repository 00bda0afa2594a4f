/** Checks per second that one client's callers get through, and what the database does for them. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { jpeg } from '../../test/support/didit.ts'
import { form } from '../../test/support/form.ts'
import { round } from '../load/statistics.ts'
import type { Servers } from './servers.ts'

/** Callers of each server, all of one Cashfree client: as many as a pool has connections, and as many again. */
const callersPerServer = 20
/** Milliseconds between two looks at who waits for a lock. */
const lookEvery = 100

export interface LoadResult {
  servers: number
  checksPerSecond: number
  /** Inserted, updated and deleted. */
  rowsPerSecond: number
  commitsPerSecond: number
  /** Connections that run something, and of those the ones that wait for a lock, on average. */
  active: number
  waitingForLock: number
  refused: number
  milliseconds: { p50: number; p99: number }
}

export async function measureLoad(
  { callers, databaseUrl }: Servers,
  { urls, seconds }: { urls: readonly string[]; seconds: number },
): Promise<LoadResult> {
  const watcher = new pg.Client(databaseUrl)
  await watcher.connect()
  const times: number[] = []
  let refused = 0
  let ended = false

  async function call(url: string): Promise<void> {
    while (!ended) {
      const begin = performance.now()
      const response = await fetch(`${url}/verification/face-liveness`, {
        method: 'POST',
        headers: callers.cashfree!.headers,
        body: form({ verification_id: randomUUID(), image: jpeg }),
      })
      await response.arrayBuffer()
      if (response.ok) times.push(performance.now() - begin)
      else refused++
    }
  }

  async function look() {
    const { rows } = await watcher.query(
      `select count(*) filter (where state <> 'idle')::int as active,
         count(*) filter (where wait_event_type = 'Lock')::int as waiting
       from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    return rows[0] as { active: number; waiting: number }
  }

  async function work() {
    const { rows } = await watcher.query(
      `select xact_commit::float as commits, (tup_inserted + tup_updated + tup_deleted)::float as rows
       from pg_stat_database where datname = current_database()`,
    )
    return rows[0] as { commits: number; rows: number }
  }

  const calling = urls.flatMap((url) => Array.from({ length: callersPerServer }, () => call(url)))
  // Connections are made and code is compiled in the first second.
  await sleep(1000)
  const before = await work()
  const answered = times.length
  const begin = performance.now()
  const looks: Awaited<ReturnType<typeof look>>[] = []
  while (performance.now() - begin < 1000 * seconds) {
    looks.push(await look())
    await sleep(lookEvery)
  }
  const passed = (performance.now() - begin) / 1000
  const measured = times.slice(answered).sort((a, b) => a - b)
  ended = true
  await Promise.all(calling)
  // Backends write their statistics once a second, and when they are done.
  await sleep(1500)
  const after = await work()
  await watcher.end()
  const average = (numbers: number[]) => round(numbers.reduce((sum, n) => sum + n, 0) / numbers.length, 1)
  const share = (part: number) => Math.round(measured[Math.floor(part * (measured.length - 1))] ?? 0)
  // Between the two looks at the database a little more was done than between the two at the clock.
  const perCheck = (total: number) => total / (times.length - answered)
  const checksPerSecond = measured.length / passed
  return {
    servers: urls.length,
    checksPerSecond: round(checksPerSecond, 1),
    rowsPerSecond: Math.round(perCheck(after.rows - before.rows) * checksPerSecond),
    commitsPerSecond: Math.round(perCheck(after.commits - before.commits) * checksPerSecond),
    active: average(looks.map(({ active }) => active)),
    waitingForLock: average(looks.map(({ waiting }) => waiting)),
    refused,
    milliseconds: { p50: share(0.5), p99: share(0.99) },
  }
}

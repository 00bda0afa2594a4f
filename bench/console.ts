/**
 * How long the database takes for a page of the console's queue and for a search by an id, with the plans it chose:
 * `npm run bench:console`, or `npm run bench:console -- CHECKS` for another number than 1 000 000. SQLite and PostgreSQL,
 * each in a temporary folder. Writes bench/results/console.json.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CompiledQuery, sql } from 'kysely'
import { type CaseFilter, casesQuery, findCases, listCases } from '../src/cases/list.ts'
import { type Database, openDatabase } from '../src/database/index.ts'
import { isPostgres } from '../src/database/portable.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { circumstances, writeResults } from './load/results.ts'

const total = Number(process.argv[2] ?? 1_000_000)
const clients = Array.from({ length: 20 }, (_, index) => `client-${index}`)
const start = 1_700_000_000_000
/** Milliseconds of database time that a page may take. */
const target = 50
const rounds = 20
/** Checks that are written by one statement: a database answers each within half a minute. */
const batch = 10_000

interface Measured {
  name: string
  /** Milliseconds on the clock. */
  median: number
  slowest: number
  /** The median is within the target. */
  reached: boolean
  /** Of a query that is one statement. */
  plan?: string[]
}

async function seed(db: Database): Promise<void> {
  await db
    .insertInto('clients')
    .values(
      clients.map((id) => ({
        id,
        dialect: 'didit',
        environment: 'production' as const,
        name: id,
        settings: '{}',
        balance: null,
        created_at: 0,
        revoked_at: null,
      })),
    )
    .execute()
  // Made by the database itself: one check in fifty waits for a person, every hundred checks are of one person.
  for (let first = 0; first < total; first += batch) {
    const last = Math.min(first + batch, total) - 1
    await sql`with recursive numbers(n) as
      (select ${sql.lit(first)} union all select n + 1 from numbers where n < ${sql.lit(last)})
    insert into checks (id, client_id, dialect, operation, external_id, state, status, result, created_at, completed_at,
      verdict, case_state, warnings, subject, request_id, course, liveness)
    select 'check-' || n, 'client-' || (n % 20), 'didit', 'passive-liveness', 'verification-' || n, 'done', 'Approved',
      '{}', ${sql.lit(start)} + n * 1000, ${sql.lit(start)} + n * 1000 + 80,
      case when n % 50 = 0 then 'review' else 'pass' end, case when n % 50 = 0 then 'open' else 'automatic' end, '',
      'person-' || (n / 100), 'request-' || n, '{}', 0.9
    from numbers`.execute(db)
  }
  await sql`analyze`.execute(db)
}

async function planOf(db: Database, query: CompiledQuery): Promise<string[]> {
  const word = isPostgres(db) ? 'explain' : 'explain query plan'
  const { rows } = await db.executeQuery<Record<string, unknown>>({ ...query, sql: `${word} ${query.sql}` })
  return rows.map((found) => String(found.detail ?? found['QUERY PLAN']))
}

async function timed(name: string, work: () => Promise<unknown>): Promise<Measured> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    await work()
    times.push(performance.now() - begun)
  }
  times.sort((a, b) => a - b)
  const [median, slowest] = [times[rounds / 2]!, times.at(-1)!].map((time) => Number(time.toFixed(1)))
  return { name, median: median!, slowest: slowest!, reached: median! <= target }
}

async function measure(db: Database): Promise<Measured[]> {
  const middle = { createdAt: start + (total / 2) * 1000, reference: total / 2 }
  const pages: [name: string, filter: CaseFilter, place: typeof middle | null][] = [
    ['the queue', { queue: 'open', clients: null }, null],
    ['the queue, half way down', { queue: 'open', clients: null }, middle],
    ['all, half way down', { queue: 'all', clients: null }, middle],
    ['a verdict that nobody got', { queue: 'all', clients: null, verdict: 'fail' }, null],
    ['a dialect that nobody called', { queue: 'all', clients: null, dialect: 'cashfree' }, null],
    ['one client', { queue: 'all', clients: ['client-7'] }, null],
    ['one client, half way down', { queue: 'all', clients: ['client-7'] }, middle],
    ['one client, a verdict that nobody got', { queue: 'all', clients: ['client-7'], verdict: 'fail' }, null],
    ['the queue of one client, half way down', { queue: 'open', clients: ['client-10'] }, middle],
    ['the queue of one client', { queue: 'open', clients: ['client-0'] }, null],
    ['the queue of a client that has none', { queue: 'open', clients: ['client-7'] }, null],
  ]
  const measured: Measured[] = []
  for (const [name, filter, place] of pages) {
    const query = casesQuery(db, filter, filter.clients?.[0] ?? null, place, 51)
    const plan = await planOf(db, query.compile())
    measured.push({ ...(await timed(name, () => query.execute())), plan })
  }
  const three = { queue: 'open' as const, clients: clients.slice(0, 3) }
  measured.push(await timed('the queue of three clients', () => listCases(db, three, { limit: 50 })))
  const wanted = `verification-${Math.floor(total / 3)}`
  measured.push(await timed('an id', () => findCases(db, wanted, null, 50)))
  measured.push(await timed('how ids begin', () => findCases(db, 'person-12', null, 50)))
  return measured
}

async function run(name: string, location: Parameters<typeof openDatabase>[0]) {
  const db = await openDatabase(location)
  try {
    const begun = performance.now()
    await seed(db)
    const seedSeconds = Math.round((performance.now() - begun) / 1000)
    const measured = await measure(db)
    console.log(`${name}: ${total} checks written in ${seedSeconds} s`)
    for (const one of measured) console.log(`  ${one.name}: ${one.median} ms (slowest ${one.slowest})`)
    return { database: name, seedSeconds, measured }
  } finally {
    await db.destroy()
  }
}

const directory = mkdtempSync(join(tmpdir(), 'liveface-bench-console-'))
const postgres = await startPostgres()
try {
  const before = circumstances()
  const databases = [await run('SQLite', { file: join(directory, 'liveface.db') })]
  if ('create' in postgres) databases.push(await run('PostgreSQL', await postgres.create()))
  else console.warn(`PostgreSQL is left out: ${postgres.unavailable}`)
  writeResults('console', { ...before, checks: total, target, rounds, databases })
} finally {
  if ('stop' in postgres) await postgres.stop()
  rmSync(directory, { recursive: true, force: true })
}

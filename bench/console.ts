/**
 * How long the database takes for a page of the console's queue and for a search by an id, with the plans it chose.
 *
 *     npx tsx bench/console.ts [checks]          SQLite in a temporary folder; default 1 000 000 checks
 *     LIVEFACE_DATABASE_URL=... npx tsx bench/console.ts [checks]   an empty PostgreSQL database
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CompiledQuery, sql } from 'kysely'
import { type CaseFilter, casesQuery, findCases, listCases } from '../src/cases/list.ts'
import { type Database, openDatabase } from '../src/database/index.ts'
import { isPostgres } from '../src/database/portable.ts'

const total = Number(process.argv[2] ?? 1_000_000)
const clients = Array.from({ length: 20 }, (_, index) => `client-${index}`)
const start = 1_700_000_000_000

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
  await sql`with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < ${sql.lit(total - 1)})
    insert into checks (id, client_id, dialect, operation, external_id, state, status, result, created_at, completed_at,
      verdict, case_state, warnings, subject, request_id, course, liveness)
    select 'check-' || n, 'client-' || (n % 20), 'didit', 'passive-liveness', 'verification-' || n, 'done', 'Approved',
      '{}', ${sql.lit(start)} + n * 1000, ${sql.lit(start)} + n * 1000 + 80,
      case when n % 50 = 0 then 'review' else 'pass' end, case when n % 50 = 0 then 'open' else 'automatic' end, '',
      'person-' || (n / 100), 'request-' || n, '{}', 0.9
    from numbers`.execute(db)
  await sql`analyze`.execute(db)
}

async function planOf(db: Database, query: CompiledQuery): Promise<string> {
  const word = isPostgres(db) ? 'explain' : 'explain query plan'
  const { rows } = await db.executeQuery<Record<string, unknown>>({ ...query, sql: `${word} ${query.sql}` })
  return rows.map((found) => String(found.detail ?? found['QUERY PLAN'])).join('\n      ')
}

/** Median of 20, in ms. */
async function timed(work: () => Promise<unknown>): Promise<string> {
  const times: number[] = []
  for (let round = 0; round < 20; round++) {
    const begun = performance.now()
    await work()
    times.push(performance.now() - begun)
  }
  times.sort((a, b) => a - b)
  return `${times[10]!.toFixed(1)} ms (slowest ${times.at(-1)!.toFixed(1)})`
}

const directory = mkdtempSync(join(tmpdir(), 'liveface-bench-console-'))
const url = process.env.LIVEFACE_DATABASE_URL
const db = await openDatabase(url ? { url } : { file: join(directory, 'liveface.db') })
try {
  const begun = performance.now()
  await seed(db)
  console.log(`${total} checks written in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  const middle = { createdAt: start + (total / 2) * 1000, reference: total / 2 }
  const pages: [name: string, filter: CaseFilter, place: typeof middle | null][] = [
    ['the queue', { queue: 'open', clients: null }, null],
    ['the queue, half way down', { queue: 'open', clients: null }, middle],
    ['all, half way down', { queue: 'all', clients: null }, middle],
    ['a verdict that nobody got', { queue: 'all', clients: null, verdict: 'fail' }, null],
    ['one client', { queue: 'all', clients: ['client-7'] }, null],
  ]
  for (const [name, filter, place] of pages) {
    const query = casesQuery(db, filter, filter.clients?.[0] ?? null, place, 51)
    console.log(`${name}: ${await timed(() => query.execute())}\n      ${await planOf(db, query.compile())}`)
  }
  const three = { queue: 'open' as const, clients: clients.slice(0, 3) }
  console.log(`the queue of three clients: ${await timed(() => listCases(db, three, { limit: 50 }))}`)
  const wanted = `verification-${Math.floor(total / 3)}`
  console.log(`an id: ${await timed(() => findCases(db, wanted, null, 50))}`)
  console.log(`how ids begin: ${await timed(() => findCases(db, 'person-12', null, 50))}`)
} finally {
  await db.destroy()
  rmSync(directory, { recursive: true })
}

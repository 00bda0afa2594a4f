/** Cases by what is known of them, newest first, a page at a time; and by any id that a caller knows. */
import { type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import type { Tables } from '../database/schema.ts'

export interface CaseFilter {
  /** `all`: also those that nobody needs to look at. */
  queue: 'open' | 'decided' | 'all'
  /** Clients whose cases may be seen; null: every one. */
  clients: readonly string[] | null
  dialect?: string | undefined
  verdict?: 'pass' | 'fail' | 'review' | undefined
  /** Unix milliseconds, both inclusive. */
  from?: number | undefined
  to?: number | undefined
}

const columns = [
  'reference',
  'id',
  'client_id',
  'dialect',
  'operation',
  'external_id',
  'created_at',
  'completed_at',
  'verdict',
  'case_state',
  'warnings',
  'subject',
  'request_id',
  'course',
  'liveness',
  'similarity',
] as const

export type CaseRow = Awaited<ReturnType<ReturnType<typeof selectCases>['execute']>>[number]

/** Written out, or SQLite would not see that its indexes of cases have them all. */
function selectCases(db: Database) {
  return db.selectFrom('checks').select(columns).where(sql<boolean>`verdict is not null`)
}

/** What the next page goes on from. */
interface Place {
  createdAt: number
  reference: number
}

/**
 * One page. Of a few clients each is asked for its own and the answers are merged: an index has each client's checks in
 * their order, and none has those of any set of clients.
 * @param cursor of the page before; one that was not made here is taken for none
 */
export async function listCases(
  db: Database,
  filter: CaseFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ rows: CaseRow[]; nextCursor: string | null }> {
  const place = cursor === undefined ? null : readCursor(cursor)
  const pageOf = (clientId: string | null) => casesQuery(db, filter, clientId, place, limit + 1).execute()
  const pages = filter.clients ? await Promise.all(filter.clients.map(pageOf)) : [await pageOf(null)]
  const rows = pages.flat().toSorted(newestFirst)
  const last = rows[limit - 1]
  return {
    rows: rows.slice(0, limit),
    nextCursor: rows.length > limit && last ? toCursor(last) : null,
  }
}

/** The query of one page, for the bench that shows its plan too. */
export function casesQuery(
  db: Database,
  { queue, dialect, verdict, from, to }: CaseFilter,
  clientId: string | null,
  place: Place | null,
  limit: number,
) {
  let query = selectCases(db)
  if (queue !== 'all') query = query.where('case_state', '=', sql.lit(queue))
  if (dialect !== undefined) query = query.where('dialect', '=', dialect)
  if (verdict !== undefined) query = query.where('verdict', '=', verdict)
  if (from !== undefined) query = query.where('created_at', '>=', from)
  const until = Math.min(to ?? newest, place?.createdAt ?? newest)
  const before = place && place.createdAt === until ? place.reference : newest
  if (clientId !== null && isPostgres(db)) {
    // As a range, and first in the order: PostgreSQL would else read what waits of every client to find one's own.
    query = query
      .where(sql<boolean>`client_id between ${clientId} and ${clientId}`)
      .orderBy('client_id', 'desc')
  } else if (clientId !== null) {
    query = query.where('client_id', '=', clientId)
  }
  if (until < newest) {
    query = query
      .where('created_at', '<=', until)
      .where(sql<boolean>`(created_at, reference) < (${until}, ${before})`)
  }
  return query.orderBy('created_at', 'desc').orderBy('reference', 'desc').limit(limit)
}

/** Above every time and every number of a check. */
const newest = Number.MAX_SAFE_INTEGER

export async function findCase(db: Database, id: string): Promise<CaseRow | null> {
  return (await selectCases(db).where('id', '=', id).executeTakeFirst()) ?? null
}

/** Letters of an id from which its beginning is enough. */
const shortestPrefix = 3

/**
 * Cases by an id, whole or how it begins: that of the check, its number, the caller's own of the person or the request,
 * x-request-id, or the end of a session's token. Newest first of the first ten thousand found, no more than `limit`.
 */
export async function findCases(
  db: Database,
  given: string,
  clients: readonly string[] | null,
  limit: number,
): Promise<CaseRow[]> {
  return newestOf(db, waysTo(db, given), clients, limit)
}

/** Cases of a person by the caller's own id of them, whole. Newest first, no more than `limit`. */
export async function casesOf(
  db: Database,
  person: string,
  clients: readonly string[] | null,
  limit: number,
): Promise<CaseRow[]> {
  const columns = ['external_id', 'subject'] as const
  const ways = columns.map((column) => selectCases(db).where(column, '=', person))
  return newestOf(db, ways, clients, limit)
}

/** Ids of a text that are looked for. */
const namedIds = 100
const uuid = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g

/**
 * Cases of a client that a text names by their ids, as the answer to a check names the one whose face it repeats. Newest
 * first, no more than `limit`.
 */
export async function casesNamedIn(
  db: Database,
  text: string,
  clientId: string,
  limit: number,
): Promise<CaseRow[]> {
  const ids = [...new Set(text.match(uuid))].slice(0, namedIds)
  if (ids.length === 0) return []
  const named = selectCases(db).where('id', 'in', ids).where('client_id', '=', clientId)
  return named.orderBy('created_at', 'desc').orderBy('reference', 'desc').limit(limit).execute()
}

/** Rows among which the newest are looked for: a beginning that very many share costs no more. */
const searched = 10_000

async function newestOf(
  db: Database,
  ways: readonly CaseQuery[],
  clients: readonly string[] | null,
  limit: number,
): Promise<CaseRow[]> {
  const found = await Promise.all(
    ways.map((way) => {
      const mine = clients ? way.where('client_id', 'in', [...clients, '']) : way
      // Found first and put in order then, or a database could read every check in order to find one; and read whole only
      // when it is known which are shown.
      const places = mine.clearSelect().select(['reference', 'created_at']).limit(searched).as('found')
      const shown = db.selectFrom(places).select('reference').orderBy('created_at', 'desc')
      return selectCases(db)
        .where('reference', 'in', shown.orderBy('reference', 'desc').limit(limit))
        .execute()
    }),
  )
  const byReference = new Map(found.flat().map((row) => [row.reference, row]))
  return [...byReference.values()].toSorted(newestFirst).slice(0, limit)
}

type CaseQuery = SelectQueryBuilder<Tables, 'checks', CaseRow>

function waysTo(db: Database, given: string): CaseQuery[] {
  const ways: CaseQuery[] = []
  for (const column of ['id', 'external_id', 'subject', 'request_id'] as const) {
    const query = selectCases(db)
    ways.push(
      given.length < shortestPrefix
        ? query.where(column, '=', given)
        : query.where(column, '>=', given).where(column, '<', `${given}\u{10ffff}`),
    )
  }
  if (/^\d{1,15}$/.test(given)) ways.push(selectCases(db).where('reference', '=', Number(given)))
  if (given.length >= 8) {
    ways.push(
      selectCases(db).where('id', 'in', (sessions) =>
        sessions
          .selectFrom('challenge_sessions')
          .select('challenge_sessions.id')
          .where(sql<string>`substr(token, length(token) - 7)`, '=', given.slice(-8)),
      ),
    )
  }
  return ways
}

/** How many wait for a person, and how many were decided since then. @param since Unix milliseconds */
export async function countCases(
  db: Database,
  clients: readonly string[] | null,
  since: number,
): Promise<{ open: number; decided: number }> {
  let open = db
    .selectFrom('checks')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('case_state', '=', sql.lit('open'))
  let decided = db
    .selectFrom('case_decisions')
    .innerJoin('checks', 'checks.id', 'case_decisions.check_id')
    // A case of two people has a decision of each, and one without agreement counts for nothing.
    .select(({ fn }) => fn.count('check_id').distinct().as('count'))
    .where('decided_at', '>=', since)
    .where('case_state', '=', sql.lit('decided'))
  if (clients) {
    open = open.where('client_id', 'in', [...clients, ''])
    decided = decided.where('case_decisions.client_id', 'in', [...clients, ''])
  }
  return {
    open: Number((await open.executeTakeFirstOrThrow()).count),
    decided: Number((await decided.executeTakeFirstOrThrow()).count),
  }
}

function newestFirst(a: CaseRow, b: CaseRow): number {
  return b.created_at - a.created_at || b.reference - a.reference
}

function toCursor({ created_at, reference }: CaseRow): string {
  return Buffer.from(`${created_at}.${reference}`).toString('base64url')
}

function readCursor(cursor: string): Place | null {
  const [, createdAt, reference] =
    /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  return createdAt && reference ? { createdAt: Number(createdAt), reference: Number(reference) } : null
}

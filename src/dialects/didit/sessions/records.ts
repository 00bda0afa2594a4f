/** Saved calls, which the vendor calls sessions: their rows, without pictures and templates. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../../database/index.ts'
import type { DiditSessionsTable } from '../../../database/schema-didit.ts'
import { parseExact, stringifyExact } from '../../../exact-json.ts'
import type { DialectRecords } from '../../../records/types.ts'
import { forgetAsMatches } from './match-links.ts'

export const apiServices = ['PASSIVE_LIVENESS', 'FACE_MATCH', 'FACE_SEARCH', 'AGE_ESTIMATION'] as const
export type ApiService = (typeof apiServices)[number]

/** Statuses that a session here can have; the vendor's other ones belong to its hosted flow. */
export const sessionStatuses = ['Approved', 'Declined', 'Resubmitted'] as const
export type SessionStatus = (typeof sessionStatuses)[number]

/** The vendor's statuses, also those of its hosted flow. */
export const everyStatus = [
  'Not Started',
  'In Progress',
  'Awaiting User',
  'In Review',
  'Approved',
  'Declined',
  'Resubmitted',
  'Expired',
  'Kyc Expired',
  'Abandoned',
] as const

/** A change of status by hand, or a note about a session. */
export interface Review {
  /** Of a note only a label, if it has one. */
  new_status: (typeof everyStatus)[number] | null
  comment: string | null
  created_at: string
  /** It changed nothing. */
  isNote?: true
  /** A person decided at the console, and not the client with its key. */
  atConsole?: true
}

export interface Session {
  id: string
  number: number
  clientId: string
  service: ApiService
  status: SessionStatus
  vendorData: string | null
  metadata: Record<string, unknown> | null
  /** Risks of the warnings. */
  risks: string[]
  /** What the call found; its shape is that of `service`. */
  report: unknown
  /** Evidence id by role, for example `user_image`. */
  pictures: Record<string, string>
  reviews: Review[]
  /** Unix milliseconds since when the face is blocked. */
  blocklistedAt: number | null
  /** Unix milliseconds. */
  createdAt: number
}

/** What a session may be found by: any of these is enough. */
export interface SessionSearch {
  id?: string
  /** First digits of the number. */
  numberPrefix?: string
  /** Part of the vendor data, in upper or lower case. */
  vendorData: string
}

export interface SessionFilter {
  statuses?: readonly string[]
  services?: readonly string[]
  vendorData?: string
  search?: SessionSearch
  risks?: readonly string[]
  /** Unix milliseconds: from, inclusive, and to, exclusive. */
  from?: number
  to?: number
}

/**
 * The next number of a client's sessions. Whoever asks meanwhile waits until `transaction` ends: none is left out. Servers of
 * the release before, which run beside this one during an upgrade, number without the table: numbers go on after theirs.
 */
export async function nextNumber(transaction: Kysely<Tables>, clientId: string): Promise<number> {
  const { last } = await transaction
    .insertInto('didit_session_numbers')
    .values({ client_id: clientId, last: 1 })
    .onConflict((conflict) =>
      conflict
        .column('client_id')
        .doUpdateSet((row) => ({ last: row('didit_session_numbers.last', '+', 1) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  const { highest } = await transaction
    .selectFrom('didit_sessions')
    .select(({ fn }) => fn.max('number').as('highest'))
    .where('client_id', '=', clientId)
    .executeTakeFirstOrThrow()
  if (Number(highest) < Number(last)) return Number(last)
  const next = Number(highest) + 1
  await transaction
    .updateTable('didit_session_numbers')
    .set({ last: next })
    .where('client_id', '=', clientId)
    .execute()
  return next
}

export async function addSession(db: Kysely<Tables>, session: Session): Promise<void> {
  await db
    .insertInto('didit_sessions')
    .values({
      id: session.id,
      number: session.number,
      client_id: session.clientId,
      service: session.service,
      status: session.status,
      vendor_data: session.vendorData,
      metadata: session.metadata && stringifyExact(session.metadata),
      risks: session.risks.map((risk) => `,${risk},`).join(''),
      report: JSON.stringify(session.report),
      pictures: JSON.stringify(session.pictures),
      reviews: JSON.stringify(session.reviews),
      blocklisted_at: session.blocklistedAt,
      created_at: session.createdAt,
    })
    .execute()
}

/** A session of whichever client. */
export async function findSession(db: Kysely<Tables>, id: string): Promise<Session | null> {
  const row = await db.selectFrom('didit_sessions').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toSession(row) : null
}

/** Those of one client's sessions that there are, by id. */
export async function findSessions(
  db: Kysely<Tables>,
  clientId: string,
  ids: readonly string[],
): Promise<Map<string, Session>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('didit_sessions')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, toSession(row)]))
}

/** One page, newest first, and how many there are in all. */
export async function listSessions(
  db: Kysely<Tables>,
  clientId: string,
  filter: SessionFilter,
  page: { limit: number; offset: number },
): Promise<{ count: number; sessions: Session[] }> {
  const { statuses, services, vendorData, search, risks, from, to } = filter
  let query = db.selectFrom('didit_sessions').where('client_id', '=', clientId)
  if (statuses) query = query.where('status', 'in', statuses)
  if (services) query = query.where('service', 'in', services)
  if (vendorData !== undefined) query = query.where('vendor_data', '=', vendorData)
  if (from !== undefined) query = query.where('created_at', '>=', from)
  if (to !== undefined) query = query.where('created_at', '<', to)
  if (search !== undefined) {
    const { id, numberPrefix } = search
    const pattern = `%${search.vendorData.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
    query = query.where((where) =>
      where.or([
        sql<boolean>`lower(vendor_data) like ${pattern} escape '\\'`,
        ...(id ? [where('id', '=', id)] : []),
        ...(numberPrefix ? [sql<boolean>`cast(number as text) like ${`${numberPrefix}%`}`] : []),
      ]),
    )
  }
  if (risks) {
    query = query.where((where) => where.or(risks.map((risk) => where('risks', 'like', `%,${risk},%`))))
  }
  const { count } = await query.select((select) => select.fn.countAll().as('count')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll()
    .orderBy('number', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { count: Number(count), sessions: rows.map(toSession) }
}

/** Numbers looked up at a time: databases limit the parameters of one statement. */
const batch = 500

/** Ids of sessions by their numbers, or of all. Unknown numbers are passed over. */
export async function sessionIds(
  db: Kysely<Tables>,
  clientId: string,
  numbers: readonly number[] | 'all',
): Promise<string[]> {
  const query = db.selectFrom('didit_sessions').select('id').where('client_id', '=', clientId)
  if (numbers === 'all') return (await query.execute()).map(({ id }) => id)
  const ids: string[] = []
  for (let start = 0; start < numbers.length; start += batch) {
    const rows = await query.where('number', 'in', numbers.slice(start, start + batch)).execute()
    ids.push(...rows.map(({ id }) => id))
  }
  return ids
}

/** The session as it is once nobody else changes it any more until `transaction` ends. */
export async function holdSession(db: Kysely<Tables>, id: string): Promise<Session | null> {
  await db.updateTable('didit_sessions').set({ id }).where('id', '=', id).execute()
  return findSession(db, id)
}

/** Changes what `change` names and leaves the rest of the row as it is by now. */
export async function changeSession(
  db: Kysely<Tables>,
  session: Session,
  change: Partial<Pick<Session, 'status' | 'reviews' | 'blocklistedAt'>>,
): Promise<Session> {
  const { status, reviews, blocklistedAt } = change
  await db
    .updateTable('didit_sessions')
    .set({
      ...(status === undefined ? {} : { status }),
      ...(reviews === undefined ? {} : { reviews: JSON.stringify(reviews) }),
      ...(blocklistedAt === undefined ? {} : { blocklisted_at: blocklistedAt }),
    })
    .where('id', '=', session.id)
    .execute()
  return { ...session, ...change }
}

/** Erases and shows the rows of checks. */
export const sessionRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    const ids = [...(await findSessions(transaction, clientId, checkIds)).keys()]
    if (ids.length === 0) return
    await forgetAsMatches(transaction, ids)
    await transaction.deleteFrom('didit_sessions').where('id', 'in', ids).execute()
  },

  async read(db, _masterKey, clientId, checkIds) {
    const sessions = await findSessions(db, clientId, checkIds)
    const matches = await db
      .selectFrom('didit_matches')
      .selectAll()
      .where('session_id', 'in', [...sessions.keys(), ''])
      .execute()
    return {
      didit_sessions: [...sessions.values()].map((session) => ({ ...session })),
      didit_matches: matches.map((row) => ({ ...row })),
    }
  },

  async ofPerson(db, clientId, person) {
    const rows = await db
      .selectFrom('didit_sessions')
      .select('id')
      .where('client_id', '=', clientId)
      .where('vendor_data', '=', person)
      .execute()
    return rows.map(({ id }) => id)
  },
}

function toSession(row: DiditSessionsTable): Session {
  return {
    id: row.id,
    number: row.number,
    clientId: row.client_id,
    service: row.service as ApiService,
    status: row.status as SessionStatus,
    vendorData: row.vendor_data,
    metadata: row.metadata === null ? null : (parseExact(row.metadata) as Session['metadata']),
    risks: row.risks.split(',').filter(Boolean),
    report: JSON.parse(row.report),
    pictures: JSON.parse(row.pictures),
    reviews: JSON.parse(row.reviews),
    blocklistedAt: row.blocklisted_at,
    createdAt: row.created_at,
  }
}

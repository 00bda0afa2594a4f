/** Which sessions name which others as matches: who is erased is erased from those in the same transaction. */
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../../../database/index.ts'
import { parseExact, stringifyExact } from '../../../exact-json.ts'
import { batches } from '../../../records/batches.ts'

/** What an answer, an event or a report says of a session beside its id, where it names one of another person. */
const facts = ['vendor_data', 'verification_date', 'match_image_url', 'status', 'api_service']

/** A copy in which null stands for whatever was said of erased sessions. */
function withoutMatches(value: unknown, erased: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutMatches(item, erased))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
  const names = entries
    .filter(([name, id]) => /(?:^|_)session_id$|^checkId$/.test(name) && erased.has(id))
    .map(([name]) => name)
  const gone = names.flatMap((name) => [name, name.replace(/_id$/, '_number'), ...facts])
  return Object.fromEntries(
    entries.map(([name, item]) => [name, gone.includes(name) ? null : withoutMatches(item, erased)]),
  )
}

/** Notes that the session names these. One that is erased meanwhile lets the whole transaction fail. */
export async function linkMatches(
  transaction: Transaction<Tables>,
  sessionId: string,
  matchedIds: readonly string[],
): Promise<void> {
  if (matchedIds.length === 0) return
  const rows = [...new Set(matchedIds)].map((id) => ({ matched_id: id, session_id: sessionId }))
  // The database notes those of servers of earlier versions by itself, and so these too, but lets none fail.
  await transaction
    .insertInto('didit_matches')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Erases what answers, events and reports of other sessions say of these, which are erased next. */
export async function forgetAsMatches(
  transaction: Transaction<Tables>,
  ids: readonly string[],
): Promise<void> {
  const erased = new Set(ids)
  const cleaned = (json: string) => stringifyExact(withoutMatches(parseExact(json), erased))
  for (const id of await whoNames(transaction, ids)) {
    if (erased.has(id)) continue
    const check = await transaction
      .selectFrom('checks')
      .select('result')
      .where('id', '=', id)
      .executeTakeFirst()
    if (check?.result) {
      await transaction
        .updateTable('checks')
        .set({ result: cleaned(check.result) })
        .where('id', '=', id)
        .execute()
    }
    const session = await transaction
      .selectFrom('didit_sessions')
      .select('report')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    await transaction
      .updateTable('didit_sessions')
      .set({ report: cleaned(session.report) })
      .where('id', '=', id)
      .execute()
    const events = await transaction
      .selectFrom('webhook_events')
      .select(['id', 'payload'])
      .where('subject_id', '=', id)
      .execute()
    for (const event of events) {
      await transaction
        .updateTable('webhook_events')
        .set({ payload: cleaned(event.payload) })
        .where('id', '=', event.id)
        .execute()
    }
  }
}

async function whoNames(db: Database, ids: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const some of batches(ids)) {
    const rows = await db
      .selectFrom('didit_matches')
      .select('session_id')
      .where('matched_id', 'in', some)
      .execute()
    for (const { session_id } of rows) found.add(session_id)
  }
  return [...found].toSorted()
}

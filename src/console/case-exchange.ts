/** What went between a caller and the server about a case: the answer, its webhooks, and the call that asks again. */
import type { CaseRow } from '../cases/list.ts'
import type { Database } from '../database/index.ts'
import { curlLine } from '../dialects/common/calls.ts'
import { parseExact } from '../exact-json.ts'
import { isoTime } from '../iso-time.ts'
import { baseUrlOf } from '../receive/base-url.ts'
import { attemptsAt, type KeptAttempt } from '../webhooks/attempts.ts'
import type { Asked } from './route.ts'

/**
 * Links to kept pictures open for whoever has them, without a session. What callers got is shown without what makes them
 * work: at the console pictures are seen by their own route, by the roles that may, with the name of who looks.
 */
export function readable(json: string): unknown {
  return parseExact(json.replace(/(\/evidence\/[\w-]+)\?expires=\d+&signature=[\w-]+/g, '$1'))
}

/** What was sent about a case, each with the attempts at it. */
export async function webhooksOf(db: Database, row: CaseRow) {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhook_events', 'webhook_events.id', 'webhook_deliveries.event_id')
    .leftJoin('webhook_destinations', 'webhook_destinations.id', 'webhook_deliveries.destination_id')
    .select([
      'webhook_deliveries.id as id',
      'webhook_destinations.url as url',
      'webhook_events.type as event',
      'webhook_events.payload as payload',
      'state',
      'ended_at',
    ])
    .where('webhook_events.client_id', '=', row.client_id)
    .where('webhook_events.subject_id', '=', row.id)
    .orderBy('webhook_deliveries.created_at')
    .execute()
  const attempts = await attemptsAt(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((delivery) => ({
    id: delivery.id,
    url: delivery.url ?? '',
    event: delivery.event,
    body: readable(delivery.payload),
    attempts: attempts.filter(({ deliveryId }) => deliveryId === delivery.id).map(toAttempt),
    deliveredAt: delivery.state === 'delivered' && delivery.ended_at ? isoTime(delivery.ended_at) : null,
  }))
}

export function toAttempt({ at, status, error, durationMs }: KeptAttempt) {
  return { at: isoTime(at), status, error, durationMs }
}

/** The line that repeats the call with pictures of the reader's own; null for calls that the playground does not know. */
export function curlOf(
  { services, request }: Pick<Asked<unknown, unknown>, 'services' | 'request'>,
  row: CaseRow,
) {
  const dialect = services.dialects.find(({ name }) => name === row.dialect)
  if (!dialect) return null
  const { liveness, match } = dialect.playground
  const call = /match|same/.test(row.operation)
    ? match?.(row.external_id ?? row.id)
    : liveness(row.external_id ?? row.id)
  if (!call) return null
  // Made for the look of its headers alone: the line names no value of theirs.
  const { headers } = dialect.issueCredential('sandbox')
  return curlLine(call, baseUrlOf(request, services.config), headers, [])
}

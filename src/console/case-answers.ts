/** Cases as the API shows them. */
import { z } from 'zod'
import { decisionsOf, versionOf } from '../cases/decisions.ts'
import { type CaseRow, casesNamedIn } from '../cases/list.ts'
import { type Measurements, openMeasurements } from '../cases/measurements.ts'
import type { Database } from '../database/index.ts'
import type { CaseDecisionsTable } from '../database/schema-console.ts'
import { livenessRates, livenessRatesAt, matchRates, ratesAt } from '../decisions/error-rates.ts'
import { isoTime } from '../iso-time.ts'
import { curlOf, readable, webhooksOf } from './case-exchange.ts'
import { caseSession } from './case-session.ts'
import { ConsoleError } from './errors.ts'
import type { Asked } from './route.ts'

const time = z.iso.datetime()

const decisionAnswer = z
  .object({
    id: z.string(),
    decision: z.enum(['approve', 'decline', 'ask_again']),
    reason: z.string(),
    comment: z.string().nullable(),
    by: z.object({ id: z.string(), name: z.string() }),
    at: time,
    needsSecond: z.boolean(),
  })
  .meta({ id: 'Decision' })

export const caseSummary = z
  .object({
    id: z.string(),
    dialect: z.string(),
    client: z.object({ id: z.string(), name: z.string() }),
    kind: z.string().describe("Call, in the vendor's words."),
    createdAt: time,
    status: z.enum(['open', 'decided', 'automatic']),
    verdict: z.enum(['pass', 'fail', 'review']),
    liveness: z
      .number()
      .nullable()
      .describe('0 to 1: what the answer gives pictures that it judges together, or the weakest picture.'),
    similarity: z.number().nullable().describe('0 to 1: the weakest pair.'),
    warnings: z.array(z.string()),
    subject: z.string().nullable().describe("The caller's own id of the person."),
    decision: decisionAnswer.nullable(),
  })
  .meta({ id: 'CaseSummary' })

export const caseAnswer = z
  .looseObject({
    ...caseSummary.shape,
    decisions: z.array(decisionAnswer),
    session: caseSession.nullable().describe('Null: the check is no session.'),
  })
  .describe('With pictures, measurements, timeline, webhooks, person, the answer as stored, and more.')
  .meta({ id: 'Case' })

type Summary = z.infer<typeof caseSummary>

/** Rows with the names of their clients and their decisions. */
export async function toSummaries(db: Database, rows: readonly CaseRow[]): Promise<Summary[]> {
  if (rows.length === 0) return []
  const clientIds = [...new Set(rows.map(({ client_id }) => client_id))]
  const clients = await db.selectFrom('clients').select(['id', 'name']).where('id', 'in', clientIds).execute()
  const decisions = await decisionsOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => {
    const own = decisions.filter(({ check_id }) => check_id === row.id)
    const last = own.at(-1)
    return {
      id: row.id,
      dialect: row.dialect,
      client: { id: row.client_id, name: clients.find(({ id }) => id === row.client_id)?.name ?? '' },
      kind: row.operation,
      createdAt: isoTime(row.created_at),
      status: row.case_state ?? 'automatic',
      verdict: row.verdict ?? 'review',
      liveness: row.liveness,
      similarity: row.similarity,
      warnings: row.warnings?.split(',').filter(Boolean) ?? [],
      subject: row.subject,
      decision: last ? toDecision(last) : null,
    }
  })
}

function toDecision(row: CaseDecisionsTable): z.infer<typeof decisionAnswer> {
  return {
    id: row.id,
    decision: row.decision,
    reason: row.reason,
    comment: row.comment || null,
    by: { id: row.user_id, name: row.user_name },
    at: isoTime(row.decided_at),
    needsSecond: row.needs_second === 1,
  }
}

/** Its row was read, and is there no more. */
export const erasedMeanwhile = () => new ConsoleError('not_found')

/** Cases that are shown as named by an answer: of the faces that it repeats, or that a search found. */
const namedCases = 20

/** A case with everything that is known of it. @param withPictures of a user who may see them */
export async function toCase(
  asked: Pick<Asked<unknown, unknown>, 'services' | 'request'>,
  row: CaseRow,
  { related, withPictures }: { related: CaseRow[]; withPictures: boolean },
) {
  const { services } = asked
  const { database: db, config, masterKey } = services
  const [summary] = await toSummaries(db, [row])
  const { result, measurements: sealed } = await db
    .selectFrom('checks')
    .select(['result', 'measurements'])
    .where('id', '=', row.id)
    .executeTakeFirstOrThrow(erasedMeanwhile)
  const measured = sealed ? openMeasurements(masterKey, row.client_id, row.id, sealed) : null
  const decisions = await decisionsOf(db, [row.id])
  const found = await casesNamedIn(db, result ?? '', row.client_id, namedCases + 1)
  const named = found.filter(({ id }) => id !== row.id).slice(0, namedCases)
  const kept = await services.evidence.list(row.client_id, row.id)
  const pictures = kept.map(({ id, role, source }) => ({ id, role, source }))
  const idOf = (index: number) => {
    const sha256 = measured?.pictures[index]?.sha256
    return pictures.find(({ source }) => source === sha256)?.id ?? String(index + 1)
  }
  const { liveness, match } = config
  const view = {
    ...summary!,
    ids: idsOf(row),
    pictures: withPictures ? pictures.map((picture) => toPicture(row.id, picture, measured)) : [],
    measurements: measured && {
      pictures: measured.pictures.map(({ mesh: _mesh, ...picture }) => picture),
      pairs: measured.pairs,
    },
    thresholds: measured?.thresholds ?? {
      liveness: liveness.threshold,
      match: match.threshold,
      review: null,
    },
    errorRates: errorsAt(row, measured),
    pairs: (measured?.pairs ?? []).map(({ a, b, similarity }) => ({ a: idOf(a), b: idOf(b), similarity })),
    timeline: await timelineOf(db, row, decisions),
    answer: result === null ? null : { status: courseOf(row).status ?? null, body: readable(result) },
    webhooks: await webhooksOf(db, row),
    named: await toSummaries(db, named),
    related: await toSummaries(db, related),
    decisions: decisions.map(toDecision),
    curl: curlOf(asked, row),
  }
  return { view, version: versionOf(row.case_state, decisions) }
}

/**
 * The errors that were measured with the threshold at the case's scores, null where none can be named, and at every other place:
 * rows of the threshold, who passes and must not, who must pass and does not.
 */
function errorsAt({ liveness, similarity }: CaseRow, measured: Measurements | null) {
  const live = liveness === null ? null : livenessRatesAt(liveness, measured?.pictures ?? [])
  const alike = similarity === null ? null : ratesAt(matchRates, similarity)
  return {
    atScore: live && { apcer: live.falseAccept, bpcer: live.falseReject },
    curve: livenessRates,
    similarity: { atScore: alike && { fmr: alike.falseAccept, fnmr: alike.falseReject }, curve: matchRates },
  }
}

function idsOf({ id, reference, external_id, subject, request_id }: CaseRow): Record<string, string> {
  const ids = { id, number: String(reference), external_id, subject, 'x-request-id': request_id }
  return Object.fromEntries(Object.entries(ids).filter(([, value]) => value)) as Record<string, string>
}

function toPicture(
  checkId: string,
  { id, role, source }: { id: string; role: string; source: string | null },
  measured: Measurements | null,
) {
  const own = measured?.pictures.find(({ sha256 }) => sha256 === source)
  const mesh = own && own.mesh.length > 0 ? pointsOf(own.mesh) : null
  return {
    id,
    role,
    url: `/console/api/cases/${checkId}/pictures/${id}`,
    width: own?.width ?? 0,
    height: own?.height ?? 0,
    faces: (own?.faces ?? []).map(({ box }, index) => ({ box, mesh: index === 0 ? mesh : null })),
    cues: (own?.subject?.liveness?.cues ?? []).map(({ name, score }) => ({ name, score })),
  }
}

function pointsOf(mesh: readonly number[]): [number, number][] {
  return Array.from({ length: mesh.length / 2 }, (_, index) => [
    mesh[2 * index] ?? 0,
    mesh[2 * index + 1] ?? 0,
  ])
}

/** Times of the request in Unix milliseconds, and the HTTP status of its answer; what was not noted is absent or null. */
function courseOf({
  course,
}: CaseRow): Record<'receivedAt' | 'readAt' | 'measuredAt' | 'status', number | null | undefined> {
  return JSON.parse(course ?? '{}')
}

async function timelineOf(db: Database, row: CaseRow, decisions: readonly CaseDecisionsTable[]) {
  const { receivedAt, readAt, measuredAt } = courseOf(row)
  const events = await db
    .selectFrom('webhook_events')
    .select(['type', 'created_at'])
    .where('client_id', '=', row.client_id)
    .where('subject_id', '=', row.id)
    .execute()
  const steps = [
    [receivedAt, 'received', row.request_id],
    [readAt, 'decoded', null],
    [measuredAt, 'measured', null],
    [row.completed_at, 'answered', row.verdict],
    ...events.map(({ type, created_at }) => [created_at, 'webhook', type] as const),
    ...decisions.map(({ decided_at, decision }) => [decided_at, 'decided', decision] as const),
  ] as const
  return steps
    .flatMap(([at, event, detail]) => (at ? [{ at, event, detail: detail || null }] : []))
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, ...step }) => ({ at: isoTime(at), ...step }))
}

import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Client } from '../../access/clients.ts'
import { PictureError } from '../../engine/errors.ts'
import { sniff } from '../../engine/picture/sniff.ts'
import type { Match, Prepared, Query } from '../../gallery/types.ts'
import type { Reservation } from '../../records/checks.ts'
import type { KeptPictures } from '../../records/submitted-pictures.ts'
import type { Services } from '../dialect.ts'
import { noCredits } from './auth.ts'
import { toStatusUpdate } from './decision.ts'
import { DiditError } from './errors.ts'
import type { Call, CommonFields, Judgement, Operation, PictureField } from './operation.ts'
import { linkTo, readForm } from './request.ts'
import { addSession, findSessions, type Session } from './store.ts'
import { toKnownFace, toTimestamp } from './translate.ts'

/** What the vendor reads: the others of our engine's formats it would call unreadable. */
const formats: readonly (string | null)[] = ['jpeg', 'png', 'webp', 'tiff']

/**
 * Runs one standalone call: fields, sandbox answer, balance, pictures, measurement, search, verdict,
 * record. Nothing of a call with save_api_request=false, and of a sandbox key's, is kept.
 * @throws DiditError, FieldError; whatever the engine throws but for unreadable pictures
 */
export async function runStandalone(
  request: FastifyRequest,
  client: Client,
  operation: Operation,
  services: Services,
): Promise<Record<string, unknown>> {
  const form = await readForm(request)
  const pictures = operation.pictures.map(({ name }) => form.image(name))
  const call = operation.read(form)
  const fields: CommonFields = {
    rotate: form.boolean('rotate_image', false),
    save: form.boolean('save_api_request', true),
    vendorData: form.text('vendor_data'),
    metadata: form.object('metadata'),
  }
  form.finish()
  const answer = (id: string, body: unknown, time: number) => ({
    request_id: id,
    [operation.key]: body,
    vendor_data: fields.vendorData,
    metadata: fields.metadata,
    created_at: toTimestamp(time),
  })
  if (client.environment === 'sandbox') return answer(randomUUID(), operation.sandbox, Date.now())

  const { checks } = services
  const reservation = await checks.reserve({
    clientId: client.id,
    dialect: 'didit',
    operation: operation.name,
  })
  if (typeof reservation === 'string') throw noCredits(services)
  try {
    const measured = await measure(pictures, call, fields, operation, services)
    const run: Run = { client, call, fields, measured, services, link: linkTo(request, services) }
    if (!fields.save) {
      const { body, status } = await judgeOnce(run)
      await checks.forget(reservation, status)
      return answer(reservation.id, body, Date.now())
    }
    return await saveRun(run, reservation, operation, pictures, answer)
  } catch (error) {
    await checks.release(reservation)
    throw error
  }
}

/** A call with everything it needs to be judged. */
interface Run {
  client: Client
  call: Call<unknown>
  fields: CommonFields
  measured: unknown
  services: Services
  link(pictureId: string): string
}

async function measure(
  pictures: readonly Buffer[],
  call: Call<unknown>,
  fields: CommonFields,
  operation: Operation,
  services: Services,
): Promise<unknown> {
  pictures.forEach((picture, index) => {
    if (!formats.includes(sniff(picture))) throw unreadable(operation.pictures[index])
  })
  try {
    return await call.measure(pictures, fields, services)
  } catch (error) {
    if (!(error instanceof PictureError)) throw error
    throw unreadable(operation.pictures[error.which === 'second' ? 1 : 0])
  }
}

function unreadable(field: PictureField | undefined): DiditError {
  return new DiditError(field?.unreadable ?? 'invalidUserImage')
}

/** Searches and judges without keeping anything. */
async function judgeOnce(run: Run): Promise<Judgement> {
  const { call, services, client, fields } = run
  const probe = call.search?.probe(run.measured)
  if (!call.search || !probe) return judge(run, [], new Map())
  const queries = call.search.queries(client.id, fields.vendorData)
  const matches = await services.gallery.searchAll(probe, queries)
  return judge(run, matches, await sessionsOf(services, client, matches))
}

/** Search, enrolment, session, pictures, webhook and answer: all of it is committed, or none. */
async function saveRun(
  run: Run,
  reservation: Reservation,
  operation: Operation,
  pictures: readonly Buffer[],
  answer: (id: string, body: unknown, time: number) => Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { call, services, client, fields, measured } = run
  const { checks, gallery, webhooks } = services
  const probe = call.search?.probe(measured) ?? null
  const queries = (probe && call.search?.queries(client.id, fields.vendorData)) || []
  // The slow parts come before the transaction: copies of the pictures, their files, the scan of the gallery.
  const kept = await keepPictures(services, client, operation, pictures)
  const head = probe && (await gallery.prepare(probe, queries))

  const { result } = await checks.complete(reservation, async (transaction) => {
    await kept.insert(transaction, reservation.id)
    const matches = await search(run, reservation, { transaction, probe, queries, head })
    const sessions = await findSessions(transaction, client.id, idsOf(matches))
    const judgement = judge(run, matches, sessions)
    const session: Session = {
      id: reservation.id,
      number: reservation.reference,
      clientId: client.id,
      service: operation.service,
      status: judgement.status,
      vendorData: fields.vendorData,
      metadata: fields.metadata,
      risks: judgement.warnings.map(({ risk }) => risk),
      report: judgement.report,
      pictures: { ...kept.ids },
      reviews: [],
      blocklistedAt: null,
      createdAt: Date.now(),
    }
    await addSession(transaction, session)
    await webhooks.enqueue(transaction, {
      clientId: client.id,
      dialect: 'didit',
      type: 'status.updated',
      subjectId: session.id,
      payload: toStatusUpdate(session, { environment: client.environment, link: run.link, sessions }),
    })
    return { status: judgement.status, result: answer(session.id, judgement.body, session.createdAt) }
  })
  return result as Record<string, unknown>
}

type Transaction = Parameters<Services['evidence']['keep']>[0]

/**
 * Searches inside the transaction. A call that enrols waits for others of the same client that do, and
 * sees what they enrolled: of two calls with one new face at once, exactly one finds the other.
 */
async function search(
  run: Run,
  { id }: Reservation,
  {
    transaction,
    probe,
    queries,
    head,
  }: { transaction: Transaction; probe: Float32Array | null; queries: Query[]; head: Prepared | null },
): Promise<Match[][]> {
  const { call, services, client, fields } = run
  if (!probe || !head) return []
  const enrolled = await services.gallery.searchThenEnrol(
    transaction,
    probe,
    queries,
    (matches) => {
      if (!call.search?.enrols) return null
      const approved = judge(run, matches, new Map()).status === 'Approved'
      return { clientId: client.id, template: probe, vendorData: fields.vendorData, checkId: id, approved }
    },
    head,
  )
  return enrolled.matches
}

function keepPictures(
  services: Services,
  client: Client,
  operation: Operation,
  pictures: readonly Buffer[],
): Promise<KeptPictures> {
  const byField = operation.pictures.map(({ name }, index) => [name, pictures[index]!] as const)
  return services.pictures.stage(client.id, Object.fromEntries(byField), { linked: true })
}

function judge(run: Run, matches: readonly Match[][], sessions: ReadonlyMap<string, Session>): Judgement {
  const { call, measured, fields, link } = run
  const { LIVEFACE_SCREENING_SAME: same, LIVEFACE_SCREENING_POSSIBLE: possible } = run.services.config
  const known = matches.map((list) =>
    list.map((match) => toKnownFace(match, call.search!.years(measured), sessions)),
  )
  return call.judge({ measured, fields, link, matches: known, policy: { same, possible } })
}

function idsOf(matches: readonly Match[][]): string[] {
  return [...new Set(matches.flat().flatMap(({ checkId }) => checkId ?? []))]
}

function sessionsOf({ database }: Services, client: Client, matches: readonly Match[][]) {
  return findSessions(database, client.id, idsOf(matches))
}

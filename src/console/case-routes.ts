/** The queue, one case with its pictures, and the decision about it. */
import { z } from 'zod'
import { decideCase, decisionsOf, wouldCount } from '../cases/decisions.ts'
import { type CaseRow, casesOf, countCases, findCase, findCases, listCases } from '../cases/list.ts'
import { openMeasurements } from '../cases/measurements.ts'
import { watermark } from '../engine/picture/watermark.ts'
import { caseAnswer, caseSummary, erasedMeanwhile, toCase, toSummaries } from './case-answers.ts'
import { sessionOf } from './case-session.ts'
import { ConsoleError } from './errors.ts'
import { peopleReaders, toPersonTerms } from './person-terms.ts'
import { type Asked, route, sees } from './route.ts'
import { roles } from './users.ts'

const viewers = ['administrator', 'reviewer'] as const
const day = 24 * 60 * 60_000
/** Other cases of a person that are shown beside one. */
const relatedCases = 20

const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
}
const moment = z
  .string()
  .transform((text, context) => {
    const milliseconds = Date.parse(text)
    if (Number.isNaN(milliseconds)) context.addIssue({ code: 'custom', message: 'is no time' })
    return milliseconds
  })
  .optional()
const id = z.string().max(100).optional()

export const caseRoutes = [
  route({
    method: 'GET',
    url: '/cases',
    name: 'list-cases',
    summary: 'Cases, newest first. `q` finds any id that the caller knows, whole or how it begins.',
    tag: 'Cases',
    roles,
    query: z.object({
      queue: z.enum(['open', 'decided', 'all']).default('open'),
      dialect: id,
      client: id,
      verdict: z.enum(['pass', 'fail', 'review']).optional(),
      q: z.string().max(200).optional(),
      from: moment,
      to: moment,
      ...paging,
    }),
    answer: z.object({ items: z.array(caseSummary), nextCursor: z.string().nullable() }),
    async handle({ query, user, services: { database } }) {
      const { q, client, limit, cursor, ...filter } = query
      const clients = scopeOf(user.clients, client)
      const wanted = q?.trim()
      const { rows, nextCursor } = wanted
        ? { rows: await findCases(database, wanted, clients, limit), nextCursor: null }
        : await listCases(database, { ...filter, clients }, { limit, cursor })
      return { items: await toSummaries(database, rows), nextCursor }
    },
  }),
  route({
    method: 'GET',
    url: '/cases/counts',
    name: 'count-cases',
    summary: 'How many cases wait, and how many were decided in the last 24 hours.',
    tag: 'Cases',
    roles,
    answer: z.object({ open: z.number(), decided24h: z.number() }),
    async handle({ user, services: { database } }) {
      const { open, decided } = await countCases(database, user.clients, Date.now() - day)
      return { open, decided24h: decided }
    },
  }),
  route({
    method: 'GET',
    url: '/cases/:id',
    name: 'get-case',
    summary: 'Everything about one case. The ETag goes back with a decision.',
    tag: 'Cases',
    roles,
    answer: caseAnswer,
    async handle(asked) {
      const row = await ownCase(asked)
      return sendCase(asked, row)
    },
  }),
  route({
    method: 'GET',
    url: '/cases/:id/pictures/:pictureId',
    name: 'get-picture',
    summary: 'A kept picture as JPEG, with the name of who looks at it written across.',
    tag: 'Cases',
    roles: viewers,
    answer: z.any().describe('image/jpeg'),
    async handle(asked) {
      const row = await ownCase(asked)
      const { params, reply, user, actor, services } = asked
      const kept = await services.evidence.read(row.client_id, params.pictureId ?? '')
      if (kept?.facts.checkId !== row.id) throw new ConsoleError('not_found')
      const turned = await turnOf(asked, row, kept.facts.source)
      // What callers sent is decoded in a worker alone; what comes back is of our own making.
      const plain = await services.engine.redraw(kept.bytes, 1600)
      const marked = await watermark(plain, `${user.name} ${user.email}`, turned)
      const act = { actor, clientId: row.client_id, action: 'picture.viewed', subject: row.id }
      await services.database.transaction().execute((transaction) => services.audit.append(transaction, act))
      reply
        .header('cache-control', 'no-store')
        .header('content-security-policy', "default-src 'none'; sandbox")
      return reply.type('image/jpeg').send(marked)
    },
  }),
  route({
    method: 'POST',
    url: '/cases/:id/decision',
    name: 'decide-case',
    summary: 'Decide a case, or agree to what another person decided. Send If-Match.',
    tag: 'Cases',
    roles: viewers,
    body: z.object({
      decision: z.enum(['approve', 'decline', 'ask_again']),
      reason: z.string().trim().min(1).max(200),
      comment: z.string().max(2000).default(''),
    }),
    answer: caseAnswer,
    async handle(asked) {
      const row = await ownCase(asked)
      const version = asked.request.headers['if-match']
      if (!version) throw new ConsoleError('no_precondition')
      await decide(asked, row, version)
      return sendCase(asked, await ownCase(asked))
    },
  }),
]

/** @returns the clients whose cases a user sees of those asked for */
export function scopeOf(own: string[] | null, client: string | undefined): string[] | null {
  if (client === undefined) return own
  return own === null || own.includes(client) ? [client] : []
}

/** The case of the path. @throws ConsoleError not_found, also for what belongs to a client that the user does not see */
async function ownCase({
  params,
  user,
  services,
}: Pick<Asked<unknown, unknown>, 'params' | 'user' | 'services'>) {
  const row = await findCase(services.database, params.id ?? '')
  if (!row || !sees(user, row.client_id)) throw new ConsoleError('not_found')
  return row
}

async function sendCase(asked: Asked<unknown, unknown>, row: CaseRow) {
  const { services, user, reply } = asked
  const found = row.subject
    ? await casesOf(services.database, row.subject, [row.client_id], relatedCases + 1)
    : []
  const related = found.filter(({ id }) => id !== row.id).slice(0, relatedCases)
  const withPictures = viewers.some((role) => role === user.role)
  const { view, version } = await toCase(asked, row, { related, withPictures })
  reply.header('etag', version)
  const seesPeople = peopleReaders.some((role) => role === user.role)
  const person = row.subject && seesPeople ? await services.people.find(row.client_id, row.subject) : null
  const session = await sessionOf(services, row)
  return {
    ...view,
    session: session && (seesPeople ? session : { ...session, consent: null }),
    person: person && toPersonTerms(person),
  }
}

/** The decision, what it changes in the vendor's own records, and the audit row: together or not at all. */
async function decide(
  {
    body,
    user,
    actor,
    request,
    services,
  }: Asked<unknown, { decision: 'approve' | 'decline' | 'ask_again'; reason: string; comment: string }>,
  row: CaseRow,
  version: string,
): Promise<void> {
  const { database, audit, config, clients, dialects } = services
  const { id, client_id: clientId } = row
  const client = await clients.find(clientId)
  if (!client) throw new ConsoleError('not_found')
  const { fourEyes } = config.console
  const { decision, comment } = body
  await database.transaction().execute(async (transaction) => {
    const before = await decisionsOf(transaction, [id])
    // The vendor's records come first: they take the gallery's place in line, which goes before every other row. Should
    // the case have changed meanwhile, nothing of it stays.
    if (wouldCount(before, { decision, fourEyes })) {
      const dialect = dialects.find(({ name }) => name === row.dialect)
      const review = { client, checkId: id, decision, comment: comment || null, request }
      await dialect?.decide?.(transaction, services, review)
    }
    const outcome = await decideCase(transaction, {
      ...body,
      check: { id, clientId },
      user: { id: user.id, name: user.name },
      fourEyes,
      version,
      now: Date.now(),
    })
    if (typeof outcome === 'string') throw new ConsoleError(outcome)
    const details = { decision, counts: outcome.counts }
    await audit.append(transaction, { actor, clientId, action: 'case.decided', subject: id, details })
  })
}

/** By how much the picture was turned before it was measured. */
async function turnOf(
  { services }: Pick<Asked<unknown, unknown>, 'services'>,
  row: CaseRow,
  source: string | null,
) {
  const { database, masterKey } = services
  const { measurements } = await database
    .selectFrom('checks')
    .select('measurements')
    .where('id', '=', row.id)
    .executeTakeFirstOrThrow(erasedMeanwhile)
  if (!measurements) return 0
  const { pictures } = openMeasurements(masterKey, row.client_id, row.id, measurements)
  return pictures.find(({ sha256 }) => sha256 === source)?.turned ?? 0
}

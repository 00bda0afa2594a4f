import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Services } from '../../dialect.ts'
import { authenticate, identify, limitAddress } from '../auth.ts'
import { DiditError, type DiditErrorName, FieldError, sendPageNotFound } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { linkTo } from '../picture-links.ts'
import { BodyReader, isUuid } from '../request.ts'
import { nothing } from '../schemas.ts'
import { toUtcTime } from '../times.ts'
import { everyStatus, readSessionFilter } from './filter.ts'
import {
  changeSession,
  findSession,
  findSessions,
  listSessions,
  type Session,
  sessionIds,
  sessionStatuses,
} from './records.ts'
import { decisionAnswer, sessionIdAnswer, sessionPage } from './schemas.ts'
import {
  featureNames,
  matchedSessionIds,
  type Surroundings,
  toDecision,
  toDecisionWithEvents,
  toListRow,
  toStatusUpdate,
} from './translate.ts'

type ById = { Params: { id: string }; Querystring: Record<string, unknown> }

/** /session/{id}/... and /sessions/ */
export function registerSessions(app: FastifyInstance, services: Services): void {
  const { database, retention } = services
  const credentials: DiditErrorName = 'noCredentials'

  /**
   * The session of the path and its client. An unknown id is told before the key is looked at, as the
   * vendor does: ids are random, so that tells nothing to a guesser.
   * @param foreign what the session of another application is answered with
   * @returns null when the id is no UUID, and the answer is sent
   */
  async function own(
    request: FastifyRequest<ById>,
    reply: FastifyReply,
    foreign: DiditErrorName,
  ): Promise<{ client: Client; session: Session } | null> {
    limitAddress(request, reply, services)
    if (!isUuid(request.params.id)) {
      sendPageNotFound(reply)
      return null
    }
    const session = await findSession(database, request.params.id)
    if (!session) throw new DiditError('notFound')
    const client = await identify(request, reply, services, credentials)
    if (session.clientId !== client.id) throw new DiditError(foreign)
    return { client, session }
  }

  async function surroundingsOf(
    request: FastifyRequest,
    client: Client,
    session: Session,
  ): Promise<Surroundings> {
    return {
      environment: client.environment,
      link: linkTo(request, services),
      sessions: await findSessions(database, client.id, matchedSessionIds(session)),
    }
  }

  app.get<ById>(
    '/session/:id/decision/',
    describeOperation('Sessions', 'get-decision', 'What a saved call found.', { 200: decisionAnswer }),
    async (request, reply) => {
      const found = await own(request, reply, 'sessionNotFound')
      if (!found) return reply
      const surroundings = await surroundingsOf(request, found.client, found.session)
      const include = String(request.query.include ?? '').split(',')
      return include.includes('events')
        ? toDecisionWithEvents(found.session, surroundings)
        : toDecision(found.session, surroundings)
    },
  )

  app.delete<ById>(
    '/session/:id/delete/',
    describeOperation('Sessions', 'delete-session', 'Erase a session with its pictures and its face.', {
      204: nothing,
    }),
    async (request, reply) => {
      const found = await own(request, reply, 'forbidden')
      if (!found) return reply
      const { client, session } = found
      await retention.erase(client.id, [session.id], { actor: client.id, keepListed: true })
      return reply.code(204).send()
    },
  )

  app.patch<ById>(
    '/session/:id/update-status/',
    describeOperation('Sessions', 'update-status', 'Decide a session by hand.', { 200: sessionIdAnswer }),
    async (request, reply) => {
      const found = await own(request, reply, 'notFound')
      if (!found) return reply
      const body = await BodyReader.read(request)
      const status = readStatus(body)
      const comment =
        body.has('comment') && !body.isNull('comment') ? body.text('comment', { blank: true }) : ''
      body.finish()
      if (status) await decide(request, found, { status, comment: comment || null })
      return { session_id: found.session.id }
    },
  )

  async function decide(
    request: FastifyRequest,
    { client, session }: { client: Client; session: Session },
    { status, comment }: { status: Session['status']; comment: string | null },
  ): Promise<void> {
    const { gallery, webhooks, audit } = services
    const surroundings = await surroundingsOf(request, client, session)
    await database.transaction().execute(async (transaction) => {
      // Takes the client's place in line first: of two reviewers at once the second sees what the first did.
      await gallery.changeCheck(transaction, client.id, session.id, { approved: status === 'Approved' })
      const current = await findSession(transaction, session.id)
      if (!current) throw new DiditError('notFound')
      if (current.status === status) {
        throw new FieldError(['The new status is the same as the current status.'])
      }
      const review = { new_status: status, comment, created_at: toUtcTime(Date.now()) }
      const changed = await changeSession(transaction, current, {
        status,
        reviews: [...current.reviews, review],
      })
      await webhooks.enqueue(transaction, {
        clientId: client.id,
        dialect: 'didit',
        type: 'status.updated',
        subjectId: session.id,
        payload: toStatusUpdate(changed, surroundings),
      })
      await audit.append(transaction, {
        actor: client.id,
        clientId: client.id,
        action: 'session.status_changed',
        subject: session.id,
        details: { from: current.status, to: status },
      })
    })
  }

  app.get<{ Querystring: Record<string, unknown> }>(
    '/sessions/',
    describeOperation('Sessions', 'list-sessions', 'Saved calls, newest first.', { 200: sessionPage }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const filter = readSessionFilter(request.query)
      const page = readPage(request, 50)
      const { count, sessions } = filter
        ? await listSessions(database, client.id, filter, page)
        : { count: 0, sessions: [] }
      const link = linkTo(request, services)
      const rows = sessions.map((session) => toListRow(session, { link }))
      return toPage(request, services, page, count, rows)
    },
  )

  app.post(
    '/sessions/delete/',
    describeOperation('Sessions', 'delete-sessions', 'Erase sessions by their numbers, or all of them.', {
      204: nothing,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const ids = await sessionIds(database, client.id, await readNumbers(request))
      await retention.erase(client.id, ids, { actor: client.id, keepListed: true })
      return reply.code(204).send()
    },
  )
}

/** The status to set, with the fields beside it that are asked for and do nothing here. @throws FieldError */
function readStatus(body: BodyReader): Session['status'] | undefined {
  const given = body.choice('new_status', everyStatus, { required: true })
  const email = body.text('email_address')
  if (body.boolean('send_email') && !email) {
    body.fail('email_address', 'Email address is required when send_email is true.')
  }
  for (const node of body.list('nodes_to_resubmit') ?? []) {
    const feature = node && typeof node === 'object' && 'feature' in node ? node.feature : undefined
    if (!featureNames.some((name) => name === feature)) {
      body.fail('nodes_to_resubmit', `"${typeof feature === 'string' ? feature : ''}" is not a valid choice.`)
    }
  }
  const status = sessionStatuses.find((known) => known === given)
  if (given && !status) {
    throw new FieldError(["You can only update the status to 'Approved', 'Declined', or 'Resubmitted'."])
  }
  return status
}

/** @throws FieldError */
async function readNumbers(request: FastifyRequest): Promise<number[] | 'all'> {
  const name = 'session_numbers'
  const body = await BodyReader.read(request)
  const all = body.boolean('delete_all') ?? false
  const given = all ? [] : body.list(name)
  if (!all && !body.has(name)) body.fail(name, 'This field is required unless delete_all is true.')
  if (!all && given?.length === 0) body.fail(name, 'This list may not be empty.')
  if (given?.some((item) => !/^\d+$/.test(String(item)))) {
    body.fail(name, 'All session_numbers must be numeric.')
  }
  body.finish()
  // A number too large to be exact is the number of no session.
  return all ? 'all' : [...new Set((given ?? []).map(Number))].filter(Number.isSafeInteger)
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Transaction } from 'kysely'
import type { Client } from '../../../access/clients.ts'
import type { Tables } from '../../../database/index.ts'
import { linkTo } from '../../common/picture-links.ts'
import type { Review, Services } from '../../dialect.ts'
import { DiditError, FieldError } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { BodyReader } from '../request.ts'
import { toUtcTime } from '../times.ts'
import { type OwnSession, ownSession, type SessionPath } from './own.ts'
import {
  changeSession,
  findSession,
  findSessions,
  holdSession,
  type Session,
  type Review as StoredReview,
} from './records.ts'
import { readStatus } from './request.ts'
import { decisionAnswer, sessionIdAnswer } from './schemas.ts'
import {
  matchedSessionIds,
  type Surroundings,
  toDecision,
  toDecisionWithEvents,
  toStatusUpdate,
} from './translate.ts'

/** /session/{id}/decision/ and /session/{id}/update-status/ */
export function registerDecisions(app: FastifyInstance, services: Services): void {
  app.get<SessionPath>(
    '/session/:id/decision/',
    describeOperation('Sessions', 'get-decision', 'What a saved call found.', { 200: decisionAnswer }),
    async (request, reply) => {
      const found = await ownSession(request, reply, services, 'sessionNotFound')
      if (!found) return reply
      const surroundings = await surroundingsOf(request, services, found)
      const include = String(request.query.include ?? '').split(',')
      return include.includes('events')
        ? toDecisionWithEvents(found.session, surroundings)
        : toDecision(found.session, surroundings)
    },
  )

  app.patch<SessionPath>(
    '/session/:id/update-status/',
    describeOperation('Sessions', 'update-status', 'Decide a session by hand.', { 200: sessionIdAnswer }),
    async (request, reply) => {
      const found = await ownSession(request, reply, services, 'notFound')
      if (!found) return reply
      const body = await BodyReader.read(request)
      const status = readStatus(body)
      const comment =
        body.has('comment') && !body.isNull('comment') ? body.text('comment', { blank: true }) : ''
      body.finish()
      if (status)
        await decide(services, found, await surroundingsOf(request, services, found), {
          status,
          comment: comment || null,
        })
      return { session_id: found.session.id }
    },
  )
}

async function surroundingsOf(
  request: FastifyRequest,
  services: Services,
  { client, session }: OwnSession,
): Promise<Surroundings> {
  return {
    environment: client.environment,
    link: linkTo(request, services),
    sessions: await findSessions(services.database, client.id, matchedSessionIds(session)),
  }
}

/** What a person decided, with the webhook about it and the row of the audit log. @throws DiditError, FieldError */
async function decide(
  services: Services,
  { client, session }: OwnSession,
  surroundings: Surroundings,
  { status, comment }: { status: Session['status']; comment: string | null },
): Promise<void> {
  const { database, audit } = services
  await database.transaction().execute(async (transaction) => {
    const change = { client, sessionId: session.id, status, comment, by: {} }
    const outcome = await changeStatus(transaction, services, change, surroundings)
    if (outcome === 'unknown') throw new DiditError('notFound')
    if (outcome === 'same') throw new FieldError(['The new status is the same as the current status.'])
    await audit.append(transaction, {
      actor: client.id,
      clientId: client.id,
      action: 'session.status_changed',
      subject: session.id,
      details: { from: outcome.from, to: status },
    })
  })
}

const statuses = { approve: 'Approved', decline: 'Declined', ask_again: 'Resubmitted' } as const

/** What a decision at the console does to a session; nothing where the call was not saved, or has the status already. */
export async function decideSession(
  transaction: Transaction<Tables>,
  services: Services,
  { client, checkId, decision, comment, request }: Review,
): Promise<void> {
  const session = await findSession(transaction, checkId)
  if (!session) return
  const surroundings = {
    environment: client.environment,
    link: linkTo(request, services),
    sessions: await findSessions(transaction, client.id, matchedSessionIds(session)),
  }
  const by = { atConsole: true } as const
  const change = { client, sessionId: session.id, status: statuses[decision], comment, by }
  await changeStatus(transaction, services, change, surroundings)
}

/** The new status with its review and the webhook about it. */
async function changeStatus(
  transaction: Transaction<Tables>,
  { gallery, webhooks }: Services,
  change: {
    client: Client
    sessionId: string
    status: Session['status']
    comment: string | null
    by: Pick<StoredReview, 'atConsole'>
  },
  surroundings: Surroundings,
): Promise<{ from: Session['status'] } | 'unknown' | 'same'> {
  const { client, sessionId, status, comment, by } = change
  // Takes the client's place in line first: of two reviewers at once the second sees what the first did.
  await gallery.changeCheck(transaction, client.id, sessionId, { approved: status === 'Approved' })
  const current = await holdSession(transaction, sessionId)
  if (!current) return 'unknown'
  if (current.status === status) return 'same'
  const review = { new_status: status, comment, created_at: toUtcTime(Date.now()), ...by }
  const changed = await changeSession(transaction, current, { status, reviews: [...current.reviews, review] })
  await webhooks.enqueue(transaction, {
    clientId: client.id,
    dialect: 'didit',
    type: 'status.updated',
    subjectId: sessionId,
    payload: toStatusUpdate(changed, surroundings),
  })
  return { from: current.status }
}

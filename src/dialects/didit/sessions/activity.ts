import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { DiditError, sendPageNotFound } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { isUuid } from '../request.ts'
import { toUtcTime } from '../times.ts'
import type { OwnSession, SessionPath } from './own.ts'
import { changeSession, findSession, holdSession, type Review } from './records.ts'
import { readNote } from './request.ts'
import { authorOf, toActivities } from './reviews.ts'
import { activityPage, noteAnswer } from './schemas.ts'

/** /sessions/{id}/reviews/ : what was decided and noted about a session by hand. */
export function registerActivity(app: FastifyInstance, services: Services): void {
  const { database, audit } = services

  app.get<SessionPath>(
    '/sessions/:id/reviews/',
    describeOperation('Sessions', 'list-reviews', 'Decisions and notes about a session, newest first.', {
      200: activityPage,
    }),
    async (request, reply) => {
      const found = await sessionOfKey(request, reply, services)
      if (!found) return reply
      const page = readPage(request, 50)
      const rows = toActivities(found.session)
      if (request.query.ordering !== 'created_at') rows.reverse()
      const part = rows.slice(page.offset, page.offset + page.limit)
      return toPage(request, services, page, rows.length, part)
    },
  )

  app.post<SessionPath>(
    '/sessions/:id/reviews/',
    describeOperation('Sessions', 'create-review', 'Note something about a session; its status stays.', {
      201: noteAnswer,
    }),
    async (request, reply) => {
      const found = await sessionOfKey(request, reply, services)
      if (!found) return reply
      const { client, session } = found
      const note: Review = {
        ...(await readNote(request)),
        created_at: toUtcTime(Date.now()),
        isNote: true,
      }
      await database.transaction().execute(async (transaction) => {
        const current = await holdSession(transaction, session.id)
        if (!current) throw new DiditError('sessionNotFound')
        await changeSession(transaction, current, { reviews: [...current.reviews, note] })
        await audit.append(transaction, {
          actor: client.id,
          clientId: client.id,
          action: 'session.noted',
          subject: session.id,
        })
      })
      reply.code(201)
      const { isNote: _isNote, ...answer } = note
      return { user: authorOf(note), ...answer }
    },
  )
}

/** Here, unlike at the other calls on a session, the vendor looks at the key first. */
async function sessionOfKey(
  request: FastifyRequest<SessionPath>,
  reply: FastifyReply,
  services: Services,
): Promise<OwnSession | null> {
  if (!isUuid(request.params.id)) {
    sendPageNotFound(reply)
    return null
  }
  const client = await authenticate(request, reply, services)
  const session = await findSession(services.database, request.params.id)
  if (session?.clientId !== client.id) throw new DiditError('sessionNotFound')
  return { client, session }
}

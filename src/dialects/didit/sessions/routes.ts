import type { FastifyInstance } from 'fastify'
import { linkTo } from '../../common/picture-links.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { nothing } from '../schemas.ts'
import { registerActivity } from './activity.ts'
import { registerDecisions } from './decisions.ts'
import { readSessionFilter } from './filter.ts'
import { ownSession, type SessionPath } from './own.ts'
import { listSessions, sessionIds } from './records.ts'
import { readNumbers } from './request.ts'
import { sessionPage } from './schemas.ts'
import { toListRow } from './translate.ts'

/** /session/{id}/... and /sessions/ */
export function registerSessions(app: FastifyInstance, services: Services): void {
  const { database, retention } = services
  registerDecisions(app, services)
  registerActivity(app, services)

  app.delete<SessionPath>(
    '/session/:id/delete/',
    describeOperation('Sessions', 'delete-session', 'Erase a session with its pictures and its face.', {
      204: nothing,
    }),
    async (request, reply) => {
      const found = await ownSession(request, reply, services, 'forbidden')
      if (!found) return reply
      const { client, session } = found
      await retention.erase(client.id, [session.id], { actor: client.id, keepListed: true })
      return reply.code(204).send()
    },
  )

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

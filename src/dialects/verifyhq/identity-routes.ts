import type { FastifyInstance } from 'fastify'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { describeOperation } from './openapi.ts'
import { validate } from './request.ts'
import { identityList, listQuery } from './schemas.ts'
import { toIdentity } from './translate.ts'

/** /verifications/identity/user/{id}, where the vendor's clients look up the liveness check of a person. */
export function registerIdentity(app: FastifyInstance, services: Services, hidden: boolean): void {
  const { challenges } = services

  app.get<{ Params: { userId: string } }>(
    '/user/:userId',
    describeOperation(
      {
        name: 'listIdentities',
        summary: "A user's checks, newest first, as identities that liveness alone verified.",
        tag: 'Liveness',
        status: 200,
        querystring: listQuery,
        answer: identityList,
      },
      hidden,
    ),
    async (request, reply) => {
      const client = await authenticate(request, 'liveness:read', services)
      const { page, limit } = validate(listQuery, request.query)
      const { sessions, total } = await challenges.listByUser(client.id, request.params.userId, page, limit)
      reply.headers({ 'x-total-count': String(total), 'x-page': String(page), 'x-limit': String(limit) })
      return sessions.map(toIdentity)
    },
  )
}

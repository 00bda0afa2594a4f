import type { FastifyInstance } from 'fastify'
import type { Services } from '../dialect.ts'
import { describeOperation } from './openapi.ts'
import { identityList, listQuery } from './schemas.ts'
import { toIdentity } from './translate.ts'
import { type OfUser, readUserSessions } from './user-sessions.ts'

/** /verifications/identity/user/{id}, where the vendor's clients look up the liveness check of a person. */
export function registerIdentity(app: FastifyInstance, services: Services, hidden: boolean): void {
  app.get<OfUser>(
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
      const { sessions } = await readUserSessions(request, reply, services)
      return sessions.map(toIdentity)
    },
  )
}

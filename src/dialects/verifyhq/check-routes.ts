import type { FastifyInstance } from 'fastify'
import { linkTo } from '../common/picture-links.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { listEnvelope } from './client-switches.ts'
import { VerifyHQError } from './errors.ts'
import { describeOperation } from './openapi.ts'
import { checkAnswer, listAnswer, listQuery } from './schemas.ts'
import { toCheckAnswer } from './translate.ts'
import { type OfUser, readUserSessions } from './user-sessions.ts'

const tag = 'Liveness'

/** /verifications/liveness/user/{id} and /{id}: what the checks found. */
export function registerChecks(app: FastifyInstance, services: Services, hidden: boolean): void {
  const { challenges } = services

  app.get<OfUser>(
    '/user/:userId',
    describeOperation(
      {
        name: 'listLivenessChecks',
        summary: "A user's checks, newest first.",
        tag,
        status: 200,
        querystring: listQuery,
        answer: listAnswer,
      },
      hidden,
    ),
    async (request, reply) => {
      const { client, sessions, total, page, limit } = await readUserSessions(request, reply, services)
      const link = linkTo(request, services)
      const data = sessions.map((session) => toCheckAnswer(session, link))
      return listEnvelope.isOn(client) ? { data, total, page, limit } : data
    },
  )

  app.get<{ Params: { id: string } }>(
    '/:id',
    describeOperation(
      {
        name: 'getLivenessCheck',
        summary: 'A check by its id or by the token of its session.',
        tag,
        status: 200,
        answer: checkAnswer,
      },
      hidden,
    ),
    async (request) => {
      const client = await authenticate(request, 'liveness:read', services)
      const session = await challenges.find(client.id, request.params.id)
      if (!session) throw VerifyHQError.of('checkNotFound')
      return toCheckAnswer(session, linkTo(request, services))
    },
  )
}

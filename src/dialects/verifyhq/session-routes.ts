import type { FastifyInstance } from 'fastify'
import { baseUrlOf } from '../../receive/base-url.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { describeOperation } from './openapi.ts'
import { readBody } from './request.ts'
import { linkAnswer, linkRequest, sessionAnswer, sessionRequest } from './schemas.ts'
import { ownSession } from './sessions.ts'
import { isoTime, toSessionAnswer } from './translate.ts'

const tag = 'Liveness'

/** /verifications/liveness/session and /capture-link: where the photos of a session come from. */
export function registerSessions(app: FastifyInstance, services: Services, hidden: boolean): void {
  const { challenges, config } = services

  app.post(
    '/session',
    describeOperation(
      {
        name: 'createLivenessSession',
        summary: 'Start a session of three random challenges.',
        tag,
        status: 201,
        body: sessionRequest,
        answer: sessionAnswer,
      },
      hidden,
    ),
    async (request, reply) => {
      const client = await authenticate(request, 'liveness:write', services)
      const { userId, mirrored = false } = await readBody(sessionRequest, request)
      const session = await challenges.create({
        clientId: client.id,
        dialect: client.dialect,
        userId,
        mirrored,
      })
      reply.code(201)
      return toSessionAnswer(session)
    },
  )

  app.post(
    '/capture-link',
    describeOperation(
      {
        name: 'createCaptureLink',
        summary: 'Beyond the vendor: a link to the page where the person does the challenges. It opens once.',
        tag,
        status: 201,
        body: linkRequest,
        answer: linkAnswer,
      },
      hidden,
    ),
    async (request, reply) => {
      const client = await authenticate(request, 'liveness:write', services)
      const { sessionToken } = await readBody(linkRequest, request)
      const session = await ownSession(challenges, client, sessionToken)
      const link = await challenges.makeLink(session)
      reply.code(201)
      return {
        captureUrl: `${baseUrlOf(request, config)}/capture/${link}`,
        expiresAt: isoTime(session.expiresAt),
      }
    },
  )
}

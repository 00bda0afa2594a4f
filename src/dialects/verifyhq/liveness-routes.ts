import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Client } from '../../access/clients.ts'
import type { Session } from '../../challenges/types.ts'
import { callOf } from '../../checks/call.ts'
import { performCheck } from '../../checks/perform.ts'
import { baseUrlOf } from '../../receive/base-url.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { listEnvelope } from './client-switches.ts'
import { VerifyHQError } from './errors.ts'
import { challengeFields, describeOperation, selfieFields } from './openapi.ts'
import { challengeForm, readBody, readPictureForm, selfieForm, validate } from './request.ts'
import {
  challengeAnswer,
  checkAnswer,
  linkAnswer,
  linkRequest,
  listAnswer,
  listQuery,
  sessionAnswer,
  sessionRequest,
} from './schemas.ts'
import { isoTime, toChallengeAnswer, toCheckAnswer, toSessionAnswer } from './translate.ts'

/** /verifications/liveness */
export function registerLiveness(app: FastifyInstance, services: Services, hidden: boolean): void {
  const { challenges, config, evidence } = services
  const tag = 'Liveness'

  const toAnswer = (session: Session, request: FastifyRequest) =>
    toCheckAnswer(session, (id) => baseUrlOf(request, config) + evidence.link(id))

  async function ownSession({ id }: Client, token: string): Promise<Session> {
    const session = await challenges.find(id, token)
    if (!session) throw VerifyHQError.of('sessionNotFound')
    return session
  }

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
    '/challenge',
    describeOperation(
      {
        name: 'submitChallenge',
        summary: 'Submit the photo of one challenge; the last one brings the result.',
        tag,
        status: 200,
        multipart: challengeFields,
        answer: challengeAnswer,
      },
      hidden,
    ),
    async (request, reply) => {
      const client = await authenticate(request, 'liveness:write', services)
      const check = challenges.photoCheck(async () => {
        const { sessionToken, challengeId, picture } = await readPictureForm(request, challengeForm)
        return { session: await ownSession(client, sessionToken), challengeId, picture }
      })
      return toChallengeAnswer(await performCheck(check, callOf(reply, client.id), services))
    },
  )

  app.post(
    '/reference-selfie',
    describeOperation(
      {
        name: 'submitReferenceSelfie',
        summary: 'Submit a selfie to compare the photos of the challenges with.',
        tag,
        status: 200,
        multipart: selfieFields,
        answer: checkAnswer,
      },
      hidden,
    ),
    async (request, reply) => {
      const client = await authenticate(request, 'liveness:write', services)
      const check = challenges.photoCheck(async () => {
        const { sessionToken, picture } = await readPictureForm(request, selfieForm)
        return { session: await ownSession(client, sessionToken), challengeId: null, picture }
      })
      return toAnswer(await performCheck(check, callOf(reply, client.id), services), request)
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
      const session = await ownSession(client, sessionToken)
      const link = await challenges.makeLink(session)
      reply.code(201)
      return {
        captureUrl: `${baseUrlOf(request, config)}/capture/${link}`,
        expiresAt: isoTime(session.expiresAt),
      }
    },
  )

  app.get<{ Params: { userId: string } }>(
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
      const client = await authenticate(request, 'liveness:read', services)
      const { page, limit } = validate(listQuery, request.query)
      const { sessions, total } = await challenges.listByUser(client.id, request.params.userId, page, limit)
      reply.headers({ 'x-total-count': String(total), 'x-page': String(page), 'x-limit': String(limit) })
      const data = sessions.map((session) => toAnswer(session, request))
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
      return toAnswer(session, request)
    },
  )
}

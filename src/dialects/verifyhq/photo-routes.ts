import type { FastifyInstance } from 'fastify'
import { callOf } from '../../checks/call.ts'
import { performCheck } from '../../checks/perform.ts'
import { linkTo } from '../common/picture-links.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { challengeFields, describeOperation, selfieFields } from './openapi.ts'
import { challengeForm, readPictureForm, selfieForm } from './request.ts'
import { challengeAnswer, checkAnswer } from './schemas.ts'
import { ownSession } from './sessions.ts'
import { toChallengeAnswer, toCheckAnswer } from './translate.ts'

const tag = 'Liveness'

/** /verifications/liveness/challenge and /reference-selfie: the photos of a session. */
export function registerPhotos(app: FastifyInstance, services: Services, hidden: boolean): void {
  const { challenges } = services

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
        return { session: await ownSession(challenges, client, sessionToken), challengeId, picture }
      })
      return toChallengeAnswer(await performCheck(check, callOf(reply, client), services))
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
        return { session: await ownSession(challenges, client, sessionToken), challengeId: null, picture }
      })
      return toCheckAnswer(
        await performCheck(check, callOf(reply, client), services),
        linkTo(request, services),
      )
    },
  )
}

/** Sessions in which a person does gestures before the camera; they live in src/challenges. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Session } from '../../challenges/types.ts'
import { baseUrlOf } from '../../receive/base-url.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { Problem } from './errors.ts'
import { describeOperation } from './openapi.ts'
import { doOnce } from './repeats.ts'
import { readBody } from './request.ts'
import { newSessionAnswer, sessionAnswer, sessionRequest } from './session-schemas.ts'
import { toBranding, toSessionAnswer } from './sessions.ts'

const sessionId = z.object({ id: z.string().describe('Id of the session.') })

export function registerSessions(app: FastifyInstance, services: Services): void {
  const { challenges, config, retention } = services
  const tag = 'Sessions'

  /** A session of this client. @throws Problem */
  async function requireOwn(clientId: string, id: string): Promise<Session> {
    const session = await challenges.find(clientId, id)
    if (!session) throw new Problem('session_unknown')
    return session
  }

  app.post(
    '/sessions',
    describeOperation({
      ...{ name: 'createSession', summary: 'Ask a person for gestures before the camera.', tag },
      description: 'Send the person to `capture_url`, then read the verdict or hear it by a webhook.',
      ...{ status: 201, answer: newSessionAnswer, body: sessionRequest },
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const asked = await readBody(sessionRequest, request)
      return doOnce(request, reply, client.id, asked, services, async () => {
        const { person, mirrored, attempts, return_url: returnUrl, language } = asked
        const session = await challenges.create({
          ...{ clientId: client.id, dialect: 'liveface', userId: person, mirrored },
          ...{ gestures: asked.gestures, attempts, returnUrl, branding: toBranding(asked.branding) },
          ...{ life: asked.expires_in * 1000, fromOpening: asked.expires_from === 'opening' },
        })
        const link = await challenges.makeLink(session)
        // In the address, since the page speaks to the person before the link is opened.
        const query = language === null ? '' : `?language=${language}`
        const body = {
          ...toSessionAnswer(session),
          capture_url: `${baseUrlOf(request, config)}/capture/${link}${query}`,
          return_secret: returnUrl === null ? null : challenges.returnSecret(session),
        }
        return { status: 201, body, subjectId: session.id }
      })
    },
  )

  app.get<{ Params: { id: string } }>(
    '/sessions/:id',
    describeOperation({
      ...{ name: 'getSession', summary: 'A session, with its verdict once there is one.', tag },
      ...{ status: 200, answer: sessionAnswer, params: sessionId },
    }),
    async (request) => {
      const client = await authenticate(request, services)
      return toSessionAnswer(await requireOwn(client.id, request.params.id))
    },
  )

  app.delete<{ Params: { id: string } }>(
    '/sessions/:id',
    describeOperation({
      ...{ name: 'eraseSession', summary: 'Erase a session with everything that belongs to it.', tag },
      ...{ status: 204, answer: z.null().describe('It is erased.'), params: sessionId },
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const { id } = await requireOwn(client.id, request.params.id)
      await retention.erase(client.id, [id], { actor: client.id })
      return reply.code(204).send()
    },
  )
}

import type { FastifyInstance } from 'fastify'
import { setRetryAfter } from '../receive/retry-after.ts'
import { ObjectStoreError } from './object-store.ts'
import type { Evidence } from './types.ts'

/**
 * Serves pictures to whoever holds a signed link that has not expired. Every link that does not open looks the
 * same, so that it reveals nothing about pictures that are gone; while an object store is away, 503 says so.
 */
export function registerEvidence(app: FastifyInstance, evidence: Evidence): void {
  app.get<{ Params: { id: string }; Querystring: Record<string, unknown> }>(
    '/evidence/:id',
    async (request, reply) => {
      const { expires, signature } = request.query
      reply.header('cache-control', 'private, no-store').header('x-robots-tag', 'noindex')
      let picture: Awaited<ReturnType<Evidence['readLink']>> = null
      try {
        if (typeof expires === 'string' && typeof signature === 'string') {
          picture = await evidence.readLink(request.params.id, expires, signature)
        }
      } catch (error) {
        if (!(error instanceof ObjectStoreError)) throw error
        request.log.error({ err: error }, 'a kept picture cannot be read')
        return setRetryAfter(reply, 1).code(503).send({ message: 'Try again later.' })
      }
      if (!picture) return reply.code(404).send({ message: 'This link does not exist or has expired.' })
      // Shown as a picture and nothing else, whatever its bytes look like.
      return reply
        .header('content-security-policy', "default-src 'none'; sandbox")
        .type(picture.facts.mediaType)
        .send(picture.bytes)
    },
  )
}

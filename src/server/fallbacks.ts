import type { FastifyInstance } from 'fastify'
import { DatabaseAway } from '../database/index.ts'
import { setRetryAfter } from '../receive/retry-after.ts'

/** Answers outside every dialect. Fastify's own would log the whole path, which may hold a session token. */
export function registerFallbacks(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Not Found' }))
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return reply.code(status).send({ error: 'Bad Request' })
    request.log.error({ err: error }, 'request failed')
    if (error instanceof DatabaseAway) {
      return setRetryAfter(reply, 1).code(503).send({ error: 'Service Unavailable' })
    }
    return reply.code(500).send({ error: 'Internal Server Error' })
  })
}

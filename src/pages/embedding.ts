/** What lets the capture element work in pages of other sites. */
import type { FastifyInstance } from 'fastify'

/**
 * Lets pages of other sites read what a scope answers. They send a link or the key of one session in a header and never a
 * cookie, so nothing goes along that the person did not hand over.
 * @param origins that may, as browsers write them; none: no header is sent
 */
export function allowOrigins(scope: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  scope.addHook('onRequest', async ({ headers }, reply) => {
    // Also to those who may not: a cache must not hand one site's answer to another.
    reply.header('vary', 'Origin')
    const { origin } = headers
    if (!origin || !origins.includes(origin)) return
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' })
  })
}

/** Answers what a browser asks before it sends a header such as Authorization to another site. */
export function answerPreflights(scope: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  scope.options('/*', { logLevel: 'warn', schema: { hide: true } }, (_request, reply) =>
    reply
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': '600',
      })
      .code(204)
      .send(),
  )
}

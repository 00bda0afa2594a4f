import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Client } from '../access/clients.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** A sandbox credential was found good. */
    isSandbox: boolean
  }
}

/** Marks every answer to a sandbox credential, refusals too: what it decides must not be taken for a decision. */
export function markSandboxAnswers(app: FastifyInstance): void {
  app.decorateRequest('isSandbox', false)
  app.addHook('onSend', async (request, reply) => {
    if (request.isSandbox) reply.header('x-liveface-sandbox', 'true')
  })
}

/** Each dialect's `authenticate` calls this once it knows who calls. */
export function noteClient(request: FastifyRequest, { environment }: Client): void {
  request.isSandbox = environment === 'sandbox'
}

import type { FastifyReply } from 'fastify'

/**
 * Aborts when the connection closes before the answer is sent: whoever waited for it will never read it. The request's
 * own `close` comes as soon as its body has been read.
 */
export function hangUpSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.on('close', () => {
    // Mostly everything is over, and an error with its stack would be made for nobody.
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}

import type { FastifyReply } from 'fastify'

/** Writes when to come back. @param seconds whole; undefined: nobody knows, and no header is sent */
export function setRetryAfter(reply: FastifyReply, seconds: number | undefined): FastifyReply {
  return seconds === undefined ? reply : reply.header('retry-after', String(seconds))
}

import type { FastifyReply } from 'fastify'
import { setRetryAfter } from '../../receive/retry-after.ts'

/** What every body of `application/problem+json` has, as RFC 9457 wants it, and a stable name of the problem. */
export interface ProblemDetails {
  type: string
  title: string
  status: number
  code: string
}

/** Answers with a problem. @param retryAfter whole seconds; undefined: nobody knows */
export function sendProblemDetails(
  reply: FastifyReply,
  problem: ProblemDetails & Record<string, unknown>,
  retryAfter: number | undefined,
): FastifyReply {
  setRetryAfter(reply, retryAfter)
  return reply.code(problem.status).type('application/problem+json').send(problem)
}

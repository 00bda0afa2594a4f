import type { FastifyReply } from 'fastify'
import { PictureError } from '../../../src/engine/errors.ts'
import { toFailure } from '../../../src/errors.ts'
import { MultipartError } from '../../../src/receive/multipart.ts'

/** Every problem, with its HTTP status. */
const statuses = {
  form: 400,
  picture: 400,
  key: 401,
  balance: 402,
  address: 403,
  path: 404,
  id_taken: 409,
  size: 413,
  too_many: 429,
  internal: 500,
  busy: 503,
} as const

export class FifthError extends Error {
  override readonly name = 'FifthError'
  readonly problem: keyof typeof statuses
  /** Whole seconds for Retry-After. */
  readonly retryAfter: number | undefined

  constructor(problem: keyof typeof statuses, retryAfter?: number) {
    super(problem)
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

/** Sorts whatever was thrown into the table. */
export function toFifthError(error: Error & { statusCode?: number }): FifthError {
  if (error instanceof FifthError) return error
  if (error instanceof MultipartError) return new FifthError('form')
  if (error instanceof PictureError) return new FifthError('picture')
  if (error.statusCode === 413) return new FifthError('size')
  if ((error.statusCode ?? 500) < 500) return new FifthError('form')
  const { code, retryAfter = 1 } = toFailure(error)
  return code === 'busy' ? new FifthError('busy', retryAfter) : new FifthError('internal')
}

export function sendError(reply: FastifyReply, { problem, retryAfter }: FifthError): FastifyReply {
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  return reply.code(statuses[problem]).send({ problem })
}

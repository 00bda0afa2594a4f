import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { type RefusalCode, refusalOf } from '../../../src/checks/refusals.ts'
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
  erased: 410,
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

const refusals: Record<RefusalCode, keyof typeof statuses> = {
  picture_unreadable: 'picture',
  picture_too_many_pixels: 'picture',
  id_taken: 'id_taken',
  erased: 'erased',
  no_balance: 'balance',
  busy: 'busy',
  internal: 'internal',
}

/** Sorts whatever was thrown into the table. */
export function toFifthError(error: Error & { statusCode?: number }, log: FastifyBaseLogger): FifthError {
  if (error instanceof FifthError) return error
  if (error instanceof MultipartError) return new FifthError('form')
  if (error.statusCode === 413) return new FifthError('size')
  if ((error.statusCode ?? 500) < 500) return new FifthError('form')
  const { code, retryAfter } = refusalOf(error, log)
  return new FifthError(refusals[code], retryAfter)
}

export function sendError(reply: FastifyReply, { problem, retryAfter }: FifthError): FastifyReply {
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  return reply.code(statuses[problem]).send({ problem })
}

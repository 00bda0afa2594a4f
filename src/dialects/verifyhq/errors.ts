import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { type Refusal, SessionError, TooManyFailures } from '../../challenges/types.ts'
import { type RefusalCode, refusalOf } from '../../checks/refusals.ts'
import { setRetryAfter } from '../../receive/retry-after.ts'
import { isoTime } from './translate.ts'

/** Every error of the dialect with a fixed text: HTTP status and message. */
export const table = {
  keyMissing: [401, 'API key is missing'],
  keyInvalid: [401, 'Invalid API key'],
  adminSecret: [401, 'Missing or invalid admin secret'],
  permission: [403, 'Insufficient permissions'],
  uploadRefused: [403, 'Photos are taken from the capture page only'],
  addressNotAllowed: [403, 'Requests from this address are not allowed'],
  noBalance: [403, 'No prepaid checks are left'],
  invalidJson: [400, 'The request body is not valid JSON'],
  photoMissing: [400, 'Photo is required'],
  selfieMissing: [400, 'Selfie is required'],
  fileFormat: [400, 'Unsupported file format. Accepted formats: JPEG, PNG, WebP, HEIC'],
  expired: [400, 'Liveness session has expired'],
  sessionNotFound: [404, 'Liveness session not found'],
  challengeNotFound: [404, 'Challenge not found'],
  checkNotFound: [404, 'Liveness check not found'],
  clientNotFound: [404, 'Client not found'],
  webhookNotFound: [404, 'Webhook not found'],
  completed: [409, 'Liveness session is already completed'],
  challengeTaken: [409, 'Challenge already submitted'],
  webhookExists: [409, 'A webhook with this callbackUrl is already configured'],
  bodyTooLarge: [413, 'The request body is too large'],
  fileTooLarge: [413, 'File too large. The limit is 10MB'],
  fileDamaged: [422, 'The file could not be read as a picture'],
  tooManyRequests: [429, 'Too many requests'],
  internal: [500, 'Internal server error'],
  busy: [503, 'The service is busy, try again shortly'],
} as const satisfies Record<string, readonly [number, string]>

/** How docs/reference/errors.md shows the table. */
export const reference = {
  note:
    'The body is `{"statusCode", "error", "message", "timestamp"}`. Missing or wrong fields are 422 with a list of ' +
    'messages; an unknown path is 404 `Cannot METHOD PATH`.',
  columns: ['message'],
}

/** The standard word for each status, which the vendor sends as `error`. */
const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

export type VerifyHQErrorName = keyof typeof table

/** The request ends here. */
export class VerifyHQError extends Error {
  override readonly name = 'VerifyHQError'
  readonly status: number
  /** A list for validation failures. */
  readonly text: string | string[]
  /** Whole seconds for Retry-After. */
  readonly retryAfter: number | undefined

  private constructor(status: number, text: string | string[], retryAfter?: number) {
    super(String(text))
    this.status = status
    this.text = text
    this.retryAfter = retryAfter
  }

  static of(
    row: VerifyHQErrorName,
    extra: { detail?: string; retryAfter?: number | undefined } = {},
  ): VerifyHQError {
    const [status, text] = table[row]
    return new VerifyHQError(status, extra.detail ? `${text}: ${extra.detail}` : text, extra.retryAfter)
  }

  /** One message for each field that is missing or wrong. */
  static invalid(messages: string[]): VerifyHQError {
    return new VerifyHQError(422, messages)
  }

  static noRoute(method: string, path: string): VerifyHQError {
    return new VerifyHQError(404, `Cannot ${method} ${path}`)
  }
}

/** The rows of refused checks. */
const refusals: Record<RefusalCode, VerifyHQErrorName> = {
  picture_unreadable: 'fileDamaged',
  picture_too_many_pixels: 'fileDamaged',
  erased: 'sessionNotFound',
  no_balance: 'noBalance',
  busy: 'busy',
  internal: 'internal',
  // Callers give no ids of their own.
  id_taken: 'internal',
}

/** The rows of what a session does not take. */
const sessionRefusals: Record<Refusal, VerifyHQErrorName> = {
  completed: 'completed',
  expired: 'expired',
  challenge_taken: 'challengeTaken',
  challenge_unknown: 'challengeNotFound',
  link_unknown: 'sessionNotFound',
  // Photos that come this way belong to no stream.
  stream_unknown: 'uploadRefused',
  upload_refused: 'uploadRefused',
}

/** Whatever ended a request, as a row of the table. */
export function toVerifyHQError(
  error: Error & { statusCode?: number },
  log: FastifyBaseLogger,
): VerifyHQError {
  if (error instanceof VerifyHQError) return error
  if (error instanceof SessionError) return VerifyHQError.of(sessionRefusals[error.code])
  if (error instanceof TooManyFailures)
    return VerifyHQError.of('tooManyRequests', { retryAfter: error.retryAfter })
  if (error.statusCode === 413) return VerifyHQError.of('bodyTooLarge')
  if (error.statusCode === 400) return VerifyHQError.of('invalidJson')
  const { code, retryAfter } = refusalOf(error, log)
  return VerifyHQError.of(refusals[code], { retryAfter })
}

export function sendError(reply: FastifyReply, { status, text, retryAfter }: VerifyHQError): FastifyReply {
  setRetryAfter(reply, retryAfter)
  return reply.code(status).send({
    statusCode: status,
    error: reasons[status] ?? 'Error',
    message: text,
    timestamp: isoTime(Date.now()),
  })
}

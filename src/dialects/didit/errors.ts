import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CheckRefused, type RefusalCode, refusalOf } from '../../checks/refusals.ts'
import type { Config } from '../../config/index.ts'
import { JsonError } from '../../receive/json.ts'
import { setRetryAfter } from '../../receive/retry-after.ts'
import { statusCodes } from './settings.ts'

/** Texts of one field's errors, as the vendor words them. */
export type FieldErrors = Record<string, string | string[]>

/** Bodies outside field validation: HTTP status, key of the envelope, text. */
export const table = {
  forbidden: [403, 'detail', 'You do not have permission to perform this action.'],
  noCredentials: [403, 'detail', 'Authentication credentials were not provided or are invalid.'],
  invalidKey: [401, 'detail', 'Invalid API Key.'],
  noCredits: [
    403,
    'error',
    "You don't have enough credits to perform this request. Please top up at https://business.didit.me",
  ],
  noCreditsPaymentRequired: [
    402,
    'error',
    "You don't have enough credits to perform this request. Please top up at https://business.didit.me",
  ],
  invalidUserImage: [400, 'error', 'Invalid user image format.'],
  invalidReferenceImage: [400, 'error', 'Invalid ref image format.'],
  noFace: [400, 'error', 'No face detected in the image'],
  notFound: [404, 'detail', 'Not found.'],
  sessionNotFound: [404, 'detail', 'Session not found.'],
  destinationNotFound: [404, 'detail', 'Webhook destination not found.'],
  listNotFound: [404, 'detail', 'List not found.'],
  entryNotFound: [404, 'detail', 'Entry not found.'],
  noSessionFace: [400, 'error', 'The session has no face to blocklist.'],
  onlyFaces: [400, 'error', 'Only faces can be blocklisted.'],
  malformedForm: [400, 'detail', 'Multipart form parse error - Invalid boundary in multipart.'],
  malformedJson: [400, 'detail', 'JSON parse error - the body is not valid JSON.'],
  notAnObject: [400, 'detail', 'Invalid data. Expected a dictionary.'],
  methodNotAllowed: [405, 'detail', 'Method "<given>" not allowed.'],
  bodyTooLarge: [413, 'detail', 'The request body is too large.'],
  unsupportedMediaType: [415, 'detail', 'Unsupported media type "<given>" in request.'],
  internal: [500, 'detail', 'Internal server error.'],
  busy: [503, 'detail', 'Service temporarily unavailable, try again later.'],
} as const satisfies Record<string, readonly [number, 'detail' | 'error', string]>

/** How docs/reference/errors.md shows the table. */
export const reference = {
  note:
    'The body is one key with the text. A field that is missing or wrong is 400 with a list of texts under its name; too ' +
    'many requests are 429 with `detail`; an unknown path is 404 with an HTML page.',
  columns: ['key', 'text'],
}

export type DiditErrorName = keyof typeof table

/** The request ends here, with one row of the table. */
export class DiditError extends Error {
  override readonly name = 'DiditError'
  readonly row: DiditErrorName
  /** Whole seconds for Retry-After. */
  readonly retryAfter: number | undefined

  /** @param extra.given what the request had, where the text repeats it */
  constructor(row: DiditErrorName, extra: { retryAfter?: number | undefined; given?: string } = {}) {
    super(table[row][2].replace('<given>', () => extra.given ?? ''))
    this.row = row
    this.retryAfter = extra.retryAfter
  }
}

/** The request ends here with 400 and the errors by field, or with a bare list of errors. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
  readonly body: FieldErrors | string[]

  constructor(body: FieldErrors | string[]) {
    super('A field of the request is invalid.')
    this.body = body
  }
}

/** More requests than the key may make; the headers have the budget. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests'
  readonly kind: 'read' | 'write'
  readonly limit: number

  constructor(kind: 'read' | 'write', limit: number) {
    super('Rate limit exceeded.')
    this.kind = kind
    this.limit = limit
  }
}

const unreadable = ({ which }: CheckRefused): DiditErrorName =>
  which === 'second' ? 'invalidReferenceImage' : 'invalidUserImage'

/** The rows of refused checks. */
const refusals: Record<RefusalCode, (refused: CheckRefused, config: Config) => DiditErrorName> = {
  picture_unreadable: unreadable,
  picture_too_many_pixels: unreadable,
  // The vendor answered every refusal with 403 and later moved some: the setting chooses the generation.
  no_balance: (_refused, config) =>
    statusCodes.of(config) === '401' ? 'noCreditsPaymentRequired' : 'noCredits',
  erased: () => 'sessionNotFound',
  busy: () => 'busy',
  internal: () => 'internal',
  // Callers give no ids of their own.
  id_taken: () => 'internal',
}

type Answerable = DiditError | FieldError | TooManyRequests

/** Whatever ended a request, in the vendor's words. */
export function toDiditError(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  config: Config,
): Answerable {
  if (error instanceof DiditError || error instanceof FieldError || error instanceof TooManyRequests) {
    return error
  }
  if (error instanceof JsonError) return new DiditError('malformedJson')
  if (error.statusCode === 413) return new DiditError('bodyTooLarge')
  if (error.statusCode === 415) {
    return new DiditError('unsupportedMediaType', { given: request.headers['content-type'] ?? '' })
  }
  const refused = refusalOf(error, request.log)
  const { code, retryAfter } = refused
  return new DiditError(refusals[code](refused, config), { retryAfter })
}

export function sendError(reply: FastifyReply, error: Answerable): FastifyReply {
  if (error instanceof FieldError) return reply.code(400).send(error.body)
  if (error instanceof TooManyRequests) {
    const subject = error.kind === 'write' ? 'Write request rate limit' : 'GET request rate limit'
    const detail = `${subject} exceeded. You can make up to ${error.limit} requests per minute.`
    return reply.code(429).send({ detail })
  }
  const [status, key] = table[error.row]
  setRetryAfter(reply, error.retryAfter)
  return reply.code(status).send({ [key]: error.message })
}

/** What a path answers that names no route, or an id that is no UUID: a page, not JSON. */
export function sendPageNotFound(reply: FastifyReply): FastifyReply {
  const title = '<title>Not Found</title>'
  const page = `<!doctype html>\n<html lang="en">\n<head>${title}</head>\n<body><h1>Not Found</h1></body>\n</html>\n`
  return reply.code(404).type('text/html; charset=utf-8').send(page)
}

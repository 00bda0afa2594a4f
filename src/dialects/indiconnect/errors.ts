import type { FastifyReply } from 'fastify'
import type { GraphQLError } from 'graphql'
import type { CheckRefused, RefusalCode } from '../../checks/refusals.ts'
import { setRetryAfter } from '../../receive/retry-after.ts'

/**
 * Every error outside an executed mutation: HTTP status, extensions.code, message, and whether `data`
 * is answered beside it. Not one of them is published; the messages follow the upstream's HTTP table. The last word,
 * where there is one, is what stands at the top of the body instead of the message: what callers of the gateway were
 * seen to look for, or what is wrong.
 */
export const table = {
  notJson: [400, 'BAD_REQUEST', 'Must provide query string.', false, 'The body is not valid JSON.'],
  noQuery: [400, 'BAD_REQUEST', 'Must provide query string.', false],
  batch: [400, 'BAD_REQUEST', 'Batching is not supported.', false],
  envelope: [400, 'BAD_REQUEST', 'variables must be an object and operationName a string.', false],
  unauthorized: [401, 'UNAUTHENTICATED', 'Unauthorized Access', true, 'Authentication failed'],
  noBalance: [402, 'PAYMENT_REQUIRED', 'Insufficient Credits', true, 'Insufficient Wallet Balance'],
  addressNotAllowed: [403, 'FORBIDDEN', 'Forbidden', true],
  notFound: [404, 'NOT_FOUND', 'Not Found', false],
  method: [405, 'METHOD_NOT_ALLOWED', 'Method Not Allowed', false],
  tooLarge: [413, 'BAD_REQUEST', 'Payload Too Large', false],
  tooMany: [429, 'TOO_MANY_REQUESTS', 'Too Many Requests', true],
  internal: [500, 'INTERNAL_SERVER_ERROR', 'Internal Server Error', true],
  busy: [503, 'SERVICE_UNAVAILABLE', 'Source Unavailable', true],
} as const satisfies Record<string, readonly [number, string, string, boolean, string?]>

/** How docs/reference/errors.md shows the table. */
export const reference = {
  note:
    'The body has `status` (`ERROR`), `code` (the HTTP status) and `message`, and beside them what GraphQL clients read, ' +
    '`errors`. A request that was understood and cannot be carried out is 200: see its page.',
  columns: ['errors[0].extensions.code', 'errors[0].message', 'message'],
}

/** The request ends here, with one row of the table. */
export class IndiconnectError extends Error {
  override readonly name = 'IndiconnectError'
  readonly row: keyof typeof table
  /** Whole seconds for Retry-After. */
  readonly retryAfter: number | undefined

  constructor(row: keyof typeof table, extra: { retryAfter?: number | undefined } = {}) {
    super(table[row][2])
    this.row = row
    this.retryAfter = extra.retryAfter
  }
}

/** The rows of refused checks. */
const refusals: Record<RefusalCode, keyof typeof table> = {
  no_balance: 'noBalance',
  erased: 'notFound',
  busy: 'busy',
  internal: 'internal',
  // A picture that cannot be read is an answer, and callers give no ids of their own.
  picture_unreadable: 'internal',
  picture_too_many_pixels: 'internal',
  id_taken: 'internal',
}

export function toIndiconnectError({ code, retryAfter }: CheckRefused): IndiconnectError {
  return new IndiconnectError(refusals[code], { retryAfter })
}

export function sendError(reply: FastifyReply, error: IndiconnectError): FastifyReply {
  setRetryAfter(reply, error.retryAfter)
  if (error.row === 'method') reply.header('allow', 'POST')
  return reply.code(table[error.row][0]).send(bodyOf(error.row))
}

function bodyOf(row: keyof typeof table) {
  const [status, code, message, withData, top = message] = table[row]
  const errors = [{ message, extensions: { code } }]
  return { ...topOf(status, top), errors, ...(withData ? { data: null } : {}) }
}

/** Every error of a status, for the documentation. */
export function bodiesOf(status: number) {
  const rows = Object.keys(table) as (keyof typeof table)[]
  return rows.filter((row) => table[row][0] === status).map(bodyOf)
}

/**
 * Beside `errors`, which GraphQL clients read: the fields that callers of this gateway who read the body themselves
 * were seen to look at.
 */
function topOf(status: number, message: string) {
  return { status: 'ERROR', code: status, message } as const
}

/**
 * A document that does not parse or does not fit the schema.
 * @param hideSuggestions leaves out "Did you mean", which would reveal the schema field by field
 */
export function sendDocumentErrors(
  reply: FastifyReply,
  errors: readonly GraphQLError[],
  hideSuggestions: boolean,
): FastifyReply {
  const shown = errors.map(({ message, locations }) => ({
    message: hideSuggestions ? message.replace(/ Did you mean .*$/s, '') : message,
    ...(locations ? { locations } : {}),
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  }))
  return reply.code(400).send({ ...topOf(400, shown[0]?.message ?? 'Bad Request'), errors: shown })
}

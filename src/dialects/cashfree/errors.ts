import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { type RefusalCode, refusalOf } from '../../checks/refusals.ts'
import { setRetryAfter } from '../../receive/retry-after.ts'

const ipGuide =
  'For IP whitelisting assistance, visit our guide at https://www.cashfree.com/docs/secure-id/get-started/integration/ip-whitelisting-verification'

/** Every error of the dialect: HTTP status, type, code, message; the message is the wire text. */
export const table = {
  clientIdMissing: [400, 'validation_error', 'x-client-id_missing', 'x-client-id is missing in the request.'],
  clientSecretMissing: [
    400,
    'validation_error',
    'x-client-secret_missing',
    'x-client-secret is missing in the request.',
  ],
  testSecret: [
    400,
    'validation_error',
    'x-client-secret_value_invalid',
    'Client secret belongs to test environment',
  ],
  productionSecret: [
    400,
    'validation_error',
    'x-client-secret_value_invalid',
    'Client secret belongs to production environment',
  ],
  verificationIdMissing: [
    400,
    'validation_error',
    'verification_id_missing',
    'verification_id is missing in the request.',
  ],
  verificationIdInvalid: [
    400,
    'validation_error',
    'verification_id_value_invalid',
    'verification_id can include only alphanum, dot, hyphen and underscores',
  ],
  verificationIdTooLong: [
    400,
    'validation_error',
    'verification_id_length_exceeded',
    'verification_id can include a maximum of 50 characters.',
  ],
  imageMissing: [400, 'validation_error', 'image_field_missing', 'image is missing in the request.'],
  firstImageMissing: [
    400,
    'validation_error',
    'first_image_missing',
    'First image is missing in the request',
  ],
  secondImageMissing: [
    400,
    'validation_error',
    'second_image_missing',
    'Second image is missing in the request',
  ],
  fileTooLarge: [400, 'validation_error', 'file_size_exceeded', 'File size exceeded 10MB limit'],
  fileFormat: [
    400,
    'validation_error',
    'file_format_invalid',
    'please upload the file of valid format(jpeg/jpg/png)',
  ],
  thresholdInvalid: [
    400,
    'validation_error',
    'threshold_value_invalid',
    'threshold should be between 0 and 1',
  ],
  wrongCredentials: [
    401,
    'authentication_error',
    'authentication_failed',
    'Invalid clientId and clientSecret combination',
  ],
  addressNotAllowed: [
    403,
    'authentication_error',
    'ip_validation_failed',
    `IP not whitelisted your current ip is <IP>.${ipGuide}`,
  ],
  // validation_error beside authentication_failed looks wrong, and is what the vendor sends.
  signatureMissing: [
    403,
    'validation_error',
    'authentication_failed',
    'x-cf-signature missing in the request header',
  ],
  signatureInvalid: [403, 'authentication_error', 'authentication_failed', 'Invalid signature'],
  notFound: [404, 'not_found_error', 'route_not_found', 'The requested URL was not found'],
  idTaken: [409, 'validation_error', 'verification_id_already_exists', 'verification ID already exists'],
  noBalance: [
    422,
    'validation_error',
    'insufficient_balance',
    'Insufficient balance to process this request',
  ],
  tooManyPerOperation: [
    429,
    'rate_limit_error',
    'too_many_requests_per_operation',
    'Too many requests for this operation, rate limit reached',
  ],
  tooManyPerAddress: [
    429,
    'rate_limit_error',
    'too_many_requests_per_ip',
    'Too many requests from the IP, rate limit reached',
  ],
  livenessFailed: [
    500,
    'internal_error',
    'request_failed',
    'Unable to process your request. Try again after some time',
  ],
  matchFailed: [500, 'internal_error', 'verification_failed', 'something went wrong'],
  attemptFailed: [502, 'internal_error', 'verification_failed', 'verification attempt failed'],
  busy: [
    503,
    'internal_error',
    'request_failed',
    'Unable to process your request. Try again after some time',
  ],
} as const satisfies Record<string, readonly [number, string, string, string]>

/** How docs/reference/errors.md shows the table. */
export const reference = {
  note: 'The body is `{"type", "code", "message"}`.',
  columns: ['type', 'code', 'message'],
}

export type CashfreeErrorName = keyof typeof table

/** The request ends here, with one row of the table. */
export class CashfreeError extends Error {
  override readonly name = 'CashfreeError'
  readonly row: CashfreeErrorName
  readonly address: string | undefined
  /** Whole seconds for Retry-After. */
  readonly retryAfter: number | undefined

  constructor(row: CashfreeErrorName, extra: { address?: string; retryAfter?: number | undefined } = {}) {
    super(table[row][3])
    this.row = row
    this.address = extra.address
    this.retryAfter = extra.retryAfter
  }
}

/** The rows of refused checks; `failed` is each endpoint's own word for a fault of ours. */
const refusals: Record<RefusalCode, CashfreeErrorName | 'failed'> = {
  picture_unreadable: 'fileFormat',
  // The vendor has no word for pixels. This one at least says that a smaller picture helps.
  picture_too_many_pixels: 'fileTooLarge',
  id_taken: 'idTaken',
  // The vendor has no word for it, and this one blames neither side.
  erased: 'attemptFailed',
  no_balance: 'noBalance',
  busy: 'busy',
  internal: 'failed',
}

/** Whatever ended a request, as a row of the table. @param failed the endpoint's word for a fault of ours */
export function toCashfreeError(
  error: unknown,
  failed: CashfreeErrorName,
  log: FastifyBaseLogger,
): CashfreeError {
  if (error instanceof CashfreeError) return error
  const { code, retryAfter } = refusalOf(error, log)
  const row = refusals[code]
  return new CashfreeError(row === 'failed' ? failed : row, { retryAfter })
}

export function sendError(reply: FastifyReply, error: CashfreeError): FastifyReply {
  const [status, , , message] = table[error.row]
  setRetryAfter(reply, error.retryAfter)
  const body = bodyOf(error.row)
  return reply.code(status).send({ ...body, message: message.replace('<IP>', error.address ?? '') })
}

/** An error as it is sent, but for the address of who sent it. */
export function bodyOf(row: CashfreeErrorName) {
  const [, type, code, message] = table[row]
  return { type, code, message }
}

/** Every error of a status, for the documentation. */
export function bodiesOf(status: number) {
  const rows = Object.keys(table) as CashfreeErrorName[]
  return rows.filter((row) => table[row][0] === status).map(bodyOf)
}

/** Every error of the console's API, as `application/problem+json`. */
import type { FastifyReply } from 'fastify'
import { sendProblemDetails } from '../dialects/common/problem-details.ts'

const table = {
  signed_out: [401, 'Sign in first.'],
  invalid_credentials: [401, 'E-mail address, password, code or passkey is wrong.'],
  code_required: [401, 'A code of your authenticator app is needed.'],
  forbidden: [403, 'Your role does not allow this.'],
  csrf: [403, 'The header x-csrf-token is missing or belongs to another session.'],
  confirm_required: [403, 'Give your password or a passkey once more: POST /console/api/session/confirm.'],
  second_person: [403, 'Another person must agree to this decision.'],
  provider_refused: [403, 'The provider signed nobody in, or not as it must: begin again.'],
  no_role: [403, 'Your organisation gives you no role at this console.'],
  no_email: [403, 'Your organisation names no confirmed e-mail address of yours.'],
  not_found: [404, 'There is no such thing.'],
  request: [400, 'The request is not as the API describes it.'],
  address_refused: [
    400,
    'Webhooks are not sent to this address: it must be https, public, without a password, at a port that is allowed.',
  ],
  destination_exists: [409, 'The client has a webhook destination with this address.'],
  taken: [409, 'This e-mail address has an account.'],
  last_administrator: [409, 'The last administrator stays.'],
  decided: [409, 'The case is decided.'],
  at_provider: [
    409,
    'This account signs in at its provider, which gives it role and clients: it has no password, code or passkey here.',
  ],
  changed: [412, 'Somebody changed it meanwhile: read it again.'],
  too_large: [413, 'The body is too large.'],
  no_precondition: [428, 'Send If-Match with the ETag of what you read.'],
  picture: [422, 'The picture cannot be read, or shows no face.'],
  slow_down: [429, 'Too many attempts. Wait before the next one.'],
  internal: [500, 'Something failed inside the server.'],
  provider_away: [503, 'The OpenID Connect provider cannot be reached.'],
  busy: [503, 'The server is busy.'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ConsoleErrorCode = keyof typeof table

export class ConsoleError extends Error {
  override readonly name = 'ConsoleError'
  readonly code: ConsoleErrorCode
  readonly status: number
  /** Whole seconds to wait. */
  readonly retryAfter: number | undefined

  /** @param detail one sentence about this one case */
  constructor(
    code: ConsoleErrorCode,
    { detail, retryAfter, cause }: { detail?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(detail ?? table[code][1], { cause })
    this.code = code
    this.status = table[code][0]
    this.retryAfter = retryAfter
  }
}

export function sendProblem(reply: FastifyReply, error: ConsoleError): FastifyReply {
  const { code, status, message, retryAfter } = error
  const problem = { type: 'about:blank', title: table[code][1], status, detail: message, code }
  return sendProblemDetails(reply, problem, retryAfter)
}

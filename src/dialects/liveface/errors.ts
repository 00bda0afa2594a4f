/** What ends a request: problem details as RFC 9457 has them, with a closed set of codes. */
import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { TooManyFailures } from '../../challenges/types.ts'
import { type CheckRefused, type RefusalCode, refusalOf } from '../../checks/refusals.ts'
import { JsonError } from '../../receive/json.ts'
import { sendProblemDetails } from '../common/problem-details.ts'
import { maxFaces, maxKeyLength, pictureMegabytes } from './limits.ts'
import { type EnrolmentReason, enrolmentReasons, sentenceOf } from './reasons.ts'

/** Why a picture is refused that would spoil a gallery: the reasons of a quality check. */
const enrolmentFaults = Object.fromEntries(
  enrolmentReasons.map((code) => [code, [422, sentenceOf(code)]]),
) as unknown as Record<EnrolmentReason, readonly [422, string]>

/** Every problem by its code: HTTP status, title. */
const problems = {
  body_malformed: [400, 'The body is cut short, is not what its content type says, or has too many parts.'],
  idempotency_key_invalid: [
    400,
    `The Idempotency-Key must have 1 to ${maxKeyLength} printable characters and no space.`,
  ],
  key_missing: [401, 'The request has no key: send "Authorization: Bearer KEY".'],
  key_unknown: [401, 'The key is unknown or was revoked.'],
  balance_empty: [402, 'No prepaid check is left.'],
  key_not_administrative: [403, 'The key is not an administrative one.'],
  key_administrative: [403, 'An administrative key manages clients and does nothing else.'],
  address_not_allowed: [403, 'Requests from this address are not allowed.'],
  route_unknown: [404, 'The API has no such path and method.'],
  check_unknown: [404, 'You have no check of this id.'],
  session_unknown: [404, 'You have no session of this id.'],
  webhook_unknown: [404, 'You have no webhook of this id.'],
  person_unknown: [404, 'You have nothing of a person of this id.'],
  face_unknown: [404, 'The person has no enrolled face of this id.'],
  client_unknown: [404, 'There is no client of this id.'],
  client_key_unknown: [404, 'The client has no working key of this id.'],
  batch_unknown: [404, 'You have no batch of this id.'],
  check_cancelled: [409, 'The check was cancelled before it was measured.'],
  check_erased: [409, 'The check was erased while it was under way.'],
  check_under_way: [409, 'The check is still under way.'],
  webhook_exists: [409, 'You have a webhook at this address.'],
  person_full: [409, `The person has ${maxFaces} faces, which is the maximum: erase one first.`],
  person_known: [409, 'The face is enrolled already, under another id of yours.'],
  face_blocked: [409, 'The face is on your blocklist, under another id of yours.'],
  idempotency_key_under_way: [409, 'The request with this Idempotency-Key is still under way.'],
  body_too_large: [413, 'The body is larger than the call takes.'],
  picture_too_large: [413, `A picture has more than ${pictureMegabytes} MB.`],
  body_type_unsupported: [
    415,
    'The body must be multipart/form-data or application/json; that of a batch application/x-ndjson.',
  ],
  picture_type_unsupported: [415, 'A picture is not JPEG, PNG, WebP, TIFF or HEIC.'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used with another request.'],
  fields_invalid: [422, 'Fields are missing, unknown or wrong.'],
  picture_unreadable: [422, 'A picture is damaged and cannot be read.'],
  picture_too_many_pixels: [422, 'A picture has more pixels than the server takes.'],
  callback_unknown: [422, 'The callback_url is not the address of one of your webhooks.'],
  ...enrolmentFaults,
  person_differs: [422, 'The face does not look like those that the person has already.'],
  too_many_pending: [429, 'Too many of your checks are waiting, or too many bytes of their pictures.'],
  too_many_requests: [429, 'Too many requests: try again after Retry-After seconds.'],
  internal: [500, 'Something failed inside the server.'],
  busy: [503, 'The server is busy: try again after Retry-After seconds.'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof problems
export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]]

/** How docs/reference/errors.md shows them. */
export const table = Object.fromEntries(
  problemCodes.map((code) => [code, [problems[code][0], code, problems[code][1]]]),
)
export const reference = {
  note:
    'The body is `application/problem+json`: `{"type", "title", "status", "code", "instance"}`, and `errors` with a field ' +
    'and a message each where fields or pictures are at fault.',
  columns: ['code', 'title'],
}

export interface FieldProblem {
  /** Name of the field or of the picture. */
  field: string
  message: string
}

/** The request ends here. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly errors: FieldProblem[] | undefined
  /** Whole seconds for Retry-After. */
  readonly retryAfter: number | undefined

  constructor(
    code: ProblemCode,
    extra: { errors?: FieldProblem[] | undefined; retryAfter?: number | undefined } = {},
  ) {
    super(problems[code][1])
    this.code = code
    this.errors = extra.errors
    this.retryAfter = extra.retryAfter
  }

  /** A problem that was met when nobody waited. @param body of it, as JSON */
  static kept(body: string | null): Problem {
    const { code, errors }: ReturnType<typeof toProblemBody> = JSON.parse(body ?? '{"code":"internal"}')
    return new Problem(code, { errors })
  }

  /** One picture is at fault. @param faults more than one thing may be wrong with it */
  static ofPicture(code: ProblemCode, field: string, faults: readonly ProblemCode[] = [code]): Problem {
    return new Problem(code, { errors: faults.map((fault) => ({ field, message: problems[fault][1] })) })
  }
}

/** The problems of refused checks. */
const refusals: Record<RefusalCode, ProblemCode> = {
  picture_unreadable: 'picture_unreadable',
  picture_too_many_pixels: 'picture_too_many_pixels',
  erased: 'check_erased',
  no_balance: 'balance_empty',
  busy: 'busy',
  internal: 'internal',
  // Callers give no ids of their own.
  id_taken: 'internal',
}

function ofRefusal({ code, which, retryAfter }: CheckRefused): Problem {
  const problem = refusals[code]
  if (!problem.startsWith('picture_')) return new Problem(problem, { retryAfter })
  return Problem.ofPicture(problem, which === 'second' ? 'reference' : 'picture')
}

/** Whatever ended a request, as a problem. */
export function toProblem(error: Error & { statusCode?: number }, log: FastifyBaseLogger): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TooManyFailures)
    return new Problem('too_many_requests', { retryAfter: error.retryAfter })
  if (error instanceof JsonError) return new Problem('body_malformed')
  if (error.statusCode === 413) return new Problem('body_too_large')
  if (error.statusCode === 415) return new Problem('body_type_unsupported')
  if (error.statusCode === 400) return new Problem('body_malformed')
  return ofRefusal(refusalOf(error, log))
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const body = toProblemBody(problem, reply.request.id)
  if (body.status === 401) reply.header('www-authenticate', 'Bearer')
  return sendProblemDetails(reply, body, problem.retryAfter)
}

/** @param requestId of the request that it ends */
export function toProblemBody({ code, errors }: Problem, requestId: string) {
  const [status, title] = problems[code]
  return {
    type: `urn:liveface:problem:${code}`,
    title,
    status,
    code,
    instance: `urn:uuid:${requestId}`,
    ...(errors ? { errors } : {}),
  }
}

/** A problem as it is sent, for the documentation. */
export function exampleOf(code: ProblemCode) {
  const [status, title] = problems[code]
  const type = `urn:liveface:problem:${code}`
  return { type, title, status, code, instance: 'urn:uuid:0b9d1a5e-3c7f-4f0e-9d2b-6a1c8e4f7b20' }
}

/** Every status, with the codes that come with it. */
export function codesByStatus(): Map<number, ProblemCode[]> {
  const found = new Map<number, ProblemCode[]>()
  for (const code of problemCodes) {
    const [status] = problems[code]
    found.set(status, [...(found.get(status) ?? []), code])
  }
  return found
}

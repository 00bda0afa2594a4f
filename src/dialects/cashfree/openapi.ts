import type { ZodType } from 'zod'
import type { MultipartField } from '../../api-docs/index.ts'
import { bodiesOf, bodyOf, type CashfreeErrorName } from './errors.ts'
import { errorAnswer, livelinessAnswer, livenessAnswer, matchAnswer } from './schemas.ts'

const verificationId: MultipartField = {
  kind: 'text',
  required: true,
  description: 'Your unique id of this request: up to 50 letters, digits, dots, hyphens and underscores.',
  example: 'test_verification_id',
}

function picture(megabytes: number): MultipartField {
  return { kind: 'file', required: true, description: `JPEG or PNG, at most ${megabytes} MB.` }
}

/** Headers that a caller sends beside its credentials. */
const headers = {
  'x-api-version': {
    description: 'Version of the API, YYYY-MM-DD. Any value, or none.',
    example: '2024-12-01',
  },
  'x-cf-signature': { description: 'Signature, for clients that were made with one.' },
}

const meanings: Record<number, string> = {
  400: 'A header or field is missing or wrong.',
  401: 'Unknown client id or wrong secret.',
  403: 'Address not allowed, or signature missing or wrong.',
  409: 'The verification id was used before.',
  422: 'No prepaid calls left.',
  429: 'Too many requests: try again after Retry-After seconds.',
  500: 'Failed inside the server.',
  502: 'The check was erased while it was under way.',
  503: 'Busy: try again after Retry-After seconds.',
}

/** Each status with the errors that it comes with, for an operation that fails in its own words. */
function errorsOf(failed: CashfreeErrorName): Record<number, ZodType> {
  return Object.fromEntries(
    Object.entries(meanings).map(([status, description]) => {
      const examples = Number(status) === 500 ? [bodyOf(failed)] : bodiesOf(Number(status))
      return [status, errorAnswer.meta({ description, examples })]
    }),
  )
}

const operations = {
  'face-liveness': {
    summary: 'Is the face in this picture a live person?',
    answer: livenessAnswer,
    failed: 'livenessFailed',
    fields: { verification_id: verificationId, image: picture(10) },
  },
  'face-match': {
    summary: 'Do two pictures show one person?',
    answer: matchAnswer,
    failed: 'matchFailed',
    fields: {
      verification_id: verificationId,
      first_image: picture(5),
      second_image: picture(5),
      threshold: {
        kind: 'number',
        description:
          'Score from which the answer is YES: above 0, below 1. Default 0.75, or what LIVEFACE_MATCH_THRESHOLD says.',
        example: 0.75,
      },
    },
  },
  liveliness: {
    summary: 'Older form of face-liveness.',
    answer: livelinessAnswer,
    failed: 'matchFailed',
    fields: {
      verification_id: verificationId,
      image: picture(10),
      strict_check: { kind: 'boolean', description: 'Accepted and ignored.', example: false },
    },
  },
} as const

/** Route options that describe an operation: its answers are also what the serialiser lets through. */
export function describeOperation(name: keyof typeof operations) {
  const { summary, answer, failed, fields } = operations[name]
  return {
    config: { multipart: fields as Record<string, MultipartField>, headers },
    schema: { operationId: name, summary, tags: ['Face'], response: { 200: answer, ...errorsOf(failed) } },
  }
}

export const apiDescription = {
  title: 'Liveface: the API of Cashfree Secure ID',
  description: 'Face liveness and face match as Cashfree Secure ID answers them.',
  headers: {
    'x-client-id': 'Client id, as `liveface keys create --dialect cashfree` prints it.',
    'x-client-secret': 'The secret of that client id.',
  },
}

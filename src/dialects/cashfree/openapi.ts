import type { MultipartField } from '../../api-docs.ts'
import { errorAnswer, livelinessAnswer, livenessAnswer, matchAnswer } from './schemas.ts'

const verificationId: MultipartField = {
  kind: 'text',
  required: true,
  description: 'Your unique id of this request: up to 50 letters, digits, dots, hyphens and underscores.',
}

function picture(megabytes: number): MultipartField {
  return { kind: 'file', required: true, description: `JPEG or PNG, at most ${megabytes} MB.` }
}

const errors = {
  400: errorAnswer.describe('A header or field is missing or wrong.'),
  401: errorAnswer.describe('Unknown client id or wrong secret.'),
  403: errorAnswer.describe('Address not allowed, or signature missing or wrong.'),
  409: errorAnswer.describe('The verification id was used before.'),
  422: errorAnswer.describe('No prepaid calls left.'),
  429: errorAnswer.describe('Too many requests.'),
  500: errorAnswer.describe('Failed inside the server.'),
  502: errorAnswer.describe('The verification attempt failed.'),
  503: errorAnswer.describe('Busy: try again after Retry-After seconds.'),
}

const operations = {
  'face-liveness': {
    summary: 'Is the face in this picture a live person?',
    answer: livenessAnswer,
    fields: { verification_id: verificationId, image: picture(10) },
  },
  'face-match': {
    summary: 'Do two pictures show one person?',
    answer: matchAnswer,
    fields: {
      verification_id: verificationId,
      first_image: picture(5),
      second_image: picture(5),
      threshold: {
        kind: 'number',
        description:
          'Score from which the answer is YES: above 0, below 1. Default 0.75, or what LIVEFACE_MATCH_THRESHOLD says.',
      },
    },
  },
  liveliness: {
    summary: 'Older form of face-liveness.',
    answer: livelinessAnswer,
    fields: {
      verification_id: verificationId,
      image: picture(10),
      strict_check: { kind: 'boolean', description: 'Accepted and ignored.' },
    },
  },
} as const

/** Route options that describe an operation: its answers are also what the serialiser lets through. */
export function describeOperation(name: keyof typeof operations) {
  const { summary, answer, fields } = operations[name]
  return {
    config: { multipart: fields as Record<string, MultipartField> },
    schema: { operationId: name, summary, tags: ['Face'], response: { 200: answer, ...errors } },
  }
}

export const apiDescription = {
  title: 'Liveface: Cashfree Secure ID dialect',
  description: 'Face liveness and face match as Cashfree Secure ID answers them.',
  headers: {
    'x-client-id': 'Client id.',
    'x-client-secret': 'Client secret.',
  },
}

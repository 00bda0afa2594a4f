import type { ZodType } from 'zod'
import type { MultipartField } from '../../api-docs/index.ts'
import { errorAnswer, standaloneAnswers } from './schemas.ts'
import type { Operation } from './standalone/operation.ts'

const errors = {
  400: errorAnswer.describe('A field is missing or wrong, or the picture cannot be read.'),
  403: errorAnswer.describe('The key is missing or wrong, may not do this, or has no credits left.'),
  429: errorAnswer.describe('Too many requests: try again after Retry-After seconds.'),
  500: errorAnswer.describe('Failed inside the server.'),
  503: errorAnswer.describe('Busy: try again after Retry-After seconds.'),
}

const noSuch = { 404: errorAnswer.describe('There is no such session, destination, list or entry of yours.') }

const commonFields: Record<string, MultipartField> = {
  rotate_image: { kind: 'boolean', description: 'Try quarter turns when no upright face is found.' },
  save_api_request: {
    kind: 'boolean',
    description: 'Keep the call as a session and send a webhook. Default true; false keeps nothing.',
  },
  vendor_data: { kind: 'text', description: 'Your id of the person.' },
  metadata: { kind: 'text', description: 'A JSON object, kept with the session and echoed.' },
}

/** Route options of a standalone call. */
export function describeStandalone({ name, summary, key, pictures, documented }: Operation) {
  const files = pictures.map((field): [string, MultipartField] => [
    field,
    { kind: 'file', required: true, description: 'tiff, jpg, jpeg, png or webp, at most 5 MB.' },
  ])
  return {
    config: { multipart: { ...Object.fromEntries(files), ...documented, ...commonFields } },
    schema: {
      operationId: name,
      summary,
      tags: ['Standalone'],
      response: { 200: standaloneAnswers[key] as ZodType, ...errors },
    },
  }
}

/**
 * Route options of any other operation. What is asked for is checked by the handlers, which word the
 * errors as the vendor does.
 */
export function describeOperation(
  tag: 'Sessions' | 'Webhooks' | 'Lists',
  operationId: string,
  summary: string,
  answer: Record<number, ZodType>,
) {
  const response: Record<number, ZodType> = { ...answer, ...errors, ...noSuch }
  return { schema: { operationId, summary, tags: [tag], response } }
}

export const apiDescription = {
  title: 'Liveface: Didit dialect',
  description: "Passive liveness, face match, face search and age estimation as Didit's v3 answers them.",
  headers: { 'x-api-key': 'API key.' },
}

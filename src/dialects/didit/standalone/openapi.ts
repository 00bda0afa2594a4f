import type { ZodType } from 'zod'
import type { MultipartField } from '../../../api-docs/index.ts'
import { errors } from '../openapi.ts'
import { errorAnswer } from '../schemas.ts'
import type { Operation } from './operation.ts'
import { standaloneAnswers } from './schemas.ts'

const commonFields: Record<string, MultipartField> = {
  rotate_image: { kind: 'boolean', description: 'Try quarter turns when no upright face is found.' },
  save_api_request: {
    kind: 'boolean',
    description: 'Keep the call as a session and send a webhook. Default true; false keeps nothing.',
  },
  vendor_data: { kind: 'text', description: 'Your id of the person.' },
  metadata: { kind: 'text', description: 'A JSON object, kept with the session and echoed.' },
}

const erased = { 404: errorAnswer.describe('The call was erased while it was under way.') }

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
      response: { 200: standaloneAnswers[key] as ZodType, ...errors, ...erased },
    },
  }
}

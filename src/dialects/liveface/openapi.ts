import { z } from 'zod'
import type { MultipartField } from '../../api-docs/index.ts'
import type { Operation } from './checks.ts'
import { codesByStatus, exampleOf } from './errors.ts'
import type { PictureName } from './reasons.ts'
import { idempotencyHeader } from './repeats.ts'
import { jsonLimit } from './request.ts'
import { checkAnswer, problemAnswer } from './schemas.ts'

/** Each status of a failure, with the codes that come with it. */
const problems = Object.fromEntries(
  [...codesByStatus()].map(([status, codes]) => {
    const schema = problemAnswer.meta({ examples: codes.map(exampleOf) })
    return [status, { description: codes.join(', '), content: { 'application/problem+json': { schema } } }]
  }),
)

export interface Description {
  name: string
  summary: string
  description?: string
  tag: 'Checks' | 'Records' | 'Sessions' | 'Webhooks'
  /** Of success, with its answer; null: no body. */
  status: number
  answer: z.ZodType
  body?: z.ZodType
  querystring?: z.ZodType
  params?: z.ZodType
}

/** Route options that describe an operation; what is asked for is documented here and checked by the handlers. */
export function describeOperation(description: Description) {
  const { name, summary, tag, status, answer, body, querystring, params } = description
  return {
    attachValidation: true,
    config: body ? { headers: idempotencyHeader } : {},
    schema: {
      operationId: name,
      summary,
      ...(description.description ? { description: description.description } : {}),
      tags: [tag],
      ...(body ? { body } : {}),
      ...(querystring ? { querystring } : {}),
      ...(params ? { params } : {}),
      response: { [status]: answer, ...problems },
    },
  }
}

const pictures: Record<PictureName, string> = {
  picture: 'The picture to judge; of a pair, the selfie.',
  reference: 'The picture to compare it with: the portrait of a document, or an earlier selfie.',
}
const pictureNote = 'JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB.'

/** Route options of a check, whose body is a form or JSON with the same fields. */
export function describeCheck({ type, summary, description, pictures: names, fields }: Operation) {
  const inBase64 = Object.fromEntries(
    names.map((name) => [name, z.string().describe(`${pictures[name]} ${pictureNote} In base64.`)]),
  )
  const shape = (fields as z.ZodObject).shape
  const body = z.strictObject({ ...inBase64, ...shape }).meta({ id: `${nameOf(type)}Request` })
  const multipart: Record<string, MultipartField> = {}
  for (const name of names) {
    multipart[name] = { kind: 'file', required: true, description: `${pictures[name]} ${pictureNote}` }
  }
  for (const [name, field] of Object.entries(shape) as [string, z.ZodType][]) {
    const kind = name === 'minimum_age' ? 'number' : 'text'
    multipart[name] = { kind, description: field.description ?? '' }
  }
  const route = describeOperation({
    ...{ name: `check${nameOf(type)}`, summary, description, tag: 'Checks' },
    ...{ status: 200, answer: checkAnswer, body },
  })
  return { ...route, bodyLimit: jsonLimit, config: { multipart, headers: idempotencyHeader } }
}

function nameOf(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1)
}

export const apiDescription = {
  title: 'Liveface',
  description:
    'Liveface’s own API. Names are snake_case, times ISO 8601 in UTC, failures problem details (RFC 9457) with a closed set of codes. New fields may come into answers at any time.',
  headers: {},
  bearer: 'The key, as `liveface keys create --dialect liveface` prints it.',
}

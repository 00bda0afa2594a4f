import { z } from 'zod'
import type { MultipartField } from '../../api-docs/index.ts'
import type { Operation } from './checks.ts'
import { codesByStatus, exampleOf } from './errors.ts'
import { pictureMegabytes } from './limits.ts'
import type { PictureName } from './reasons.ts'
import { idempotencyHeader } from './repeats.ts'
import { jsonLimit } from './request.ts'
import { checkAnswer, pendingAnswer, problemAnswer } from './schemas.ts'

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
  tag: 'Batches' | 'Checks' | 'Clients' | 'People' | 'Records' | 'Sessions' | 'Webhooks'
  /** Of success, with its answer; null: no body. */
  status: number
  answer: z.ZodType | { description: string; content: Record<string, { schema: z.ZodType }> }
  /** With 202, where the outcome may be still to come. */
  pending?: z.ZodType
  body?: z.ZodType
  querystring?: z.ZodType
  params?: z.ZodType
}

/** Route options that describe an operation; what is asked for is documented here and checked by the handlers. */
export function describeOperation(description: Description) {
  const { name, summary, tag, status, answer, pending, body, querystring, params } = description
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
      response: { [status]: answer, ...(pending ? { 202: pending } : {}), ...problems },
    },
  }
}

const ofCapture = 'A further picture of the same capture, moments before or after `picture`; may be left out.'
const pictures: Record<PictureName, string> = {
  ...{ picture_2: ofCapture, picture_3: ofCapture, picture_4: ofCapture },
  picture: 'The picture to judge; of a pair, the selfie.',
  reference: 'The picture to compare it with: the portrait of a document, or an earlier selfie.',
}
const pictureNote = `JPEG, PNG, WebP, TIFF or HEIC, at most ${pictureMegabytes} MB.`

/** Route options of a check, whose body is a form or JSON with the same fields. */
export function describeCheck({ type, summary, description, pictures: names, further, fields }: Operation) {
  return describePictures(names, fields as z.ZodObject, {
    further,
    ...{ name: `check${nameOf(type)}`, summary, description, tag: 'Checks' },
    ...{ status: 200, answer: checkAnswer, pending: pendingAnswer, bodyName: `${nameOf(type)}Request` },
  })
}

/** The same of whatever is asked with pictures. @param bodyName of the schema of its body */
export function describePictures(
  names: readonly PictureName[],
  { shape }: z.ZodObject,
  {
    bodyName,
    further = [],
    ...description
  }: Omit<Description, 'body'> & { bodyName: string; further?: readonly PictureName[] | undefined },
) {
  const base64Of = (name: PictureName) => z.string().describe(`${pictures[name]} ${pictureNote} In base64.`)
  const inBase64 = Object.fromEntries([
    ...names.map((name) => [name, base64Of(name)]),
    ...further.map((name) => [name, base64Of(name).optional()]),
  ])
  const body = z.strictObject({ ...inBase64, ...shape }).meta({ id: bodyName })
  const multipart: Record<string, MultipartField> = {}
  for (const name of [...names, ...further]) {
    const required = names.includes(name)
    multipart[name] = { kind: 'file', required, description: `${pictures[name]} ${pictureNote}` }
  }
  for (const [name, field] of Object.entries(shape) as [string, z.ZodType][]) {
    const kind = numbers.includes(name) ? 'number' : 'text'
    multipart[name] = { kind, description: field.description ?? '' }
  }
  const route = describeOperation({ ...description, body })
  return { ...route, bodyLimit: jsonLimit, config: { multipart, headers: idempotencyHeader } }
}

/** Fields that a form writes as text and JSON as numbers. */
const numbers: readonly string[] = ['minimum_age', 'limit']

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

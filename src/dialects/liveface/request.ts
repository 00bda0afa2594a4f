/** Reads the body of a check: a form with files, or JSON with base64. */
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { sniff } from '../../engine/picture/sniff.ts'
import { decodeBase64 } from '../../receive/base64.ts'
import { isJson, readJson } from '../../receive/body.ts'
import { MultipartError, readMultipart } from '../../receive/multipart.ts'
import { findNul } from '../../receive/nul.ts'
import { type FieldProblem, Problem } from './errors.ts'
import { pictureMegabytes } from './limits.ts'
import type { PictureName } from './reasons.ts'

/** Bytes of one picture. */
const pictureLimit = pictureMegabytes * 1024 * 1024
/** Bytes of a JSON body: two pictures of the largest size in base64, and the fields. More pictures must be smaller. */
export const jsonLimit = 28 * 1024 * 1024

export interface CheckRequest<Fields> {
  pictures: Partial<Record<PictureName, Buffer>>
  fields: Fields
}

/** Texts and pictures of a body, before anything is asked of them. */
interface RawBody {
  fields: Record<string, unknown>
  /** Null: its text is not base64. */
  pictures: Map<string, Buffer | null>
  truncated: ReadonlySet<string>
}

/**
 * @param names of the pictures that must be there
 * @param schema of the other fields
 * @param further names of pictures that may be there
 * @throws Problem, JsonError, BodyTooLarge
 */
export async function readCheckRequest<Fields>(
  request: FastifyRequest,
  names: readonly PictureName[],
  schema: z.ZodType<Fields>,
  further: readonly PictureName[] = [],
): Promise<CheckRequest<Fields>> {
  const body = request.isMultipart()
    ? await readForm(request)
    : splitJson(await readObject(request), [...names, ...further])
  return parseCheck(body, names, schema, further)
}

/** The same of one JSON object. @throws Problem */
export function parseCheckObject<Fields>(
  object: object,
  names: readonly PictureName[],
  schema: z.ZodType<Fields>,
  further: readonly PictureName[] = [],
): CheckRequest<Fields> {
  return parseCheck(splitJson({ ...object }, [...names, ...further]), names, schema, further)
}

function parseCheck<Fields>(
  body: RawBody,
  names: readonly PictureName[],
  schema: z.ZodType<Fields>,
  further: readonly PictureName[],
): CheckRequest<Fields> {
  const sent = [...names, ...further.filter((name) => body.pictures.has(name))]
  const pictures: Partial<Record<PictureName, Buffer>> = {}
  const errors: FieldProblem[] = []
  for (const name of sent) {
    const bytes = body.pictures.get(name)
    if (bytes && bytes.length > 0) pictures[name] = bytes
    else errors.push({ field: name, message: bytes === null ? 'must be base64' : 'is missing' })
  }
  for (const name of body.pictures.keys()) {
    if (!sent.includes(name as PictureName)) errors.push({ field: name, message: 'is unknown' })
  }
  const parsed = parseFields(schema, body.fields)
  if ('errors' in parsed) errors.push(...parsed.errors)
  if (errors.length > 0 || 'errors' in parsed) throw new Problem('fields_invalid', { errors })
  for (const name of sent) {
    if (body.truncated.has(name)) throw Problem.ofPicture('picture_too_large', name)
    if (!sniff(pictures[name]!)) throw Problem.ofPicture('picture_type_unsupported', name)
  }
  return { pictures, fields: parsed.data }
}

/** A JSON body of the given shape. @throws Problem, JsonError, BodyTooLarge */
export async function readBody<T>(schema: z.ZodType<T>, request: FastifyRequest): Promise<T> {
  return readFields(schema, await readObject(request))
}

/** A query or body of the given shape. @throws Problem fields_invalid */
export function readFields<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = parseFields(schema, given)
  if ('errors' in parsed) throw new Problem('fields_invalid', parsed)
  return parsed.data
}

function parseFields<T>(schema: z.ZodType<T>, given: unknown): { data: T } | { errors: FieldProblem[] } {
  const nul = findNul(given)
  if (nul)
    return { errors: [{ field: nul.join('.').slice(0, 100), message: 'must not have the character U+0000' }] }
  const parsed = schema.safeParse(given)
  return parsed.success ? { data: parsed.data } : { errors: fieldProblems(parsed.error) }
}

function fieldProblems({ issues }: z.ZodError): FieldProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((field) => ({ field: field.slice(0, 100), message: 'is unknown' }))
    }
    return [{ field: issue.path.join('.'), message: issue.message }]
  })
}

async function readForm(request: FastifyRequest): Promise<RawBody> {
  try {
    const { fields, files } = await readMultipart(request, { fileSize: pictureLimit })
    return {
      fields: Object.fromEntries(fields),
      pictures: new Map([...files].map(([name, { bytes }]) => [name, bytes])),
      truncated: new Set([...files].filter(([, { truncated }]) => truncated).map(([name]) => name)),
    }
  } catch (error) {
    if (error instanceof MultipartError) throw new Problem('body_malformed')
    throw error
  }
}

/** @param fields loses its pictures */
function splitJson(fields: Record<string, unknown>, names: readonly PictureName[]): RawBody {
  const pictures = new Map<string, Buffer | null>()
  const truncated = new Set<string>()
  for (const name of names) {
    const text = fields[name]
    delete fields[name]
    if (text === undefined) continue
    const bytes = typeof text === 'string' ? decodeBase64(text) : null
    pictures.set(name, bytes)
    if (bytes && bytes.length > pictureLimit) truncated.add(name)
  }
  return { fields, pictures, truncated }
}

/** @throws Problem, JsonError, BodyTooLarge */
async function readObject(request: FastifyRequest): Promise<Record<string, unknown>> {
  if (!isJson(request)) throw new Problem('body_type_unsupported')
  const value = await readJson(request)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Problem('body_malformed')
  return { ...value }
}

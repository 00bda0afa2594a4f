import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { sniff } from '../../engine/picture/sniff.ts'
import { readJson } from '../../receive/body.ts'
import { MultipartError, type MultipartForm, readMultipart } from '../../receive/multipart.ts'
import { findNul } from '../../receive/nul.ts'
import { VerifyHQError, type VerifyHQErrorName } from './errors.ts'
import { nulError } from './schemas.ts'

const fileLimit = 10 * 1024 * 1024
const formats: readonly (string | null)[] = ['jpeg', 'png', 'webp', 'heic']

/** A body or query of the given shape. @throws VerifyHQError 422 with a message for each wrong field */
export function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
  // What is no object lacks every field, and gets the messages of those.
  const parsed = schema.safeParse(isObject ? input : {})
  if (parsed.success) return parsed.data
  throw VerifyHQError.invalid(parsed.error.issues.map(({ message }) => message))
}

/** A JSON body of the given shape. @throws VerifyHQError as `validate`; JsonError, BodyTooLarge */
export async function readBody<T>(schema: z.ZodType<T>, request: FastifyRequest): Promise<T> {
  return validate(schema, await readJson(request))
}

/** What a multipart endpoint asks for: texts, and one picture. */
export interface PictureForm<Name extends string> {
  texts: readonly Name[]
  file: string
  /** The error when there is no file. */
  missing: VerifyHQErrorName
}

export const challengeForm: PictureForm<'sessionToken' | 'challengeId'> = {
  texts: ['sessionToken', 'challengeId'],
  file: 'photo',
  missing: 'photoMissing',
}

export const selfieForm: PictureForm<'sessionToken'> = {
  texts: ['sessionToken'],
  file: 'selfie',
  missing: 'selfieMissing',
}

/**
 * Reads a multipart body: the texts first, then the file, its size and its format. The file's name and content type
 * are not asked: the vendor's own client sends any blob as `blob`, an octet stream.
 * @throws VerifyHQError
 */
export async function readPictureForm<Name extends string>(
  request: FastifyRequest,
  form: PictureForm<Name>,
): Promise<Record<Name, string> & { picture: Buffer }> {
  const { fields, files } = await readForm(request)
  const wrong = form.texts.flatMap((name) => {
    const text = fields.get(name)?.trim()
    if (!text) return `${name} should not be empty`
    return findNul(text) ? nulError(name) : []
  })
  if (wrong.length > 0) throw VerifyHQError.invalid(wrong)
  const file = files.get(form.file)
  if (!file || file.bytes.length === 0) throw VerifyHQError.of(form.missing)
  if (file.truncated) throw VerifyHQError.of('fileTooLarge')
  if (!formats.includes(sniff(file.bytes))) throw VerifyHQError.of('fileFormat')
  const texts = Object.fromEntries(form.texts.map((name) => [name, fields.get(name)?.trim()]))
  return { ...(texts as Record<Name, string>), picture: file.bytes }
}

/** A body that is no multipart form has no fields, one that breaks off has some: each missing field gets an error. */
async function readForm(request: FastifyRequest): Promise<MultipartForm> {
  try {
    return await readMultipart(request, { fileSize: fileLimit })
  } catch (error) {
    if (error instanceof MultipartError) return error.partial
    throw error
  }
}

import type { FastifyRequest } from 'fastify'
import { sniff } from '../../engine/picture/sniff.ts'
import { MultipartError, type MultipartForm, readMultipart } from '../../receive/multipart.ts'
import { readNumber } from '../common/numbers.ts'
import { CashfreeError, type CashfreeErrorName } from './errors.ts'

const megabyte = 1024 * 1024

/** What an endpoint asks for: its files with the error of each when absent, and their size limit in bytes. */
export interface Form {
  files: readonly { name: string; missing: CashfreeErrorName }[]
  fileSize: number
}

export const livenessForm: Form = {
  files: [{ name: 'image', missing: 'imageMissing' }],
  fileSize: 10 * megabyte,
}

const matchForm: Form = {
  files: [
    { name: 'first_image', missing: 'firstImageMissing' },
    { name: 'second_image', missing: 'secondImageMissing' },
  ],
  fileSize: 5 * megabyte,
}

export interface CheckRequest {
  verificationId: string
  /** Encoded JPEG or PNG pictures, in the order of the form. */
  pictures: Buffer[]
  fields: Map<string, string>
  /** Names of fields of which only the beginning was read. */
  cutFields: ReadonlySet<string>
}

export interface MatchRequest extends CheckRequest {
  /** Similarity, 0..1, from which two faces are one person's. */
  threshold: number
}

/**
 * Reads and checks a request body in the vendor's order: id, presence of every file, formats, sizes.
 * @throws CashfreeError
 */
export async function readCheckRequest(request: FastifyRequest, form: Form): Promise<CheckRequest> {
  const { fields, cutFields, files } = await readForm(request, form)
  const verificationId = checkVerificationId(fields.get('verification_id'))
  const uploads = form.files.map(({ name, missing }) => {
    const file = files.get(name)
    // A browser sends an empty file where none was chosen.
    if (!file || file.bytes.length === 0) throw new CashfreeError(missing)
    return file
  })
  for (const { bytes } of uploads) {
    const format = sniff(bytes)
    if (format !== 'jpeg' && format !== 'png') throw new CashfreeError('fileFormat')
  }
  if (uploads.some((file) => file.truncated)) throw new CashfreeError('fileTooLarge')
  return { verificationId, pictures: uploads.map((file) => file.bytes), fields, cutFields }
}

/** The same for a match, whose threshold is looked at last. @throws CashfreeError */
export async function readMatchRequest(request: FastifyRequest, threshold: number): Promise<MatchRequest> {
  const read = await readCheckRequest(request, matchForm)
  if (read.cutFields.has('threshold')) throw new CashfreeError('thresholdInvalid')
  return { ...read, threshold: readThreshold(read.fields.get('threshold'), threshold) }
}

/** A number in text with 0 < x < 1; absent or empty: `fallback`. @throws CashfreeError */
function readThreshold(text: string | undefined, fallback: number): number {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') return fallback
  const value = readNumber(trimmed)
  if (!(value > 0 && value < 1)) throw new CashfreeError('thresholdInvalid')
  return value
}

/** A body that is no multipart form has no fields, and one that breaks off has some: it ends with the first missing one. */
async function readForm(request: FastifyRequest, form: Form): Promise<MultipartForm> {
  try {
    return await readMultipart(request, { fileSize: form.fileSize })
  } catch (error) {
    if (error instanceof MultipartError) return error.partial
    throw error
  }
}

function checkVerificationId(id: string | undefined): string {
  if (!id) throw new CashfreeError('verificationIdMissing')
  if (id.length > 50) throw new CashfreeError('verificationIdTooLong')
  if (!/^[A-Za-z0-9._-]+$/.test(id)) throw new CashfreeError('verificationIdInvalid')
  return id
}

import { isUtf8 } from 'node:buffer'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'

export interface UploadedFile {
  bytes: Buffer
  /** Empty when the part named no file, as some clients do for in-memory buffers. */
  filename: string
  mimetype: string
  /** The file was larger than allowed; `bytes` holds only its beginning. */
  truncated: boolean
}

export interface MultipartForm {
  /** Text fields by name; the first value wins when a name repeats. */
  fields: Map<string, string>
  /** Names of the text fields that were longer than allowed: `fields` holds only their beginning. */
  cutFields: Set<string>
  files: Map<string, UploadedFile>
}

export interface MultipartLimits {
  /** Largest file in bytes; a larger one is marked truncated, not refused. */
  fileSize: number
  files?: number
  fields?: number
  /** Largest text in bytes; a longer one is cut, and named in `cutFields`. Default 64 KiB. */
  fieldSize?: number
}

/** The body is not multipart/form-data, is malformed or cut short, or has too many parts. */
export class MultipartError extends Error {
  override readonly name = 'MultipartError'
  /** What had arrived whole by then: callers learn what is missing of that, and not that all is. */
  readonly partial: MultipartForm

  constructor(message: string, partial: MultipartForm = emptyForm(), options?: ErrorOptions) {
    super(message, options)
    this.partial = partial
  }
}

/**
 * Reads a multipart body whole, within limits. A part is a file when it has a file's name, says that it is an octet
 * stream or an image, or begins as a picture does: clients that send a bare buffer work, whatever they call it. Every
 * other part is text as it came, whatever content type it says: a number of twenty digits keeps them.
 * @throws MultipartError
 */
export async function readMultipart(
  request: FastifyRequest,
  limits: MultipartLimits,
): Promise<MultipartForm> {
  const form = emptyForm()
  if (!request.isMultipart()) throw new MultipartError('The body is not multipart/form-data.')
  const { fileSize, fieldSize = 64 * 1024 } = limits
  const left = { files: limits.files ?? 4, fields: limits.fields ?? 32 }
  const parts = request.parts({
    limits: { fileSize: Math.max(fileSize, fieldSize), parts: 40 },
    // Fields of the parser's own are parsed as JSON where they say so, and one that is none would end the form.
    isPartAFile: () => true,
  })
  try {
    for await (const part of parts) {
      if (part.type !== 'file') continue
      const { bytes, isFile, truncated } = await readPart(part, fileSize, fieldSize)
      // The rest is read away, or a caller who still sends would never see the answer.
      if (--left[isFile ? 'files' : 'fields'] < 0) continue
      const { fieldname: name, filename = '', mimetype } = part
      if (isFile && !form.files.has(name)) form.files.set(name, { bytes, filename, mimetype, truncated })
      else if (!isFile && !form.fields.has(name)) {
        form.fields.set(name, textOf(bytes, mimetype))
        if (truncated) form.cutFields.add(name)
      }
    }
  } catch (error) {
    throw new MultipartError('The multipart body is malformed or too large.', form, { cause: error })
  }
  if (Math.min(left.files, left.fields) < 0) throw new MultipartError('The form has too many parts.', form)
  return form
}

function emptyForm(): MultipartForm {
  return { fields: new Map(), cutFields: new Set(), files: new Map() }
}

/** First bytes of JPEG and PNG, with which no text in UTF-8 begins. */
const notText = [0xff, 0x89]

/** Keeps no more of a part than its kind allows, and reads the rest away. */
async function readPart(part: MultipartFile, fileSize: number, fieldSize: number) {
  const says = part.filename !== undefined || /^(application\/octet-stream|image\/)/.test(part.mimetype)
  let isFile = says
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    if (length === 0) isFile = says || notText.includes(chunk[0] ?? 0)
    const room = (isFile ? fileSize : fieldSize) - length
    if (room > 0) chunks.push(chunk.subarray(0, room))
    length += chunk.length
  }
  const truncated = part.file.truncated || length > (isFile ? fileSize : fieldSize)
  return { bytes: Buffer.concat(chunks), isFile, truncated }
}

/** Text is UTF-8; what cannot be is taken for Latin-1, the other set that clients send. */
function textOf(bytes: Buffer, mimetype: string): string {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')
  if (mimetype !== 'application/json') return text
  if (text.trim() === 'null') return ''
  // Converters of some clients put a text in the quotes of JSON.
  const quoted = /^\s*"(?:[^"\\]|\\.)*"\s*$/.test(text)
  try {
    return quoted ? (JSON.parse(text) as string) : text
  } catch {
    return text
  }
}

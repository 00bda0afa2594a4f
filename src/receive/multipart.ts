import '@fastify/multipart'
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
  files: Map<string, UploadedFile>
}

export interface MultipartLimits {
  /** Largest file in bytes; a larger one is marked truncated, not refused. */
  fileSize: number
  files?: number
  fields?: number
  fieldSize?: number
}

/** The body is not multipart/form-data, is malformed, or has too many parts. */
export class MultipartError extends Error {
  override readonly name = 'MultipartError'
}

/**
 * Reads a multipart body whole, within limits. A part counts as a file when it names one or is an
 * octet stream, so that clients which send a bare buffer work.
 * @throws MultipartError
 */
export async function readMultipart(
  request: FastifyRequest,
  limits: MultipartLimits,
): Promise<MultipartForm> {
  if (!request.isMultipart()) throw new MultipartError('The body is not multipart/form-data.')
  const fields = new Map<string, string>()
  const files = new Map<string, UploadedFile>()
  const parts = request.parts({
    limits: {
      fileSize: limits.fileSize,
      files: limits.files ?? 4,
      fields: limits.fields ?? 32,
      fieldSize: limits.fieldSize ?? 64 * 1024,
      parts: 40,
    },
  })
  try {
    for await (const part of parts) {
      if (part.type === 'field') {
        if (!fields.has(part.fieldname)) fields.set(part.fieldname, String(part.value ?? ''))
        continue
      }
      const chunks: Buffer[] = []
      for await (const chunk of part.file) chunks.push(chunk as Buffer)
      if (files.has(part.fieldname)) continue
      files.set(part.fieldname, {
        bytes: Buffer.concat(chunks),
        filename: part.filename ?? '',
        mimetype: part.mimetype,
        truncated: part.file.truncated,
      })
    }
  } catch (error) {
    throw new MultipartError('The multipart body is malformed or too large.', { cause: error })
  }
  return { fields, files }
}

import type { Readable } from 'node:stream'
import { FetchError } from './error.ts'

/** Bytes that are enough to tell a picture's format; a HEIC file lists its brands this far in. */
const headLength = 256

export interface BodyRules {
  maxBytes: number
  /** The length that the answer announced, 0 when it did not; only ever used to refuse early. */
  declared: number
  /** Looks at the first bytes; false stops the download. */
  accepts?: (head: Uint8Array) => boolean
}

/**
 * Reads a body whole. Counts what arrives and not what was announced, and stops reading where it refuses.
 * @throws FetchError body_too_large, body_empty, body_refused; the stream's own errors
 */
export async function collectBody(stream: Readable, rules: BodyRules): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  let judged = !rules.accepts
  const judge = () => {
    judged = true
    if (!rules.accepts?.(Buffer.concat(chunks).subarray(0, headLength))) throw new FetchError('body_refused')
  }
  try {
    if (rules.declared > rules.maxBytes) throw new FetchError('body_too_large')
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > rules.maxBytes) throw new FetchError('body_too_large')
      if (!judged && length >= headLength) judge()
    }
    if (length === 0) throw new FetchError('body_empty')
    if (!judged) judge()
    return Buffer.concat(chunks, length)
  } finally {
    discardBody(stream)
  }
}

/** Reads at most `maxBytes` of a body and leaves the rest. @throws the stream's own errors */
export async function keepBody(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length >= maxBytes) break
    }
    return Buffer.concat(chunks, length).subarray(0, maxBytes)
  } finally {
    discardBody(stream)
  }
}

/** Leaves a body unread. It says so with an error that nobody waits for. */
export function discardBody(stream: Readable): void {
  stream.on('error', () => {}).destroy()
}

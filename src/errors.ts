/**
 * Every vendor-neutral error a request can end with: code, sentence, whether trying again may help.
 * Dialects translate these into their vendor's words; nothing else reaches a caller.
 */
import { EngineError, PictureError } from './engine/errors.ts'

const table = {
  picture_unreadable: { message: 'The picture cannot be read.', retry: false },
  picture_too_many_pixels: { message: 'The picture has too many pixels.', retry: false },
  busy: { message: 'The server is busy.', retry: true },
  internal: { message: 'Something failed inside the server.', retry: true },
} as const

export type FailureCode = keyof typeof table

export interface Failure {
  code: FailureCode
  message: string
  retry: boolean
  /** Whole seconds after which to try again; present when busy. */
  retryAfter?: number
}

/** Sorts whatever was thrown while a request was worked on into the table. Never carries the thrown text. */
export function toFailure(error: unknown): Failure {
  if (error instanceof PictureError) {
    return failure(
      error.code === 'picture_too_many_pixels' ? 'picture_too_many_pixels' : 'picture_unreadable',
    )
  }
  // A worker that crashed or hung may do so again on the same picture: that is a fault, not a queue.
  if (error instanceof EngineError && (error.code === 'engine_busy' || error.code === 'engine_closed')) {
    return { ...failure('busy'), retryAfter: 1 }
  }
  return failure('internal')
}

function failure(code: FailureCode): Failure {
  return { code, ...table[code] }
}

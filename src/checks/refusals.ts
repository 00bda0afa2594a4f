/**
 * Why a check was not carried out: a closed set, in no vendor's words. Each dialect has a table of it, which does not
 * compile with a row missing; nothing else that was thrown reaches a caller.
 */
import type { FastifyBaseLogger } from 'fastify'
import { DatabaseAway } from '../database/index.ts'
import { EngineError, PictureError } from '../engine/errors.ts'
import { ReservationLost } from '../records/hold.ts'
import { ObjectStoreError } from '../records/object-store.ts'

const refusals = {
  picture_unreadable: 'The picture cannot be read.',
  picture_too_many_pixels: 'The picture has too many pixels.',
  id_taken: "The caller's id was used before.",
  erased: 'The check was erased while it was under way.',
  no_balance: 'No prepaid call is left.',
  busy: 'The server is busy.',
  internal: 'Something failed inside the server.',
} as const

export type RefusalCode = keyof typeof refusals

export class CheckRefused extends Error {
  override readonly name = 'CheckRefused'
  readonly code: RefusalCode
  /** Which picture of a pair; absent where there is one, or it is no picture's fault. */
  readonly which: 'first' | 'second' | undefined
  /** Whole seconds after which to try again; present when busy. */
  readonly retryAfter: number | undefined

  constructor(code: RefusalCode, options: ErrorOptions & { which?: 'first' | 'second' | undefined } = {}) {
    super(refusals[code], options)
    this.code = code
    this.which = options.which
    this.retryAfter = code === 'busy' ? 1 : undefined
  }
}

/** Sorts whatever was thrown. What the set has no other word for is `internal`, and is logged. */
export function refusalOf(error: unknown, log: Pick<FastifyBaseLogger, 'error'>): CheckRefused {
  if (error instanceof CheckRefused) return error
  if (error instanceof ReservationLost) return new CheckRefused('erased', { cause: error })
  if (error instanceof PictureError) {
    const { code, which } = error
    const isLarge = code === 'picture_too_many_pixels'
    return new CheckRefused(isLarge ? code : 'picture_unreadable', { which, cause: error })
  }
  // A worker that crashed or hung may do so again on the same picture: that is a fault, not a queue.
  if (error instanceof EngineError && (error.code === 'engine_busy' || error.code === 'engine_closed')) {
    return new CheckRefused('busy', { cause: error })
  }
  if (error instanceof ObjectStoreError) {
    log.error({ err: error }, 'pictures cannot be kept')
    return new CheckRefused('busy', { cause: error })
  }
  if (error instanceof DatabaseAway) {
    log.error({ err: error }, 'the database is away')
    return new CheckRefused('busy', { cause: error })
  }
  log.error({ err: error }, 'request failed')
  return new CheckRefused('internal', { cause: error })
}

/** The engine's errors: one table, so that every code has one sentence and one answer to "may I try again?". */

const pictureErrors = {
  picture_empty: 'The picture has no bytes.',
  picture_format_unknown: 'The bytes are not a JPEG, PNG, WebP, TIFF or HEIC picture.',
  picture_damaged: 'The picture is damaged or cut short.',
  picture_too_many_pixels: 'The picture has more pixels than allowed.',
  picture_too_complex: 'The picture has more scans or segments than any camera or program writes.',
  picture_harmful: 'The picture ended the analysis more than once and is refused for a while.',
} as const

const engineErrors = {
  engine_busy: { message: 'All workers are busy and the queue is full.', retry: true },
  engine_timeout: { message: 'The picture took too long to analyse.', retry: true },
  engine_crashed: { message: 'The worker that analysed the picture stopped unexpectedly.', retry: true },
  engine_closed: { message: 'The engine is closed.', retry: false },
  model_missing: { message: 'A model file is missing.', retry: false },
  model_damaged: { message: 'A model file does not have the recorded checksum.', retry: false },
} as const

export type PictureErrorCode = keyof typeof pictureErrors
export type EngineErrorCode = keyof typeof engineErrors

/** The caller's bytes can't be read as a picture. Sending the same bytes again will not help. */
export class PictureError extends Error {
  override readonly name = 'PictureError'
  readonly code: PictureErrorCode
  /** Which picture of a pair; set by `compare`. */
  which?: 'first' | 'second'

  constructor(code: PictureErrorCode, options?: ErrorOptions) {
    super(pictureErrors[code], options)
    this.code = code
  }
}

/** The engine could not do its work. `retry` says whether the same call may succeed later. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode
  readonly retry: boolean

  /** `detail` names the file or limit concerned; it is appended to the sentence. */
  constructor(code: EngineErrorCode, detail?: string, options?: ErrorOptions) {
    const { message, retry } = engineErrors[code]
    super(detail ? `${message} (${detail})` : message, options)
    this.code = code
    this.retry = retry
  }
}

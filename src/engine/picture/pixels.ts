import type { PictureFormat } from '../types.ts'

/** A plain raster: RGB interleaved, 8-bit sRGB, rows top to bottom without padding. */
export interface Raster {
  /** `width * height * 3` bytes. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** A decoded, upright picture, possibly smaller than the file's own pixels. */
export interface Pixels extends Raster {
  /** Decoded pixels per original upright pixel, 0..1: 0.25 when a 4000-pixel side was decoded to 1000. */
  readonly scale: number
  /** Size of the file's picture after the EXIF turn. */
  readonly originalWidth: number
  readonly originalHeight: number
  readonly format: PictureFormat
  /** Halved copies, filled in by `mipLevel` as they are needed: each warp of one picture shares them. */
  readonly mips: Raster[]
}

import type { PictureFormat } from '../types.ts'

/**
 * A plain raster of 8-bit sRGB: four bytes per pixel, R G B and one unused, rows top to bottom without padding.
 * The unused byte buys aligned 32-bit reads: halving and warping take a third of the time they take on RGB.
 */
export interface Raster {
  /** `width * height * 4` bytes. */
  readonly data: Uint8Array
  /** The same memory, one word per pixel: R in the lowest byte (Node runs on little-endian machines). */
  readonly words: Int32Array
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
  /** Quality, 1..100, of the JPEG file's own quantisation (`jpegQuality`); null for other formats. */
  readonly jpegQuality: number | null
  /** Buffers that `lend` may give out, given back by earlier users; whoever runs the pipeline may share one list. */
  readonly spare?: Float32Array[]
}

/** Wraps RGBX bytes; they are copied only when they do not start on a word. */
export function rasterOf(bytes: Uint8Array, width: number, height: number): Raster {
  if (bytes.length !== width * height * 4)
    throw new RangeError('The bytes do not fit the size of the picture.')
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const words = new Int32Array(buffer, byteOffset, width * height)
  return { data: new Uint8Array(buffer, byteOffset, bytes.length), words, width, height }
}

/** An empty (zeroed) raster. */
export function blankRaster(width: number, height: number): Raster {
  return rasterOf(new Uint8Array(width * height * 4), width, height)
}

/** Makes a picture of a raster that did not come from a file: tests, synthetic pictures, crops. */
export function pixelsOf(raster: Raster, format: PictureFormat = 'png'): Pixels {
  const { width, height } = raster
  return {
    ...raster,
    scale: 1,
    originalWidth: width,
    originalHeight: height,
    format,
    jpegQuality: null,
  }
}

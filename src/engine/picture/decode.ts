import sharp, { type Sharp } from 'sharp'
import { PictureError } from '../errors.ts'
import { jpegQuality } from './jpeg.ts'
import { type Pixels, rasterOf } from './pixels.ts'
import { isNearSrgb } from './profile.ts'
import { sniff } from './sniff.ts'

export interface DecodeOptions {
  /** Most pixels, width x height of the file, that will be decoded. Default 40 million. */
  pixelLimit?: number
  /** The decoded picture's longer side is at most this many pixels. Default: no reduction. */
  longestSide?: number
}

/**
 * Longest side, in pixels, of any picture. No camera comes near; a PNG one pixel wide and 39 million high is within
 * the pixel limit, yet libvips works on it for 20 seconds, row by row.
 */
const sideLimit = 32_767

/** The only loaders of libvips that a caller's bytes may reach. */
const loaders = ['JpegBuffer', 'PngBuffer', 'WebpBuffer', 'TiffBuffer']

// These settings belong to the process, not to a call: libvips keeps one operation cache, one thread pool and
// one block list. Blocking every loader but four closes SVG, PDF, GIF and ImageMagick even if sniffing erred.
sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) })

/**
 * Decodes JPEG, PNG, WebP, TIFF or HEIC bytes to upright 8-bit sRGB; transparency is laid on white and only
 * the first page or frame is read.
 *
 * With `longestSide` the reduction happens inside the JPEG decoder where possible, so that a 12-megapixel
 * selfie costs little more than the size it is analysed at.
 *
 * @throws PictureError picture_empty, picture_format_unknown, picture_damaged, picture_too_many_pixels
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Pixels> {
  const { pixelLimit = 40e6, longestSide } = options
  if (bytes.length === 0) throw new PictureError('picture_empty')
  const format = sniff(bytes)
  if (!format) throw new PictureError('picture_format_unknown')
  if (format === 'heic') {
    const { decodeHeic } = await import('./heic.ts')
    const { data, width, height, channels } = decodeHeic(bytes, pixelLimit)
    const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: pixelLimit })
    return { ...(await render(image, width, height, longestSide)), format, jpegQuality: null }
  }
  const input = { failOn: 'error', limitInputPixels: pixelLimit, pages: 1 } as const
  const { width, height, ignoreIcc } = await readHeader(sharp(bytes, input))
  if (width * height > pixelLimit || Math.max(width, height) > sideLimit)
    throw new PictureError('picture_too_many_pixels')
  const image = sharp(bytes, { ...input, ignoreIcc })
  const rendered = await render(image.autoOrient(), width, height, longestSide)
  return { ...rendered, format, jpegQuality: format === 'jpeg' ? jpegQuality(bytes) : null }
}

/** Upright size, and whether the colour profile may be left aside; no pixel is decoded. */
async function readHeader(image: Sharp): Promise<{ width: number; height: number; ignoreIcc: boolean }> {
  try {
    const { autoOrient, icc, space } = await image.metadata()
    const { width, height } = autoOrient
    return { width, height, ignoreIcc: space === 'srgb' && isNearSrgb(icc) }
  } catch (cause) {
    throw damaged(cause)
  }
}

async function render(
  image: Sharp,
  originalWidth: number,
  originalHeight: number,
  longestSide: number | undefined,
): Promise<Omit<Pixels, 'format' | 'jpegQuality'>> {
  const longer = Math.max(originalWidth, originalHeight)
  const reduce = longestSide !== undefined && longer > longestSide
  if (reduce) image.resize({ width: longestSide, height: longestSide, fit: 'inside', kernel: 'cubic' })
  image.flatten({ background: '#ffffff' }).ensureAlpha().toColourspace('srgb').raw({ depth: 'uchar' })
  try {
    const { data, info } = await image.toBuffer({ resolveWithObject: true })
    if (info.channels !== 4) throw new Error(`expected 4 channels but decoded ${info.channels}`)
    const { width, height } = info
    const scale = reduce ? Math.max(width, height) / longer : 1
    return { ...rasterOf(data, width, height), scale, originalWidth, originalHeight }
  } catch (cause) {
    throw damaged(cause)
  }
}

/** libvips tells an oversized picture from a broken one only by its sentence. */
function damaged(cause: unknown): PictureError {
  const oversized = cause instanceof Error && /pixel limit|too many pixels|exceeds/i.test(cause.message)
  return new PictureError(oversized ? 'picture_too_many_pixels' : 'picture_damaged', { cause })
}

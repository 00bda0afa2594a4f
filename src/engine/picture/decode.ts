import sharp, { type Sharp } from 'sharp'
import { PictureError } from '../errors.ts'
import { jpegQuality } from './jpeg.ts'
import { jpegStructure, marker } from './jpeg-structure.ts'
import type { Pixels } from './pixels.ts'
import { isNearSrgb } from './profile.ts'
import { rasterOf } from './raster.ts'
import { sniff } from './sniff.ts'
import { createWorkspace, type Workspace } from './workspace.ts'

export interface DecodeOptions {
  /**
   * Maximum pixels, width x height, that will be decoded. A JPEG may have five times as many, where `longestSide` lets
   * its decoder reduce it to fewer than this limit. Default 50 million.
   */
  pixelLimit?: number
  /** The decoded picture's longer side is at most this many pixels. Default: no reduction. */
  longestSide?: number
  /** Given to the picture; default: one of its own. */
  workspace?: Workspace
}

/**
 * Longest side, in pixels, of any picture. No camera comes near; a PNG one pixel wide and 39 million high is within
 * the pixel limit, yet libvips works on it for 20 seconds, row by row.
 */
const sideLimit = 32_767

/** A 200-megapixel picture of a phone costs its decoder about what another format of 40 megapixels does. */
const reducedJpegFactor = 5
/**
 * Cameras write one scan or a dozen, encoders that search for the best script up to 64. Each costs a pass over all
 * coefficients, however few bytes it has: 10 000 of them in 900 kB are 40 seconds of work.
 */
const scanLimit = 64
/** A colour profile may take 255 segments, and extended metadata and previews hundreds more. */
const segmentLimit = 4000

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
 * @throws PictureError picture_empty, picture_format_unknown, picture_damaged, picture_too_many_pixels,
 *   picture_too_complex
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Pixels> {
  const { pixelLimit = 50e6, longestSide, workspace = createWorkspace() } = options
  if (bytes.length === 0) throw new PictureError('picture_empty')
  const format = sniff(bytes)
  if (!format) throw new PictureError('picture_format_unknown')
  if (format === 'heic') {
    const { decodeHeic } = await import('./heic.ts')
    const { data, width, height, channels } = decodeHeic(bytes, pixelLimit)
    const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: pixelLimit })
    return { ...(await render(image, width, height, longestSide)), format, jpegQuality: null, workspace }
  }
  const source = format === 'jpeg' ? await checkJpeg(bytes, pixelLimit) : bytes
  // Whether the limit holds is decided below, by what will be decoded of the size that the header names.
  const limitInputPixels = format === 'jpeg' ? reducedJpegFactor * pixelLimit : pixelLimit
  const input = { failOn: 'error', limitInputPixels, pages: 1 } as const
  const { width, height, progressive, ignoreIcc } = await readHeader(sharp(source, input))
  const longer = Math.max(width, height)
  const reduction = format === 'jpeg' && longestSide && !progressive ? dctReduction(longer, longestSide) : 1
  if ((width * height) / reduction ** 2 > pixelLimit || longer > sideLimit)
    throw new PictureError('picture_too_many_pixels')
  const image = sharp(source, { ...input, ignoreIcc })
  const rendered = await render(image.autoOrient(), width, height, longestSide)
  return { ...rendered, format, jpegQuality: format === 'jpeg' ? jpegQuality(bytes) : null, workspace }
}

/** Refuses what only an attacker writes, and completes what some cameras leave out: the end marker. */
async function checkJpeg(bytes: Uint8Array, pixelLimit: number): Promise<Uint8Array> {
  const { scans, segments, ended } = jpegStructure(bytes)
  if (scans > scanLimit || segments > segmentLimit) throw new PictureError('picture_too_complex')
  const endsWithMarker = bytes.at(-2) === 0xff && bytes.at(-1) === marker.EOI
  if (ended || endsWithMarker || scans === 0) return bytes
  const codes = bytes.at(-1) === 0xff ? bytes.subarray(0, -1) : bytes
  const completed = Buffer.concat([codes, Buffer.from([0xff, marker.EOI])])
  // Once the marker is there, only a warning tells a file that was cut short; it is sure to come in a full decode.
  try {
    await sharp(completed, { failOn: 'warning', limitInputPixels: pixelLimit }).raw().toBuffer()
  } catch (cause) {
    throw damaged(cause)
  }
  return completed
}

/** The factor, a power of two, by which libjpeg reduces each side of a baseline picture while it decodes. */
function dctReduction(longer: number, longestSide: number): number {
  return [8, 4, 2].find((factor) => longer / factor >= longestSide) ?? 1
}

/** Upright size, and whether the colour profile may be left aside; no pixel is decoded. */
async function readHeader(
  image: Sharp,
): Promise<{ width: number; height: number; progressive: boolean; ignoreIcc: boolean }> {
  try {
    const { autoOrient, icc, isProgressive, space } = await image.metadata()
    const { width, height } = autoOrient
    return {
      width,
      height,
      progressive: isProgressive ?? false,
      ignoreIcc: space === 'srgb' && isNearSrgb(icc),
    }
  } catch (cause) {
    throw damaged(cause)
  }
}

async function render(
  image: Sharp,
  originalWidth: number,
  originalHeight: number,
  longestSide: number | undefined,
): Promise<Omit<Pixels, 'format' | 'jpegQuality' | 'workspace'>> {
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

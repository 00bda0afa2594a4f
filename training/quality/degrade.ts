import sharp, { type Sharp } from 'sharp'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { type Pixels, rasterOf } from '../../src/engine/picture/pixels.ts'

/** A way to spoil a picture, and by how much. */
export type Degradation =
  /** Gaussian point spread, in distances between the eyes. */
  | { kind: 'blur'; amount: number }
  /** JPEG quality, 1..100. */
  | { kind: 'jpeg'; amount: number }
  /** Reduced until the eyes are `amount` pixels apart. */
  | { kind: 'small'; amount: number }
  /** The same, then enlarged to the former size. */
  | { kind: 'enlarged'; amount: number }
  /** Light, in stops. */
  | { kind: 'stops'; amount: number }

/** Applies a degradation. The result's scale is relative to the spoilt file. */
export async function degrade(
  pixels: Pixels,
  interocular: number,
  { kind, amount }: Degradation,
): Promise<Pixels> {
  const { width, height } = pixels
  const image = sharp(pixels.data, { raw: { width, height, channels: 4 } }).removeAlpha()
  if (kind === 'jpeg') return decodePicture(await image.jpeg({ quality: amount }).toBuffer())
  if (kind === 'blur') image.blur(Math.max(0.3, amount * interocular))
  if (kind === 'small' || kind === 'enlarged') {
    const factor = amount / interocular
    const small = {
      width: Math.max(8, Math.round(width * factor)),
      height: Math.max(8, Math.round(height * factor)),
    }
    image.resize({ ...small, fit: 'fill' })
    if (kind === 'enlarged') {
      const data = await image.raw().toBuffer()
      const back = sharp(data, { raw: { ...small, channels: 3 } }).resize({
        width,
        height,
        fit: 'fill',
        kernel: 'cubic',
      })
      return toPixels(pixels, back)
    }
  }
  if (kind === 'stops') return lit(pixels, amount)
  return toPixels(pixels, image)
}

async function toPixels({ format, jpegQuality }: Pixels, image: Sharp): Promise<Pixels> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const size = { originalWidth: info.width, originalHeight: info.height }
  return { ...rasterOf(data, info.width, info.height), ...size, scale: 1, format, jpegQuality, mips: [] }
}

/** More or less light on the sensor: a gain in linear light, clipped. */
function lit(pixels: Pixels, stops: number): Pixels {
  const table = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.round(255 * Math.min(1, (value / 255) ** 2.2 * 2 ** stops) ** (1 / 2.2)),
  )
  return {
    ...pixels,
    ...rasterOf(
      pixels.data.map((value) => table[value]!),
      pixels.width,
      pixels.height,
    ),
    mips: [],
  }
}

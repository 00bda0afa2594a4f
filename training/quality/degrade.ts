import sharp, { type Sharp } from 'sharp'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import type { Pixels } from '../../src/engine/picture/pixels.ts'
import { rasterOf } from '../../src/engine/picture/raster.ts'

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
  /** Noise of the sensor, standard deviation in grey levels, the same for each channel of a pixel and its own. */
  | { kind: 'grain'; amount: number }
  /** A plain cloth over the lower part of the face; share of the mesh's height. */
  | { kind: 'cover'; amount: number }

/** Applies a degradation. The result's scale is relative to the spoilt file. */
export async function degrade(
  pixels: Pixels,
  { interocular, mesh }: { interocular: number; mesh: Float32Array },
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
  if (kind === 'grain') return grained(pixels, amount)
  if (kind === 'cover') return covered(pixels, mesh, amount)
  return toPixels(pixels, image)
}

async function toPixels({ format, jpegQuality, workspace }: Pixels, image: Sharp): Promise<Pixels> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const size = { originalWidth: info.width, originalHeight: info.height }
  return { ...rasterOf(data, info.width, info.height), ...size, scale: 1, format, jpegQuality, workspace }
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
  }
}

/** Noise as a sensor's after its own smoothing: half of it common to the three channels. */
function grained(pixels: Pixels, deviation: number): Pixels {
  let state = 20261121
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  const data = pixels.data.slice()
  for (let i = 0; i < data.length; i += 4) {
    const common = normal()
    for (let channel = 0; channel < 3; channel++) {
      const noise = deviation * Math.SQRT1_2 * (common + normal())
      data[i + channel] = Math.max(0, Math.min(255, Math.round(data[i + channel]! + noise)))
    }
  }
  return { ...pixels, ...rasterOf(data, pixels.width, pixels.height) }
}

function covered(pixels: Pixels, mesh: Float32Array, amount: number): Pixels {
  const xs = mesh.filter((_, i) => i % 3 === 0)
  const ys = mesh.filter((_, i) => i % 3 === 1)
  const bottom = Math.max(...ys)
  const top = Math.round(bottom - amount * (bottom - Math.min(...ys)))
  const words = pixels.words.slice()
  for (let y = Math.max(0, top); y < Math.min(pixels.height, bottom); y++) {
    const from = Math.max(0, Math.round(Math.min(...xs)))
    words.fill(
      0xffb49678,
      y * pixels.width + from,
      y * pixels.width + Math.min(pixels.width, Math.round(Math.max(...xs))),
    )
  }
  return { ...pixels, ...rasterOf(new Uint8Array(words.buffer), pixels.width, pixels.height) }
}

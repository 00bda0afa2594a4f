import type { Box } from '../types.ts'
import { mipLevel } from './mip.ts'
import type { Pixels, Raster } from './pixels.ts'
import { boxTransform, letterboxTransform, minification, type Transform } from './transform.ts'

export interface WarpOptions {
  /** Flips the target left to right. Default false. */
  mirror?: boolean
  /** Value, 0..255, of target pixels that lie outside the picture. Default 0. */
  border?: number
  /** Target height when the target is not square. Default: `size`. */
  height?: number
  /** First element of `out` to write: several crops can fill one batch. Default 0. */
  offset?: number
  /** Writes the blue plane first. Default false. */
  bgr?: boolean
  /** Per plane, in plane order: `(value - mean) * scale` is written instead of 0..255. Default 0 and 1. */
  mean?: readonly [number, number, number]
  scale?: number
}

/**
 * Samples a region of the picture into planes (NCHW, R G B, 0..255 unless `mean` and `scale` say otherwise).
 *
 * Bilinear where the region is about as large as the target or smaller. A larger region is averaged: first from
 * the halved copy that is at most twice too fine, then over 2x2 points of each target pixel. Single points of a
 * large region alias, and both the template and the PAD net see it.
 *
 * @param transform target to source, see transform.ts
 * @param size width of the target
 * @param out at least `offset + 3 * size * height` long
 */
export function warpToTensor(
  pixels: Pixels,
  transform: Transform,
  size: number,
  out: Float32Array,
  options: WarpOptions = {},
): void {
  const { mirror = false, border = 0, height = size, offset = 0, bgr = false } = options
  const { mean = [0, 0, 0], scale = 1 } = options
  if (out.length < offset + 3 * size * height)
    throw new RangeError('The target array is too short for the warp.')
  const reduction = minification(transform)
  // Below 1.25 source pixels per target pixel one bilinear point is as good as an average and four times cheaper.
  const finest = Math.floor(Math.log2(Math.min(pixels.width, pixels.height)))
  const level = Math.min(finest, Math.max(0, Math.floor(Math.log2(reduction / 1.25))))
  const raster = mipLevel(pixels, level)
  const shrink = 2 ** level
  const [a, b, tx, c, d, ty] = mirror ? mirrored(transform, size) : transform
  const map: Transform = [a / shrink, b / shrink, tx / shrink, c / shrink, d / shrink, ty / shrink]
  const plane = size * height
  const planes = [offset + (bgr ? 2 * plane : 0), offset + plane, offset + (bgr ? 0 : 2 * plane)] as const
  for (let channel = 0; channel < 3; channel++) {
    const start = offset + channel * plane
    out.fill(-mean[channel]! * scale, start, start + plane)
  }
  const points = reduction / shrink > 1.25 ? quarterPoints : centrePoint
  for (const [u, v] of points)
    addSamples(raster, map, u, v, size, height, out, planes, border, scale / points.length)
}

/** Where in a target pixel the source is sampled. */
const centrePoint = [[0.5, 0.5]] as const
const quarterPoints = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const

/** Adds `weight` times the bilinear sample at point (`pu`, `pv`) of every target pixel to the three planes. */
function addSamples(
  { data, width, height }: Raster,
  [a, b, tx, c, d, ty]: Transform,
  pu: number,
  pv: number,
  targetWidth: number,
  targetHeight: number,
  out: Float32Array,
  [first, second, third]: readonly [number, number, number],
  border: number,
  weight: number,
): void {
  const stride = width * 3
  for (let v = 0; v < targetHeight; v++) {
    const x0 = a * pu + b * (v + pv) + tx - 0.5
    const y0 = c * pu + d * (v + pv) + ty - 0.5
    // The stretch of this row whose four neighbours all exist needs no check per pixel.
    const [xFrom, xTo] = inside(x0, a, width - 1.001, targetWidth)
    const [yFrom, yTo] = inside(y0, c, height - 1.001, targetWidth)
    const from = Math.max(xFrom, yFrom)
    const to = Math.max(from, Math.min(xTo, yTo))
    const row = v * targetWidth
    for (let u = from; u < to; u++) {
      const x = x0 + a * u
      const y = y0 + c * u
      const xi = x | 0
      const yi = y | 0
      const fx = x - xi
      const fy = y - yi
      const i = yi * stride + xi * 3
      const j = i + stride
      const w11 = fx * fy * weight
      const w10 = fy * weight - w11
      const w01 = fx * weight - w11
      const w00 = weight - w01 - w10 - w11
      const at = row + u
      out[first + at]! += data[i]! * w00 + data[i + 3]! * w01 + data[j]! * w10 + data[j + 3]! * w11
      out[second + at]! += data[i + 1]! * w00 + data[i + 4]! * w01 + data[j + 1]! * w10 + data[j + 4]! * w11
      out[third + at]! += data[i + 2]! * w00 + data[i + 5]! * w01 + data[j + 2]! * w10 + data[j + 5]! * w11
    }
    for (let u = 0; u < targetWidth; u++) {
      if (u === from) u = to
      if (u >= targetWidth) break
      const x = x0 + a * u
      const y = y0 + c * u
      const at = row + u
      if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) {
        out[first + at]! += border * weight
        out[second + at]! += border * weight
        out[third + at]! += border * weight
        continue
      }
      const xi = Math.max(0, Math.floor(x))
      const yi = Math.max(0, Math.floor(y))
      const fx = Math.max(0, x - xi)
      const fy = Math.max(0, y - yi)
      const right = xi + 1 < width ? 3 : 0
      const i = yi * stride + xi * 3
      const j = yi + 1 < height ? i + stride : i
      for (let channel = 0; channel < 3; channel++) {
        const top = data[i + channel]! * (1 - fx) + data[i + right + channel]! * fx
        const bottom = data[j + channel]! * (1 - fx) + data[j + right + channel]! * fx
        const to = channel === 0 ? first : channel === 1 ? second : third
        out[to + at]! += (top * (1 - fy) + bottom * fy) * weight
      }
    }
  }
}

/** Range of u in 0..count for which `start + step * u` lies in 0..last. Rounding may let it miss by 1e-9, not more. */
function inside(start: number, step: number, last: number, count: number): [from: number, to: number] {
  if (step === 0) return start >= 0 && start <= last ? [0, count] : [0, 0]
  const one = -start / step
  const other = (last - start) / step
  const from = Math.max(0, Math.ceil(Math.min(one, other)))
  const to = Math.min(count, Math.floor(Math.max(one, other)) + 1)
  return last < 0 || to <= from ? [0, 0] : [from, to]
}

/** The same region with the target's columns in reverse order. */
function mirrored([a, b, tx, c, d, ty]: Transform, width: number): Transform {
  return [-a, b, tx + a * width, -c, d, ty + c * width]
}

/** Fits the whole picture, centred and undistorted, into a `size` x `size` tensor. Returns the map back to the picture. */
export function letterboxToTensor(
  pixels: Pixels,
  size: number,
  out: Float32Array,
  options?: WarpOptions,
): Transform {
  const transform = letterboxTransform(pixels, size)
  warpToTensor(pixels, transform, size, out, options)
  return transform
}

/** Stretches `box`, which may reach over the picture's edge, over a `size` x `size` (or `height`) tensor. */
export function cropToTensor(
  pixels: Pixels,
  box: Box,
  size: number,
  out: Float32Array,
  options: WarpOptions = {},
): void {
  const target = { width: size, height: options.height ?? size }
  warpToTensor(pixels, boxTransform(box, target), size, out, options)
}

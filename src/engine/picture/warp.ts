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
  /**
   * One point per target pixel, from the halved copy nearest in size: a quarter of the work. For nets that look for
   * shapes; those that judge texture need the average. Default false.
   */
  coarse?: boolean
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
  const { mean = [0, 0, 0], scale = 1, coarse = false } = options
  if (out.length < offset + 3 * size * height)
    throw new RangeError('The target array is too short for the warp.')
  const reduction = minification(transform)
  // Below 1.25 source pixels per target pixel one bilinear point is as good as an average and four times cheaper.
  const finest = Math.floor(Math.log2(Math.min(pixels.width, pixels.height)))
  const octaves = coarse ? Math.round(Math.log2(reduction)) : Math.floor(Math.log2(reduction / 1.25))
  const level = Math.min(finest, Math.max(0, octaves))
  const raster = mipLevel(pixels, level)
  const shrink = 2 ** level
  const [a, b, tx, c, d, ty] = mirror ? mirrored(transform, size) : transform
  const map: Transform = [a / shrink, b / shrink, tx / shrink, c / shrink, d / shrink, ty / shrink]
  const plane = size * height
  sample(raster, map, reduction / shrink > 1.25 && !coarse ? quarterPoints : centrePoint, {
    out,
    width: size,
    height,
    red: offset + (bgr ? 2 * plane : 0),
    green: offset + plane,
    blue: offset + (bgr ? 0 : 2 * plane),
    border,
    mean: bgr ? [mean[2], mean[1], mean[0]] : mean,
    scale,
  })
}

interface Target {
  out: Float32Array
  width: number
  height: number
  /** Where each plane starts. */
  red: number
  green: number
  blue: number
  border: number
  mean: readonly [number, number, number]
  scale: number
}

/** Points of a target pixel, relative to its centre, at which the source is sampled. */
const centrePoint = [[0, 0]] as const
const quarterPoints = [
  [-0.25, -0.25],
  [0.25, -0.25],
  [-0.25, 0.25],
  [0.25, 0.25],
] as const

/**
 * Mean of bilinear samples, in fixed point: positions and weights count 1/256. Red and blue share one word, 16 bits
 * each, so a pixel takes two multiplications per neighbour instead of three and no conversion to floating point.
 */
function sample(
  raster: Raster,
  [a, b, tx, c, d, ty]: Transform,
  points: readonly (readonly [number, number])[],
  target: Target,
): void {
  const { words, width, height } = raster
  const { out, red, green, blue, scale } = target
  const [redMean, greenMean, blueMean] = target.mean
  const count = points.length
  const unit = scale / (256 * count)
  const dx = Int32Array.from(points, ([u, v]) => Math.round((a * u + b * v) * 256))
  const dy = Int32Array.from(points, ([u, v]) => Math.round((c * u + d * v) * 256))
  const xReach = Math.max(...dx) / 256
  const yReach = Math.max(...dy) / 256
  const edge = edgeSampler(raster, target.border)
  for (let v = 0; v < target.height; v++) {
    // Index coordinates of the row's first sample (pixel centres at whole numbers), half a step up for rounding.
    const x0 = a * 0.5 + b * (v + 0.5) + tx - 0.5 + 1 / 512
    const y0 = c * 0.5 + d * (v + 0.5) + ty - 0.5 + 1 / 512
    // In the stretch of the row where every sample has four neighbours nothing needs to be checked.
    const [xFrom, xTo] = inside(x0, a, xReach, width - 1.01 - xReach, target.width)
    const [yFrom, yTo] = inside(y0, c, yReach, height - 1.01 - yReach, target.width)
    const from = Math.max(xFrom, yFrom)
    const to = Math.max(from, Math.min(xTo, yTo))
    let at = v * target.width
    for (let u = 0; u < target.width; u++, at++) {
      const x = ((x0 + a * u) * 256) | 0
      const y = ((y0 + c * u) * 256) | 0
      let r = 0
      let g = 0
      let b = 0
      if (u >= from && u < to) {
        for (let k = 0; k < count; k++) {
          const xk = x + dx[k]!
          const yk = y + dy[k]!
          const fx = xk & 255
          const fy = yk & 255
          const w11 = (fx * fy) >> 8
          const w01 = fx - w11
          const w10 = fy - w11
          const w00 = 256 - fx - w10
          const i = (yk >> 8) * width + (xk >> 8)
          const p00 = words[i]!
          const p01 = words[i + 1]!
          const p10 = words[i + width]!
          const p11 = words[i + width + 1]!
          const rb =
            Math.imul(p00 & 0xff00ff, w00) +
            Math.imul(p01 & 0xff00ff, w01) +
            Math.imul(p10 & 0xff00ff, w10) +
            Math.imul(p11 & 0xff00ff, w11)
          r += rb & 0xffff
          b += rb >>> 16
          g +=
            Math.imul((p00 >>> 8) & 0xff, w00) +
            Math.imul((p01 >>> 8) & 0xff, w01) +
            Math.imul((p10 >>> 8) & 0xff, w10) +
            Math.imul((p11 >>> 8) & 0xff, w11)
        }
      } else {
        for (let k = 0; k < count; k++) {
          const rgb = edge(x + dx[k]!, y + dy[k]!)
          r += (rgb & 0xff) << 8
          g += rgb & 0xff00
          b += (rgb >>> 8) & 0xff00
        }
      }
      out[red + at] = r * unit - redMean * scale
      out[green + at] = g * unit - greenMean * scale
      out[blue + at] = b * unit - blueMean * scale
    }
  }
}

/** Samples with checks, for points near or beyond the picture's edge: nearest pixel within half a pixel, else border. */
function edgeSampler({ words, width, height }: Raster, border: number): (x: number, y: number) => number {
  const outside = Math.round(border) * 0x010101
  return (x, y) => {
    if (x < -128 || y < -128 || x > width * 256 - 128 || y > height * 256 - 128) return outside
    const column = Math.min(width - 1, Math.max(0, (x + 128) >> 8))
    const row = Math.min(height - 1, Math.max(0, (y + 128) >> 8))
    return words[row * width + column]!
  }
}

/** Range of u in 0..count for which `start + step * u` lies in first..last. */
function inside(start: number, step: number, first: number, last: number, count: number): [number, number] {
  if (last < first) return [0, 0]
  if (step === 0) return start >= first && start <= last ? [0, count] : [0, 0]
  const one = (first - start) / step
  const other = (last - start) / step
  return [Math.max(0, Math.ceil(Math.min(one, other))), Math.min(count, Math.floor(Math.max(one, other)) + 1)]
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

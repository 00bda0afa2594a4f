import type { Box } from '../types.ts'
import type { Pixels } from './pixels.ts'
import { centrePoint, quarterPoints, sample } from './sample.ts'
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
  const { sampler } = pixels.workspace
  const raster = sampler.mip.level(pixels, level)
  const shrink = 2 ** level
  const [a, b, tx, c, d, ty] = mirror ? mirrored(transform, size) : transform
  const map: Transform = [a / shrink, b / shrink, tx / shrink, c / shrink, d / shrink, ty / shrink]
  const points = reduction / shrink > 1.25 && !coarse ? quarterPoints : centrePoint
  const [red, blue] = bgr ? [2, 0] : [0, 2]
  sample(sampler, raster, map, points, { out, width: size, height, offset, red, blue, border })
  if (scale === 1 && mean.every((value) => value === 0)) return
  const plane = size * height
  for (let i = 0; i < 3 * plane; i++) {
    out[offset + i] = (out[offset + i]! - mean[Math.floor(i / plane)]!) * scale
  }
}

/** The same region with the target's columns in reverse order. */
function mirrored([a, b, tx, c, d, ty]: Transform, width: number): Transform {
  return [-a, b, tx + a * width, -c, d, ty + c * width]
}

/** Writes `from`, rows of `width` numbers, to `to` left to right swapped: cheaper than a second warp. */
export function mirrorRows(from: Float32Array, to: Float32Array, width: number): void {
  for (let row = 0; row < from.length; row += width) {
    for (let x = 0; x < width; x++) to[row + x] = from[row + width - 1 - x]!
  }
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

import type { Box, Point } from '../types.ts'
import { distanceWords, kernel, slackWords } from './kernel.ts'
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
  const points = reduction / shrink > 1.25 && !coarse ? quarterPoints : centrePoint
  const [red, blue] = bgr ? [2, 0] : [0, 2]
  sample(raster, map, points, { out, width: size, height, offset, red, blue, border })
  if (scale === 1 && mean.every((value) => value === 0)) return
  const plane = size * height
  for (let i = 0; i < 3 * plane; i++) {
    out[offset + i] = (out[offset + i]! - mean[Math.floor(i / plane)]!) * scale
  }
}

interface Target {
  out: Float32Array
  width: number
  height: number
  /** Where the planes start in `out`; the three lie one behind the other. */
  offset: number
  /** Number of each plane: 0, 1 or 2. */
  red: number
  blue: number
  border: number
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
 * Mean of bilinear samples, in fixed point: positions and weights count 1/256. The kernel takes the stretch of each
 * row where every sample has four neighbours and nothing needs to be checked; the rest is done here.
 */
function sample(
  raster: Raster,
  map: Transform,
  points: readonly (readonly [number, number])[],
  target: Target,
): void {
  const [a, b, , c, d] = map
  const { out, width, height, offset, red, blue } = target
  const dx = points.map(([u, v]) => Math.round((a * u + b * v) * 256))
  const dy = points.map(([u, v]) => Math.round((c * u + d * v) * 256))
  const reach = { x: Math.max(...dx) / 256, y: Math.max(...dy) / 256 }
  const part = neededPart(raster, map, target, reach)
  const area = width * height
  const planes = distanceWords + part.width * part.height
  const plane = area + slackWords
  const words = kernel.room(4 * (planes + 3 * plane))
  words.set([...dx, ...dy])
  copyPart(raster, part, words.subarray(distanceWords))
  const stride = 4 * part.width
  const source = 4 * (distanceWords - part.y * part.width - part.x)
  const run = points.length === 1 ? kernel.point : kernel.quarter
  const stretches = new Int32Array(2 * height)
  for (let v = 0; v < height; v++) {
    const { x, y } = rowStart(map, v)
    const [xFrom, xTo] = inside(x, a, reach.x, raster.width - 1.01 - reach.x, width)
    const [yFrom, yTo] = inside(y, c, reach.y, raster.height - 1.01 - reach.y, width)
    const from = Math.max(xFrom, yFrom)
    const to = Math.max(from, Math.min(xTo, yTo))
    stretches[2 * v] = from
    stretches[2 * v + 1] = to
    if (from === to) continue
    const row = (index: number) => 4 * (planes + index * plane + v * width)
    run(from, to, 256 * x, 256 * y, 256 * a, 256 * c, source, stride, row(red), row(1), row(blue))
  }
  const values = new Float32Array(words.buffer)
  for (let index = 0; index < 3; index++) {
    const start = planes + index * plane
    out.set(values.subarray(start, start + area), offset + index * area)
  }
  sampleEdges(raster, map, { dx, dy }, stretches, target)
}

/** Index coordinates of a target row's first sample (pixel centres at whole numbers), half a step up for rounding. */
function rowStart([a, b, tx, c, d, ty]: Transform, v: number): Point {
  return {
    x: a * 0.5 + b * (v + 0.5) + tx - 0.5 + 1 / 512,
    y: c * 0.5 + d * (v + 0.5) + ty - 0.5 + 1 / 512,
  }
}

/** The smallest part of the source that holds every sample's neighbours. */
function neededPart(raster: Raster, map: Transform, { width, height }: Target, reach: Point): Box {
  const [a, , , c] = map
  const [first, last] = [rowStart(map, 0), rowStart(map, height - 1)]
  const span = (from: number, to: number, step: number, beyond: number, limit: number) => {
    const ends = [from, to, from + step * (width - 1), to + step * (width - 1)]
    const least = Math.max(0, Math.floor(Math.min(...ends) - beyond))
    return [least, Math.max(least, Math.min(limit, Math.ceil(Math.max(...ends) + beyond) + 2))] as const
  }
  const [left, right] = span(first.x, last.x, a, reach.x, raster.width)
  const [top, bottom] = span(first.y, last.y, c, reach.y, raster.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function copyPart(raster: Raster, { x, y, width, height }: Box, to: Int32Array): void {
  for (let row = 0; row < height; row++) {
    const from = (y + row) * raster.width + x
    to.set(raster.words.subarray(from, from + width), row * width)
  }
}

/** The target pixels left and right of each row's stretch. */
function sampleEdges(
  raster: Raster,
  map: Transform,
  { dx, dy }: { dx: readonly number[]; dy: readonly number[] },
  stretches: Int32Array,
  { out, width, height, offset, red, blue, border }: Target,
): void {
  const [a, , , c] = map
  const plane = width * height
  const edge = edgeSampler(raster, border)
  // Samples of a target pixel that lies farther out than this are all beyond half a pixel from the picture.
  const [left, right] = [-128 - Math.max(...dx), raster.width * 256 - 128 - Math.min(...dx)]
  const [top, bottom] = [-128 - Math.max(...dy), raster.height * 256 - 128 - Math.min(...dy)]
  const outside = Math.round(border)
  for (let v = 0; v < height; v++) {
    const start = rowStart(map, v)
    const [from, to] = [stretches[2 * v]!, stretches[2 * v + 1]!]
    for (let u = from > 0 ? 0 : to; u < width; u = u + 1 === from ? to : u + 1) {
      const x = ((start.x + a * u) * 256) | 0
      const y = ((start.y + c * u) * 256) | 0
      const at = offset + width * v + u
      if (x < left || x > right || y < top || y > bottom) {
        out[at] = out[at + plane] = out[at + 2 * plane] = outside
        continue
      }
      let [r, g, b] = [0, 0, 0]
      for (let k = 0; k < dx.length; k++) {
        const rgb = edge(x + dx[k]!, y + dy[k]!)
        r += rgb & 0xff
        g += (rgb >>> 8) & 0xff
        b += (rgb >>> 16) & 0xff
      }
      out[at + red * plane] = r / dx.length
      out[at + plane] = g / dx.length
      out[at + blue * plane] = b / dx.length
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

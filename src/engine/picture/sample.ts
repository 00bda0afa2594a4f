/** Bilinear samples of a picture at the places that a transform gives for a target's pixels. */
import type { Box, Point } from '../types.ts'
import { rowStretch, rowWords, slackWords } from './kernel.ts'
import type { Raster } from './raster.ts'
import type { Transform } from './transform.ts'
import type { Sampler } from './workspace.ts'

export interface Target {
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
export const centrePoint = [[0, 0]] as const
export const quarterPoints = [
  [-0.25, -0.25],
  [0.25, -0.25],
  [-0.25, 0.25],
  [0.25, 0.25],
] as const

/**
 * Mean of bilinear samples, in fixed point: positions and weights count 1/256. The kernel takes the stretch of each
 * row where every sample has four neighbours and nothing needs to be checked; the rest is done here.
 */
export function sample(
  sampler: Sampler,
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
  const { kernel } = sampler
  const source = bring(sampler, raster, () => neededPart(raster, map, target, reach))
  const area = width * height
  const plane = area + slackWords
  // Rows hold doubles.
  const rows = source.end + (source.end & 1)
  const planes = rows + height * rowWords
  const memory = kernel.memory(planes + 3 * plane)
  memory.set([...dx, ...dy])
  writeRows(memory, rows, raster, map, target, reach)
  const addressOf = (colour: number) => 4 * (planes + colour * plane)
  const run = points.length === 1 ? kernel.point : kernel.quarter
  const step = { x: 256 * a, y: 256 * c }
  const [first, second, third] = [addressOf(red), addressOf(1), addressOf(blue)]
  const { address, stride } = source
  run(4 * rows, 4 * planes, step.x, step.y, address, stride, first, second, third, 4 * width)
  const values = new Float32Array(memory.buffer)
  for (let index = 0; index < 3; index++) {
    const start = planes + index * plane
    out.set(values.subarray(start, start + area), offset + index * area)
  }
  const stretches = memory.subarray(rows + rowStretch, planes)
  sampleEdges({ ...raster, words: source.words() }, map, { dx, dy }, stretches, target)
}

interface Source {
  /** Of pixel 0, 0 in the kernel's memory, and the bytes from row to row. */
  address: number
  stride: number
  /** First free word of the kernel's memory. */
  end: number
  /** All the raster's pixels; the kernel's memory may have grown since it was given. */
  words(): Int32Array
}

/** Sees to it that the kernel has what is needed of the raster; a halved copy it has already. */
function bring({ kernel, mip }: Sampler, { words, width, height }: Raster, needed: () => Box): Source {
  const scratch = mip.end
  if (words.buffer === kernel.memory(0).buffer) {
    const at = words.byteOffset / 4
    const again = () => kernel.memory(0).subarray(at, at + width * height)
    return { address: 4 * at, stride: 4 * width, end: scratch, words: again }
  }
  const part = needed()
  const end = scratch + part.width * part.height
  const memory = kernel.memory(end)
  for (let row = 0; row < part.height; row++) {
    const from = (part.y + row) * width + part.x
    memory.set(words.subarray(from, from + part.width), scratch + row * part.width)
  }
  const address = 4 * (scratch - part.y * part.width - part.x)
  return { address, stride: 4 * part.width, end, words: () => words }
}

/** Writes where each target row starts, and its stretch. @param at first word of the first row's */
function writeRows(
  memory: Int32Array,
  at: number,
  raster: Raster,
  map: Transform,
  { width, height }: Target,
  reach: Point,
): void {
  const [a, , , c] = map
  const starts = new Float64Array(memory.buffer)
  for (let v = 0, row = at; v < height; v++, row += rowWords) {
    const x = rowX(map, v)
    const y = rowY(map, v)
    starts[row / 2] = 256 * x
    starts[row / 2 + 1] = 256 * y
    const stretch = row + rowStretch
    memory[stretch] = 0
    memory[stretch + 1] = width
    narrow(memory, stretch, x, a, reach.x, raster.width - 1.01 - reach.x)
    narrow(memory, stretch, y, c, reach.y, raster.height - 1.01 - reach.y)
  }
}

/** Index coordinates of a target row's first sample (pixel centres at whole numbers), half a step up for rounding. */
function rowX([a, b, tx]: Transform, v: number): number {
  return a * 0.5 + b * (v + 0.5) + tx - 0.5 + 1 / 512
}

function rowY([, , , c, d, ty]: Transform, v: number): number {
  return c * 0.5 + d * (v + 0.5) + ty - 0.5 + 1 / 512
}

/** The smallest part of the source that holds every sample's neighbours. */
function neededPart(raster: Raster, map: Transform, { width, height }: Target, reach: Point): Box {
  const [a, , , c] = map
  const span = (from: number, to: number, step: number, beyond: number, limit: number) => {
    const ends = [from, to, from + step * (width - 1), to + step * (width - 1)]
    const first = Math.max(0, Math.floor(Math.min(...ends) - beyond))
    return [first, Math.max(first, Math.min(limit, Math.ceil(Math.max(...ends) + beyond) + 2))] as const
  }
  const [left, right] = span(rowX(map, 0), rowX(map, height - 1), a, reach.x, raster.width)
  const [top, bottom] = span(rowY(map, 0), rowY(map, height - 1), c, reach.y, raster.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/**
 * The target pixels left and right of each row's stretch.
 * @param stretches where a row's stretch starts and ends, every `rowWords` words
 */
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
  const near = new Int32Array(2)
  for (let v = 0; v < height; v++) {
    const from = stretches[rowWords * v]!
    const to = stretches[rowWords * v + 1]!
    if (from === 0 && to === width) continue
    const x0 = rowX(map, v)
    const y0 = rowY(map, v)
    near[1] = width
    near[0] = 0
    // A step more than is near, for what rounding does; the stretch lies within.
    narrow(near, 0, 256 * x0, 256 * a, left - 1, right + 1)
    narrow(near, 0, 256 * y0, 256 * c, top - 1, bottom + 1)
    const first = offset + width * v
    // Most rows of most targets need neither, and a call for nothing costs as much as one for something.
    if (near[0] > 0 || near[1] < width) {
      for (let start = first; start <= first + 2 * plane; start += plane) {
        out.fill(outside, start, start + near[0])
        out.fill(outside, start + near[1], start + width)
      }
    }
    for (let u = near[0]; u < near[1]; u++) {
      if (u === from) u = to
      if (u >= near[1]) break
      const x = ((x0 + a * u) * 256) | 0
      const y = ((y0 + c * u) * 256) | 0
      const at = first + u
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

/** Shortens the stretch at `at` to those u for which `start + step * u` lies in first..last. */
function narrow(
  stretches: Int32Array,
  at: number,
  start: number,
  step: number,
  first: number,
  last: number,
): void {
  let from = stretches[at]!
  let to = stretches[at + 1]!
  if (step === 0 || last < first) {
    if (start < first || start > last) to = from
  } else {
    const one = (first - start) / step
    const other = (last - start) / step
    // Within the row: a step of almost nothing makes numbers that no integer holds.
    from = Math.min(to, Math.max(from, Math.ceil(Math.min(one, other))))
    to = Math.min(to, Math.floor(Math.max(one, other)) + 1)
  }
  stretches[at] = from
  stretches[at + 1] = Math.max(from, to)
}

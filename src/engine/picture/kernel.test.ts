import { describe, expect, it } from 'vitest'
import { pixelsOf } from './pixels.ts'
import { blankRaster, type Raster } from './raster.ts'
import { squareTransform, type Transform } from './transform.ts'
import { warpToTensor } from './warp.ts'

/** The kernel beside its formulas written out for one channel of one pixel. */

/** Numbers in 0..1 that look random and are the same in every run. */
function sequence(): () => number {
  let state = 5
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function noise(width: number, height: number, next: () => number): Raster {
  const raster = blankRaster(width, height)
  for (let i = 0; i < raster.words.length; i++) raster.words[i] = next() * 2 ** 32
  return raster
}

/** The bilinear sample at a position in 1/256 pixels, weights in 1/256; null where a neighbour is missing. */
function bilinear({ data, width, height }: Raster, x: number, y: number, channel: number): number | null {
  const [column, row, fx, fy] = [x >> 8, y >> 8, x & 255, y & 255]
  if (column < 1 || row < 1 || column > width - 3 || row > height - 3) return null
  const value = (c: number, r: number) => data[4 * (r * width + c) + channel]!
  const both = (fx * fy) >> 8
  return (
    (value(column, row) * (256 - fx - fy + both) +
      value(column + 1, row) * (fx - both) +
      value(column, row + 1) * (fy - both) +
      value(column + 1, row + 1) * both) /
    256
  )
}

function expected(
  raster: Raster,
  [a, b, tx, c, d, ty]: Transform,
  [u, v, channel]: readonly [number, number, number],
  points: readonly (readonly [number, number])[],
): number | null {
  const x0 = a * 0.5 + b * (v + 0.5) + tx - 0.5 + 1 / 512
  const y0 = c * 0.5 + d * (v + 0.5) + ty - 0.5 + 1 / 512
  let sum = 0
  for (const [p, q] of points) {
    const x = Math.floor((x0 + a * u) * 256) + Math.round((a * p + b * q) * 256)
    const y = Math.floor((y0 + c * u) * 256) + Math.round((c * p + d * q) * 256)
    const value = bilinear(raster, x, y, channel)
    if (value === null) return null
    sum += value
  }
  return sum / points.length
}

const centre = [[0, 0]] as const
const quarters = [
  [-0.25, -0.25],
  [0.25, -0.25],
  [-0.25, 0.25],
  [0.25, 0.25],
] as const

describe('the kernel', () => {
  it.each([
    ['enlarges by points', 20, 37, centre],
    ['keeps the size by points', 41, 41, centre],
    ['reduces by four points', 70, 37, quarters],
    ['fills a target of one pixel', 1.1, 1, centre],
    ['fills a target narrower than a vector', 3, 3, centre],
  ] as const)('%s exactly as the formula says', (_, side, size, points) => {
    const next = sequence()
    let compared = 0
    for (let turn = 0; turn < 12; turn++) {
      const raster = noise(60 + turn, 50 + 2 * turn, next)
      const at = { x: raster.width * (0.2 + 0.6 * next()), y: raster.height * (0.2 + 0.6 * next()) }
      const transform = squareTransform(at, side, size, turn === 0 ? 0 : 7 * next())
      const out = new Float32Array(3 * size * size)
      warpToTensor(pixelsOf(raster), transform, size, out)
      for (let i = 0; i < out.length; i++) {
        const [channel, v, u] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size]
        const value = expected(raster, transform, [u, v, channel], points)
        if (value === null) continue
        if (out[i] !== Math.fround(value)) expect({ turn, u, v, value: out[i] }).toBe(value)
        compared++
      }
    }
    expect(compared).toBeGreaterThan(18 * size ** 2)
  })

  it.each([
    [2, 2],
    [3, 5],
    [7, 4],
    [9, 9],
    [64, 3],
    [131, 701],
    [40_001, 4],
  ])('halves %i x %i pixels exactly as the mean says', (width, height) => {
    const raster = noise(width, height, sequence())
    const half = pixelsOf(raster).workspace.sampler.mip.level(raster, 1)
    expect([half.width, half.height]).toEqual([width >> 1, height >> 1])
    for (let i = 0; i < half.data.length; i++) {
      const [channel, x, y] = [i % 4, (i >> 2) % half.width, Math.floor((i >> 2) / half.width)]
      const value = (dx: number, dy: number) =>
        raster.data[4 * ((2 * y + dy) * width + 2 * x + dx) + channel]!
      const mean = (value(0, 0) + value(1, 0) + value(0, 1) + value(1, 1) + 2) >> 2
      if (half.data[i] !== (channel === 3 ? 255 : mean)) expect({ i, value: half.data[i] }).toEqual(mean)
    }
  })

  it.each([1e-16, -1e-16, Math.PI, -Math.PI / 2])(
    'samples a picture turned by %f within its bounds',
    (angle) => {
      const raster = noise(40, 40, sequence())
      const out = new Float32Array(3 * 40 * 40).fill(Number.NaN)
      warpToTensor(pixelsOf(raster), squareTransform({ x: 20, y: 20 }, 80, 40, angle), 40, out, { border: 7 })
      expect(out.every((value) => value >= 0 && value <= 255)).toBe(true)
      expect(out[0]).toBe(7)
      expect(new Set(out).size).toBeGreaterThan(300)
    },
  )

  it('does not mind what an earlier, larger picture left in its memory', () => {
    const next = sequence()
    const small = noise(30, 30, next)
    const { workspace } = pixelsOf(small)
    const warp = () => {
      const out = new Float32Array(3 * 24 * 24)
      warpToTensor(
        { ...pixelsOf(small), workspace },
        squareTransform({ x: 15, y: 15 }, 40, 24, 0.4),
        24,
        out,
        { border: 9 },
      )
      return out
    }
    const before = warp()
    const large = { ...pixelsOf(noise(900, 700, next)), workspace }
    warpToTensor(large, squareTransform({ x: 450, y: 350 }, 600, 256), 256, new Float32Array(3 * 256 * 256))
    expect(warp()).toEqual(before)
  })
})

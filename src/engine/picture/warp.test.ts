import { describe, expect, it } from 'vitest'
import { type Pixels, pixelsOf } from './pixels.ts'
import { blankRaster } from './raster.ts'
import {
  apply,
  boxTransform,
  invert,
  letterboxTransform,
  squareTransform,
  type Transform,
} from './transform.ts'
import { cropToTensor, letterboxToTensor, warpToTensor } from './warp.ts'

/** A picture whose colour at each pixel is given by a function of its centre. */
function paint(
  width: number,
  height: number,
  colour: (x: number, y: number) => [number, number, number],
): Pixels {
  const raster = blankRaster(width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raster.data.set(colour(x + 0.5, y + 0.5), (y * width + x) * 4)
  }
  return pixelsOf(raster)
}

/** Linear in x and y, so that every correct interpolation and average reproduces it exactly. */
const ramp = (x: number, y: number): [number, number, number] => [x, y, (x + y) / 2]

const plane = (out: Float32Array, size: number, channel: number, u: number, v: number) =>
  out[channel * size * size + v * size + u]!

describe('warpToTensor', () => {
  it.each([
    ['enlarging', 20],
    ['as large', 64],
    ['reducing a little', 90],
    ['reducing threefold', 190],
  ])('samples the right place: %s', (_, side) => {
    const picture = paint(250, 250, ramp)
    const size = 64
    const transform = squareTransform({ x: 120, y: 130 }, side, size, 0.3)
    const out = new Float32Array(3 * size * size)
    warpToTensor(picture, transform, size, out)
    for (const [u, v] of [
      [0, 0],
      [63, 0],
      [10, 50],
      [32, 32],
      [63, 63],
    ] as const) {
      const { x, y } = apply(transform, { x: u + 0.5, y: v + 0.5 })
      // The ramp itself is rounded down to whole numbers in the picture: half a grey level.
      expect(Math.abs(plane(out, size, 0, u, v) - (x - 0.5))).toBeLessThan(0.8)
      expect(Math.abs(plane(out, size, 1, u, v) - (y - 0.5))).toBeLessThan(0.8)
      expect(Math.abs(plane(out, size, 2, u, v) - (x + y - 1) / 2)).toBeLessThan(0.8)
    }
  })

  it.each([2, 3, 5, 7.3, 16])('averages the area when it reduces %f times', (factor) => {
    // Stripes of one pixel: a point sample sees black or white, an average sees grey.
    const picture = paint(640, 640, (x) => (Math.floor(x) % 2 ? [255, 255, 255] : [0, 0, 0]))
    const size = Math.floor(640 / factor)
    const out = new Float32Array(3 * size * size)
    cropToTensor(picture, { x: 0, y: 0, width: size * factor, height: size * factor }, size, out)
    const inner = Array.from({ length: size - 4 }, (_, u) => plane(out, size, 0, u + 2, size >> 1))
    const spread = Math.max(...inner) - Math.min(...inner)
    expect(spread).toBeLessThan(factor < 2.5 ? 130 : 40)
    expect(inner.reduce((sum, value) => sum + value, 0) / inner.length).toBeCloseTo(127.5, -1)
  })

  it('mirrors left to right about the same region', () => {
    const picture = paint(100, 100, ramp)
    const transform = squareTransform({ x: 50, y: 50 }, 60, 32, -0.4)
    const plain = new Float32Array(3 * 32 * 32)
    const mirrored = new Float32Array(3 * 32 * 32)
    warpToTensor(picture, transform, 32, plain)
    warpToTensor(picture, transform, 32, mirrored, { mirror: true })
    for (let v = 0; v < 32; v++) {
      for (let u = 0; u < 32; u++) {
        expect(Math.abs(plane(mirrored, 32, 0, u, v) - plane(plain, 32, 0, 31 - u, v))).toBeLessThan(0.1)
      }
    }
  })

  it('fills what lies outside with the border and never reads beyond the picture', () => {
    const picture = paint(10, 10, () => [200, 200, 200])
    for (const side of [5, 30, 200]) {
      const out = new Float32Array(3 * 24 * 24).fill(Number.NaN)
      warpToTensor(picture, squareTransform({ x: 0, y: 5 }, side, 24, 0.7), 24, out, { border: 64 })
      expect(out.every((value) => value >= 63.9 && value <= 200.1)).toBe(true)
      expect(Math.min(...out)).toBeCloseTo(64, 0)
    }
    const far = new Float32Array(3 * 8 * 8).fill(Number.NaN)
    warpToTensor(picture, squareTransform({ x: -500, y: 900 }, 30, 8), 8, far, { border: 7 })
    expect(far.every((value) => value === 7)).toBe(true)
  })

  it('writes planes in either order, normalised, at an offset', () => {
    const picture = paint(8, 8, () => [10, 20, 30])
    const out = new Float32Array(2 * 3 * 4 * 6).fill(-1)
    const transform = boxTransform({ x: 0, y: 0, width: 8, height: 8 }, { width: 4, height: 6 })
    warpToTensor(picture, transform, 4, out, {
      height: 6,
      offset: 72,
      bgr: true,
      mean: [30, 20, 10],
      scale: 0.5,
      border: 0,
    })
    expect([...new Set(out.subarray(0, 72))]).toEqual([-1])
    for (const value of out.subarray(72)) expect(value).toBeCloseTo(0, 5)
    expect(() => warpToTensor(picture, transform, 4, out, { height: 6, offset: 73 })).toThrow(RangeError)
  })

  it('letterboxes without distortion and returns the way back', () => {
    const picture = paint(120, 60, ramp)
    const out = new Float32Array(3 * 40 * 40)
    const transform = letterboxToTensor(picture, 40, out, { border: 255 })
    expect(apply(transform, { x: 0, y: 10 })).toEqual({ x: 0, y: 0 })
    expect(apply(transform, { x: 40, y: 30 })).toEqual({ x: 120, y: 60 })
    expect(plane(out, 40, 0, 20, 5)).toBe(255)
    expect(Math.abs(plane(out, 40, 0, 20, 20) - 61)).toBeLessThan(1.5)
  })

  it('survives pictures of one pixel and of one row', () => {
    for (const [width, height] of [
      [1, 1],
      [300, 1],
      [1, 300],
    ] as const) {
      const out = new Float32Array(3 * 16 * 16)
      letterboxToTensor(
        paint(width, height, () => [9, 9, 9]),
        16,
        out,
      )
      expect(out.every((value) => value >= 0 && value <= 9.01)).toBe(true)
    }
  })
})

describe('transforms', () => {
  it('invert', () => {
    const transform: Transform = [1.2, -0.4, 5, 0.3, 0.9, -7]
    const { x, y } = apply(invert(transform), apply(transform, { x: 11, y: 13 }))
    expect(x).toBeCloseTo(11, 9)
    expect(y).toBeCloseTo(13, 9)
    expect(() => invert([1, 2, 0, 2, 4, 0])).toThrow(RangeError)
    expect(letterboxTransform({ width: 30, height: 10 }, 3)[0]).toBe(10)
  })
})

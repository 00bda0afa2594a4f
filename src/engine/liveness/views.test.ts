import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../picture/pixels.ts'
import { rasterOf } from '../picture/raster.ts'
import type { Box } from '../types.ts'
import { coverage, cutView, enlarge } from './views.ts'

/** A picture whose red rises from left to right and whose green rises from top to bottom. */
function ramp(width: number, height: number) {
  const bytes = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) bytes.set([x * 2, y * 2, 200, 0], (y * width + x) * 4)
  }
  return pixelsOf(rasterOf(bytes, width, height))
}

const view = { factor: 2, size: 20 }

/** What was in the buffer before must not show. */
function cut(box: Box): Float32Array {
  const out = new Float32Array(3 * 400).fill(77)
  cutView(ramp(100, 100), box, view, out)
  return out
}

describe('a view of a face', () => {
  it('is the square about the box, where the picture goes on', () => {
    const planes = cut({ x: 40, y: 40, width: 20, height: 20 })
    expect(planes).toHaveLength(3 * 400)
    // First column and row of the square are at 30..32 of the picture.
    expect(planes[0]).toBeCloseTo(61, 0)
    expect(planes[400]).toBeCloseTo(61, 0)
    expect(planes[800]).toBe(200)
  })

  it('is 0 in all planes beyond the picture', () => {
    const planes = cut({ x: -10, y: 40, width: 20, height: 20 })
    for (let y = 0; y < 20; y++) {
      const row = [0, 400, 800].map((plane) =>
        Array.from(planes.subarray(plane + y * 20, plane + y * 20 + 10)),
      )
      expect(row.flat().every((value) => value === 0)).toBe(true)
      expect(planes[800 + y * 20 + 10]).toBeGreaterThan(0)
    }
  })

  it('covers what share of its square the picture fills', () => {
    const square = { width: 100, height: 100 }
    expect(coverage(square, { x: 40, y: 40, width: 20, height: 20 }, view.factor)).toBe(1)
    expect(coverage(square, { x: -10, y: 40, width: 20, height: 20 }, view.factor)).toBeCloseTo(0.5)
    expect(coverage(square, { x: -10, y: -10, width: 20, height: 20 }, view.factor)).toBeCloseTo(0.25)
    expect(coverage(square, { x: -90, y: 40, width: 20, height: 20 }, view.factor)).toBe(0)
  })
})

describe('enlarging', () => {
  it('keeps a ramp a ramp and repeats the edges', () => {
    const from = 4
    const planes = Float32Array.from({ length: 3 * 16 }, (_, index) => (index % from) * 10)
    const out = enlarge(planes, from, 8)
    expect(Array.from(out.subarray(0, 8))).toEqual([0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30])
    expect(Array.from(out.subarray(128 + 56))).toEqual([0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30])
  })
})

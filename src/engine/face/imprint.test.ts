import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import { outline } from '../scene/points.ts'
import { imprintSide, noDetail, takeImprint } from './imprint.ts'

/** Soft spots of all sizes, `left` and `top` pixels of them cut off; `moment` shifts the smaller ones. */
function spots(width: number, height: number, { left = 0, top = 0, moment = 0 } = {}) {
  const raster = blankRaster(width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x + left, y + top]
      const large = Math.sin(u / 31) * Math.cos(v / 23)
      const small =
        Math.sin((u + moment) / 4.1 + Math.sin(v / 17)) * Math.cos((v + moment) / 5.3 + Math.sin(u / 13))
      raster.data.fill(128 + 50 * large + 30 * small, 4 * (y * width + x), 4 * (y * width + x) + 3)
    }
  }
  return pixelsOf(raster)
}

/** A round face about `x`, `y`, turned by `angle`, whose outline is where it belongs. */
function mesh(x: number, y: number, angle = 0, radius = 60): Float32Array {
  const points = new Float32Array(468 * 3)
  const put = (point: number, around: number, far: number) =>
    points.set([x + far * Math.sin(around + angle), y - far * Math.cos(around + angle)], 3 * point)
  for (let i = 0; i < 468; i++) put(i, i, radius * ((i % 7) / 7))
  for (const [i, point] of outline.entries()) put(point, (2 * Math.PI * i) / outline.length, radius)
  return points
}

/** Cosine of two imprints. */
function likeness(first: Uint8Array, second: Uint8Array): number {
  let [both, one, other] = [0, 0, 0]
  for (const [i, value] of first.entries()) {
    const [a, b] = [value - noDetail, second[i]! - noDetail]
    both += a * b
    one += a * a
    other += b * b
  }
  return both / Math.sqrt(one * other)
}

describe('an imprint', () => {
  const taken = (...of: Parameters<typeof takeImprint>) => takeImprint(...of)!
  const first = taken(spots(400, 400), mesh(200, 200))

  it('is the same of a cropped picture', () => {
    const cropped = taken(spots(360, 350, { left: 25, top: 31 }), mesh(175, 169))
    expect(likeness(first, cropped)).toBeGreaterThan(0.99)
  })

  it('is another of another moment, though everything large stands where it stood', () => {
    expect(likeness(first, taken(spots(400, 400, { moment: 4 }), mesh(200, 200)))).toBeLessThan(0.8)
  })

  it('turns with the face', () => {
    const turned = taken(spots(400, 400), mesh(200, 200, 0.3))
    expect(likeness(first, turned)).toBeLessThan(0.8)
  })

  it('is none of a face without detail', () => {
    const flat = blankRaster(400, 400)
    flat.data.fill(180)
    expect(takeImprint(pixelsOf(flat), mesh(200, 200))).toBeNull()
  })

  it('holds nothing beyond the edge of the picture and next to it', () => {
    const cut = taken(spots(400, 400), mesh(20, 200))
    const middle = cut.subarray((imprintSide / 2) * imprintSide, (imprintSide / 2 + 1) * imprintSide)
    expect([...middle.subarray(0, 30)].every((value) => value === noDetail)).toBe(true)
    expect([...middle.subarray(36)].some((value) => value !== noDetail)).toBe(true)
  })
})

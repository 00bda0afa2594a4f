import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import { outline } from './points.ts'
import { cutScene, mirrored, sceneSide } from './scene.ts'

/** A picture that grows brighter to the right. */
function ramp(width: number, height: number) {
  const raster = blankRaster(width, height)
  for (let i = 0; i < width * height; i++)
    raster.data.fill(20 + Math.floor((200 * (i % width)) / width), 4 * i, 4 * i + 3)
  return pixelsOf(raster)
}

/** A face 100 pixels high and 80 wide about `x`, `y`. */
function mesh(x: number, y: number): Float32Array {
  const points = new Float32Array(468 * 3)
  for (let i = 0; i < 468; i++) points.set([x, y], 3 * i)
  points.set([x, y - 50], 3 * 10)
  points.set([x, y + 50], 3 * 152)
  points.set([x - 40, y], 3 * 234)
  points.set([x + 40, y], 3 * 454)
  return points
}

describe('a scene', () => {
  it('is the face in the middle of what surrounds it, 2.6 times as high', () => {
    const { grey, points } = cutScene(ramp(600, 400), mesh(300, 200))
    const scale = sceneSide / 260
    const [x, y] = [points[0]!, points[1]!]
    expect(outline[0]).toBe(10)
    expect([x, y]).toEqual([expect.closeTo(sceneSide / 2, 3), expect.closeTo(sceneSide / 2 - 50 * scale, 3)])
    expect(grey[64 * sceneSide + 64]).toBeCloseTo(20 + 200 / 2, -1)
    expect(grey[64 * sceneSide + 127]! - grey[64 * sceneSide]!).toBeCloseTo((200 * 260) / 600, -1)
  })

  it('is empty beyond the edge of the picture, and nowhere else', () => {
    const { grey } = cutScene(ramp(600, 400), mesh(60, 200))
    const row = grey.subarray(64 * sceneSide, 65 * sceneSide)
    expect(row[0]).toBe(0)
    expect(row.subarray(40).every((value) => value > 0)).toBe(true)
  })

  it('is itself after two mirrors, and its face changes sides in one', () => {
    const scene = cutScene(ramp(600, 400), mesh(300, 200))
    const once = mirrored(scene)
    expect(once.grey[0]).toBe(scene.grey[sceneSide - 1])
    const [right, left] = [outline.indexOf(454), outline.indexOf(234)]
    expect(once.points[2 * right]).toBeCloseTo(sceneSide - scene.points[2 * left]!, 3)
    const twice = mirrored(once)
    expect(twice.grey).toEqual(scene.grey)
    for (const [index, value] of twice.points.entries()) expect(value).toBeCloseTo(scene.points[index]!, 3)
  })
})

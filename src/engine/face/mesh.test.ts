import { expect, test } from 'vitest'
import { pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import { type MeshNet, measureMesh, meshSize, regionOfDetection, regionOfMesh } from './mesh.ts'

const blank = pixelsOf(blankRaster(600, 400))

const point = (x: number, y: number) => ({ x, y })

test('the region of a detection is its box grown by 1.6, turned with the eyes', () => {
  const box = { x: 100, y: 120, width: 80, height: 100 }
  const points = [point(120, 150), point(160, 190), ...Array.from({ length: 4 }, () => point(0, 0))]
  const region = regionOfDetection({ box, confidence: 1, points: points as never })
  expect(region.centre).toEqual(point(140, 170))
  expect(region.side).toBeCloseTo(160, 6)
  expect(region.angle).toBeCloseTo(Math.PI / 4, 6)
})

test('points come back to the picture, through turn and scale', async () => {
  const region = { centre: point(300, 200), side: 96, angle: Math.PI / 2 }
  const raw = new Float32Array(468 * 3)
  raw.set([meshSize / 2, meshSize / 2, 4], 0)
  raw.set([meshSize, meshSize / 2, -2], 3)
  const net: MeshNet = async () => ({ points: raw, presence: 0.8 })
  const { points, presence } = await measureMesh(blank, region, net)
  expect([...points.subarray(0, 3)].map(Math.round)).toEqual([300, 200, 2])
  // The region's own x axis points down in the picture after a quarter turn.
  expect([...points.subarray(3, 6)].map(Math.round)).toEqual([300, 248, -1])
  expect(presence).toBe(0.8)
})

test('the region of a mesh frames it, whatever its lean', () => {
  for (const angle of [0, 0.5, -2]) {
    const mesh = new Float32Array(468 * 3)
    for (let index = 0; index < 468; index++) {
      const [u, v] = [
        index === 33 ? -20 : index === 263 ? 20 : (index % 3) * 10 - 10,
        index === 10 ? -60 : index === 152 ? 60 : 0,
      ]
      mesh.set(
        [200 + u * Math.cos(angle) - v * Math.sin(angle), 150 + u * Math.sin(angle) + v * Math.cos(angle), 0],
        3 * index,
      )
    }
    const region = regionOfMesh(mesh)
    expect(region.centre.x).toBeCloseTo(200, 3)
    expect(region.centre.y).toBeCloseTo(150, 3)
    expect(region.side).toBeCloseTo(120 * 1.45, 2)
    expect(Math.cos(region.angle - angle)).toBeCloseTo(1, 5)
  }
})

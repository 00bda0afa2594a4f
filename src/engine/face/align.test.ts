import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apply } from '../picture/transform.ts'
import { chipTransform, faceTransform, leastSquaresSimilarity } from './align.ts'

const shape = [
  { x: 10, y: 20 },
  { x: 40, y: 22 },
  { x: 60, y: 21 },
  { x: 92, y: 18 },
  { x: 50, y: 70 },
]

test('an exact similarity is found again, whatever the turn, scale and shift', () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  fc.assert(
    fc.property(
      number(-3.1, 3.1),
      number(0.05, 20),
      number(-500, 500),
      number(-500, 500),
      (turn, scale, tx, ty) => {
        const cos = Math.cos(turn) * scale
        const sin = Math.sin(turn) * scale
        const moved = shape.map((point) => apply([cos, -sin, tx, sin, cos, ty], point))
        const found = leastSquaresSimilarity(shape, moved)
        for (const [index, point] of shape.entries()) {
          expect(apply(found, point).x).toBeCloseTo(moved[index]!.x, 6)
          expect(apply(found, point).y).toBeCloseTo(moved[index]!.y, 6)
        }
      },
    ),
  )
})

test('no other similarity fits noisy points better', () => {
  const noisy = shape.map(({ x, y }, index) => ({ x: 2 * x + (index % 2) * 3, y: 2 * y - (index % 3) * 2 }))
  const cost = (transform: ReturnType<typeof leastSquaresSimilarity>) =>
    shape.reduce((sum, point, index) => {
      const { x, y } = apply(transform, point)
      return sum + (x - noisy[index]!.x) ** 2 + (y - noisy[index]!.y) ** 2
    }, 0)
  const best = leastSquaresSimilarity(shape, noisy)
  const [a, b, tx, c, d, ty] = best
  for (const step of [-0.01, 0.01]) {
    expect(cost([a + step, b, tx, c, d + step, ty])).toBeGreaterThan(cost(best))
    expect(cost([a, b - step, tx, c + step, d, ty])).toBeGreaterThan(cost(best))
    expect(cost([a, b, tx + step, c, d, ty])).toBeGreaterThan(cost(best))
    expect(cost([a, b, tx, c, d, ty + step])).toBeGreaterThan(cost(best))
  }
})

test('points that coincide have no similarity', () => {
  expect(() => leastSquaresSimilarity([shape[0]!, shape[0]!], [shape[0]!, shape[1]!])).toThrow(RangeError)
})

test('the aligned face shows the outer eye corners where the mean shape has them', () => {
  const mesh = new Float32Array(468 * 3)
  const place = (index: number, x: number, y: number) =>
    mesh.set([300 + 200 * x, 400 + 200 * y, 0], 3 * index)
  place(33, 0.1206, 0.2137)
  place(133, 0.3341, 0.2291)
  place(362, 0.6461, 0.229)
  place(263, 0.8596, 0.2135)
  place(2, 0.4901, 0.6278)
  const transform = faceTransform(mesh, 0.25, 150)
  const corner = apply(transform, { x: ((0.25 + 0.1206) / 1.5) * 150, y: ((0.25 + 0.2137) / 1.5) * 150 })
  expect(corner.x).toBeCloseTo(300 + 200 * 0.1206, 3)
  expect(corner.y).toBeCloseTo(400 + 200 * 0.2137, 3)
})

test('the chip shows the middle of the eyes, the tip of the nose and the corners of the mouth in their places', () => {
  const mesh = new Float32Array(468 * 3)
  const place = (index: number, x: number, y: number) => mesh.set([100 + 3 * x, 50 + 3 * y, 9], 3 * index)
  // An eye is the mean of its points: here two corners to the sides, lids above and below.
  const eye = (corners: number[], lids: number[], x: number, y: number) => {
    for (const [index, point] of corners.entries()) place(point, x + (index === 0 ? -7 : 7), y)
    for (const [index, point] of lids.entries()) place(point, x, y + (index < 2 ? -3 : 3))
  }
  eye([33, 133], [160, 158, 153, 144], 38.2946, 51.6963)
  eye([362, 263], [385, 387, 373, 380], 73.5318, 51.5014)
  place(1, 56.0252, 71.7366)
  place(61, 41.5493, 92.3655)
  place(291, 70.7299, 92.2041)
  const [a, b, x, c, d, y] = chipTransform(mesh)
  for (const [index, value] of [3, 0, 100, 0, 3, 50].entries())
    expect([a, b, x, c, d, y][index]).toBeCloseTo(value, 3)
})

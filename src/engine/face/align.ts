import type { Transform } from '../picture/transform.ts'
import type { Point } from '../types.ts'
import { fivePoints } from './mean-shape.ts'

/** Side of dlib's face chip in pixels. */
export const chipSize = 150

/**
 * The similarity (turn, one scale, shift; no mirror, no shear) that maps `from` onto `to` with the least sum of
 * squared distances, after Umeyama (1991) in its closed form for the plane.
 *
 * @throws RangeError when fewer than two distinct points are given
 */
export function leastSquaresSimilarity(from: readonly Point[], to: readonly Point[]): Transform {
  const count = from.length
  const source = centroid(from)
  const target = centroid(to)
  let spread = 0
  let along = 0
  let across = 0
  for (let index = 0; index < count; index++) {
    const x = from[index]!.x - source.x
    const y = from[index]!.y - source.y
    const u = to[index]!.x - target.x
    const v = to[index]!.y - target.y
    spread += x * x + y * y
    along += x * u + y * v
    across += x * v - y * u
  }
  if (!(spread > 0)) throw new RangeError('A similarity needs at least two distinct points.')
  const a = along / spread
  const b = across / spread
  return [a, -b, target.x - a * source.x + b * source.y, b, a, target.y - b * source.x - a * source.y]
}

function centroid(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 })
  return { x: sum.x / points.length, y: sum.y / points.length }
}

/**
 * The map from an aligned square of the face to the picture the mesh was measured in.
 *
 * @param mesh 468 points x (x, y, z)
 * @param padding air about the mean shape, as a share of its box
 * @param shape the points to align
 * @param size side of the square in pixels
 */
export function chipTransform(
  mesh: Float32Array,
  padding: number,
  shape = fivePoints,
  size = chipSize,
): Transform {
  const scale = size / (2 * padding + 1)
  const chip = shape.map(({ x, y }) => ({ x: (padding + x) * scale, y: (padding + y) * scale }))
  const face = shape.map((point) => ({ x: mesh[3 * point.mesh]!, y: mesh[3 * point.mesh + 1]! }))
  return leastSquaresSimilarity(chip, face)
}

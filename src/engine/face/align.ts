import type { Transform } from '../picture/transform.ts'
import type { Point } from '../types.ts'
import { chipPoints, fivePoints, type ShapePoint } from './mean-shape.ts'

/** Side of the template net's chip in pixels. */
export const chipSize = 112

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
 * The map from an aligned square of the face, about the mean shape, to the picture the mesh was measured in.
 *
 * @param mesh 468 points x (x, y, z)
 * @param padding air about the mean shape, as a share of its box
 * @param size side of the square in pixels
 */
export function faceTransform(mesh: Float32Array, padding: number, size: number): Transform {
  const scale = size / (2 * padding + 1)
  const square = fivePoints.map(({ x, y }) => ({ x: (padding + x) * scale, y: (padding + y) * scale }))
  return leastSquaresSimilarity(square, placesOf(fivePoints, mesh))
}

/** The map from the template net's chip to the picture the mesh was measured in. */
export function chipTransform(mesh: Float32Array): Transform {
  return leastSquaresSimilarity(chipPoints, placesOf(chipPoints, mesh))
}

/** Where the mesh has each point, in the picture it was measured in. */
function placesOf(points: readonly ShapePoint[], mesh: Float32Array): Point[] {
  return points.map((point) =>
    centroid(point.mesh.map((index) => ({ x: mesh[3 * index]!, y: mesh[3 * index + 1]! }))),
  )
}

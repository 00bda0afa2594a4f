import type { Transform } from '../picture/transform.ts'
import type { Point } from '../types.ts'

/** Side of dlib's face chip in pixels. */
export const chipSize = 150

/** Mesh points of the outer and inner corner of each eye, picture left to right, and the base of the nose. */
const chipPoints = [33, 133, 362, 263, 2] as const

/** Where the mean face of dlib's shape predictor has these five points, in units of its own box. */
const meanShape: readonly Point[] = [
  { x: 0.1206, y: 0.2137 },
  { x: 0.3341, y: 0.2291 },
  { x: 0.6461, y: 0.229 },
  { x: 0.8596, y: 0.2135 },
  { x: 0.4901, y: 0.6278 },
]

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
 * The map from dlib's 150 x 150 chip to the picture the mesh was measured in.
 *
 * @param mesh 468 points x (x, y, z)
 * @param padding air about the mean shape, as a share of its box
 */
export function chipTransform(mesh: Float32Array, padding: number): Transform {
  const scale = chipSize / (2 * padding + 1)
  const chip = meanShape.map(({ x, y }) => ({ x: (padding + x) * scale, y: (padding + y) * scale }))
  const face = chipPoints.map((index) => ({ x: mesh[3 * index]!, y: mesh[3 * index + 1]! }))
  return leastSquaresSimilarity(chip, face)
}

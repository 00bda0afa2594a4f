import type { Point } from '../types.ts'

/** A place on an aligned face, and the points of the mesh that it is the mean of. */
export interface ShapePoint extends Point {
  mesh: readonly number[]
}

const point = (mesh: number, x: number, y: number): ShapePoint => ({ mesh: [mesh], x, y })

/**
 * Where dlib's mean face, in units of its own box, has the outer and inner corner of each eye, picture left to right,
 * and the base of the nose.
 */
export const fivePoints: readonly ShapePoint[] = [
  point(33, 0.1206, 0.2137),
  point(133, 0.3341, 0.2291),
  point(362, 0.6461, 0.229),
  point(263, 0.8596, 0.2135),
  point(2, 0.4901, 0.6278),
]

/**
 * Where the template net's chip, 112 pixels square, has the five points that nets of the ArcFace family are trained on,
 * picture left to right: the middle of each eye (its corners and four points of its lids), the tip of the nose, the
 * corners of the mouth.
 */
export const chipPoints: readonly ShapePoint[] = [
  { mesh: [33, 133, 160, 158, 153, 144], x: 38.2946, y: 51.6963 },
  { mesh: [362, 263, 385, 387, 373, 380], x: 73.5318, y: 51.5014 },
  { mesh: [1], x: 56.0252, y: 71.7366 },
  { mesh: [61], x: 41.5493, y: 92.3655 },
  { mesh: [291], x: 70.7299, y: 92.2041 },
]

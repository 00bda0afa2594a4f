import type { Point } from '../types.ts'

/** A point of the mesh and where dlib's mean face has it, in units of its own box. */
export interface ShapePoint extends Point {
  mesh: number
}

const point = (mesh: number, x: number, y: number): ShapePoint => ({ mesh, x, y })

/** Outer and inner corner of each eye, picture left to right, and the base of the nose. */
export const fivePoints: readonly ShapePoint[] = [
  point(33, 0.1206, 0.2137),
  point(133, 0.3341, 0.2291),
  point(362, 0.6461, 0.229),
  point(263, 0.8596, 0.2135),
  point(2, 0.4901, 0.6278),
]

/**
 * The points dlib itself aligned its template net's training chips with: of its 68, the bridge and base of the nose,
 * both eyes and the upper lip.
 */
export const manyPoints: readonly ShapePoint[] = [
  point(168, 0.4901, 0.2034),
  point(6, 0.4901, 0.307),
  point(195, 0.4901, 0.4098),
  point(4, 0.4901, 0.5156),
  point(98, 0.3669, 0.5873),
  point(97, 0.426, 0.6093),
  point(2, 0.4901, 0.6281),
  point(326, 0.5542, 0.6093),
  point(327, 0.6134, 0.5873),
  point(33, 0.1217, 0.2164),
  point(160, 0.1871, 0.1788),
  point(158, 0.2658, 0.1799),
  point(133, 0.3346, 0.2317),
  point(153, 0.2609, 0.2451),
  point(144, 0.1827, 0.2441),
  point(362, 0.6456, 0.2317),
  point(385, 0.7144, 0.1799),
  point(387, 0.7931, 0.1788),
  point(263, 0.8585, 0.2164),
  point(373, 0.7975, 0.2441),
  point(380, 0.7193, 0.2451),
  point(61, 0.2541, 0.7802),
  point(39, 0.341, 0.7454),
  point(37, 0.4289, 0.7274),
  point(0, 0.4901, 0.7426),
  point(267, 0.5514, 0.7274),
  point(269, 0.6393, 0.7454),
  point(291, 0.7261, 0.7802),
]

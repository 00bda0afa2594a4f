import type { Pixels } from '../picture/pixels.ts'
import { squareTransform, type Transform } from '../picture/transform.ts'
import { warpToTensor } from '../picture/warp.ts'
import type { Point } from '../types.ts'
import type { Candidate } from './candidates.ts'

/** Side of the mesh net's input in pixels. */
export const meshSize = 192

/** Runs the mesh net on one 1 x 3 x 192 x 192 input, RGB, 0..255. */
export type MeshNet = (input: Float32Array) => Promise<{
  /** 468 x (x, y, z) in pixels of the input. */
  points: Float32Array
  /** Probability, 0..1, that the input shows a face. */
  presence: number
}>

export interface Mesh {
  /** 468 points x (x, y, z) in pixels of the picture; z grows away from the camera. */
  points: Float32Array
  /** 0..1: how surely the net saw a face at all. */
  presence: number
}

/** The square the mesh net looks at. */
export interface MeshRegion {
  centre: Point
  side: number
  /** Radians: direction of the line from the subject's right eye to the left one. */
  angle: number
}

/** The net learned on the detector's box grown by this factor. */
const boxGrowth = 1.6
/** A mesh's own bounding box is taller than the detector's, hence less growth. */
const meshGrowth = 1.45

/** The region about a detected face, turned so that the eyes are level. */
export function regionOfDetection({ box, points: [right, left] }: Candidate): MeshRegion {
  return {
    centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
    side: Math.max(box.width, box.height) * boxGrowth,
    angle: Math.atan2(left.y - right.y, left.x - right.x),
  }
}

/** The region about a mesh already found, for a second and steadier measurement. */
export function regionOfMesh(points: Float32Array): MeshRegion {
  const angle = Math.atan2(points[263 * 3 + 1]! - points[33 * 3 + 1]!, points[263 * 3]! - points[33 * 3]!)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let index = 0; index < points.length; index += 3) {
    const x = points[index]! * cos + points[index + 1]! * sin
    const y = points[index + 1]! * cos - points[index]! * sin
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  const x = (left + right) / 2
  const y = (top + bottom) / 2
  return {
    centre: { x: x * cos - y * sin, y: x * sin + y * cos },
    side: Math.max(right - left, bottom - top) * meshGrowth,
    angle,
  }
}

/** Measures the mesh inside one region. */
export async function measureMesh(pixels: Pixels, region: MeshRegion, net: MeshNet): Promise<Mesh> {
  const transform = squareTransform(region.centre, region.side, meshSize, region.angle)
  const { points: raw, presence } = await pixels.workspace.buffers.borrow(
    3 * meshSize * meshSize,
    (input) => {
      warpToTensor(pixels, transform, meshSize, input, { coarse: true })
      return net(input)
    },
  )
  return { points: toPicture(raw, transform, region.side / meshSize), presence }
}

/** Mesh points from pixels of the net's input to those of the picture, each of which is `scale` as large. */
function toPicture(raw: Float32Array, [a, b, tx, c, d, ty]: Transform, scale: number): Float32Array {
  const points = new Float32Array(raw.length)
  for (let index = 0; index < raw.length; index += 3) {
    const x = raw[index]!
    const y = raw[index + 1]!
    points[index] = a * x + b * y + tx
    points[index + 1] = c * x + d * y + ty
    points[index + 2] = raw[index + 2]! * scale
  }
  return points
}

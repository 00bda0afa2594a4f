import { luma } from '../picture/luma.ts'
import type { Pixels } from '../picture/pixels.ts'
import { squareTransform, type Transform } from '../picture/transform.ts'
import { warpToTensor } from '../picture/warp.ts'
import type { Point } from '../types.ts'

/** Side of the normalised face in pixels, and the distance between the eyes in it. */
export const chipSide = 96
const chipInterocular = 40

/** Face height, mesh 10 (top of the forehead) to 152 (chin), of a frontal face in distances between its eyes. */
const heightInInteroculars = 2.35
/** Centre of the chip below the middle of the eyes, in the same unit. */
const drop = 0.5

/** The face turned upright and brought to one size: what blur and light are measured on. */
export interface FaceChip {
  /** 96 x 96 luma (Rec. 601), 0..255. */
  luma: Float32Array
  /** 1 where the chip shows the picture and lies within the oval of the face, else 0. */
  inside: Uint8Array
  /** Chip pixels per pixel of the decoded picture; below 1 the face was reduced. */
  scale: number
}

/** Middle of each eye, picture left to right in an upright face: the subject's right eye first. */
function eyes(mesh: Float32Array): [Point, Point] {
  const middle = (a: number, b: number) => ({
    x: (mesh[3 * a]! + mesh[3 * b]!) / 2,
    y: (mesh[3 * a + 1]! + mesh[3 * b + 1]!) / 2,
  })
  return [middle(33, 133), middle(362, 263)]
}

/** Distance between the eyes in pixels of the decoded picture, as if the head were not turned. */
export function faceScale(mesh: Float32Array): number {
  const [right, left] = eyes(mesh)
  const height = Math.hypot(mesh[30]! - mesh[456]!, mesh[31]! - mesh[457]!)
  return Math.max(Math.hypot(left.x - right.x, left.y - right.y), height / heightInInteroculars)
}

/** @param mesh 468 points x (x, y, z) in pixels of the decoded picture */
export function cutChip(pixels: Pixels, mesh: Float32Array): FaceChip {
  const transform = chipTransform(mesh, chipSide)
  const scale = chipInterocular / faceScale(mesh)
  return { luma: cutLuma(pixels, transform, chipSide), inside: oval(pixels, transform), scale }
}

/** From a chip of `size` x `size` pixels to the decoded picture. */
export function chipTransform(mesh: Float32Array, size: number): Transform {
  const [right, left] = eyes(mesh)
  const angle = Math.atan2(left.y - right.y, left.x - right.x)
  const unit = faceScale(mesh)
  const side = (unit * chipSide) / chipInterocular
  // A turned head shows its oval off the middle of the eyes: half-way to the middle of the face's edges.
  const edges = { x: (mesh[702]! + mesh[1362]!) / 2, y: (mesh[703]! + mesh[1363]!) / 2 }
  const centre = {
    x: (right.x + left.x + 2 * edges.x) / 4 - Math.sin(angle) * drop * unit,
    y: (right.y + left.y) / 2 + Math.cos(angle) * drop * unit,
  }
  return squareTransform(centre, side, size, angle)
}

/** Luma (Rec. 601), 0..255, of `size` x `size` pixels. */
export function cutLuma(pixels: Pixels, transform: Transform, size: number): Float32Array {
  const area = size * size
  const planes = new Float32Array(3 * area)
  warpToTensor(pixels, transform, size, planes)
  const grey = new Float32Array(area)
  for (let i = 0; i < area; i++) grey[i] = luma(planes[i]!, planes[area + i]!, planes[2 * area + i]!)
  return grey
}

/** 1 within the inscribed ellipse, that a face fills; else 0. */
const ellipse = Uint8Array.from({ length: chipSide * chipSide }, (_, i) => {
  const p = ((i % chipSide) + 0.5) / chipSide - 0.5
  const q = (Math.floor(i / chipSide) + 0.5) / chipSide - 0.5
  return (p * p) / 0.16 + (q * q) / 0.22 > 1 ? 0 : 1
})

/** The ellipse, less what lies beyond the picture's edge. */
function oval({ width, height }: Pixels, [a, b, tx, c, d, ty]: Transform): Uint8Array {
  const inside = ellipse.slice()
  for (let v = 0, i = 0; v < chipSide; v++) {
    for (let u = 0; u < chipSide; u++, i++) {
      const x = a * (u + 0.5) + b * (v + 0.5) + tx
      const y = c * (u + 0.5) + d * (v + 0.5) + ty
      if (!(x > 1 && y > 1 && x < width - 1 && y < height - 1)) inside[i] = 0
    }
  }
  return inside
}

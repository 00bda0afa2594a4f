import { faceTransform } from '../face/align.ts'
import type { Pixels } from '../picture/pixels.ts'
import { apply, invert, type Transform } from '../picture/transform.ts'
import { warpToTensor } from '../picture/warp.ts'
import type { Point } from '../types.ts'

/** Side of the net's face crop, and width and height of its eye crops, in pixels. */
export const faceSize = 112
export const eyeWidth = 48
export const eyeHeight = 32

/** Air about the mean face shape in the face crop: enough for the chin, the brow and the arms of spectacles. */
const facePadding = 0.25
/** Width of an eye crop in units of the mean face shape; an eye is 0.21 wide. */
const eyeSpan = 0.385
/** Outer and inner corner of each eye, the subject's right eye first. */
const eyeCorners = [
  [33, 133],
  [263, 362],
] as const

export interface TraitCrops {
  /** 1 x 3 x 112 x 112, RGB, 0..255. */
  face: Float32Array
  /** 2 x 3 x 32 x 48, RGB, 0..255: the subject's right eye, then the left one mirrored, so that the nose is always on the same side. */
  eyes: Float32Array
}

/** Values of the two crops. */
export const faceLength = 3 * faceSize * faceSize
export const eyesLength = 2 * 3 * eyeWidth * eyeHeight

/**
 * Writes the aligned crops the traits net looks at.
 *
 * @param mesh 468 points x (x, y, z) in the decoded picture's pixels
 */
export function cropTraits(pixels: Pixels, mesh: Float32Array, { face, eyes }: TraitCrops): void {
  warpToTensor(pixels, faceTransform(mesh, facePadding, faceSize), faceSize, face)
  for (const [index, corners] of eyeCorners.entries()) {
    const transform = eyeTransform(mesh, corners)
    const place = { height: eyeHeight, offset: (index * eyesLength) / 2, mirror: index === 1 }
    warpToTensor(pixels, transform, eyeWidth, eyes, place)
  }
}

/** Scale and turn come from the whole face: a far eye of a turned head is foreshortened and would be blown up. */
function eyeTransform(mesh: Float32Array, [outer, inner]: readonly [number, number]): Transform {
  const [a, b, , c, d] = faceTransform(mesh, 0, eyeWidth)
  const centre = middle(pointOf(mesh, outer), pointOf(mesh, inner))
  const [xa, xb, ya, yb] = [a * eyeSpan, b * eyeSpan, c * eyeSpan, d * eyeSpan]
  const halfWidth = eyeWidth / 2
  const halfHeight = eyeHeight / 2
  return [
    xa,
    xb,
    centre.x - xa * halfWidth - xb * halfHeight,
    ya,
    yb,
    centre.y - ya * halfWidth - yb * halfHeight,
  ]
}

/** The mesh in units of the mean face shape: turn, size and place of the face in the picture are gone. */
export function normaliseMesh(mesh: Float32Array): Float32Array {
  const toUnits = invert(faceTransform(mesh, 0, 1))
  const scale = Math.hypot(toUnits[0], toUnits[3])
  const normal = new Float32Array(mesh.length)
  for (let index = 0; index < mesh.length; index += 3) {
    const { x, y } = apply(toUnits, { x: mesh[index]!, y: mesh[index + 1]! })
    normal[index] = x
    normal[index + 1] = y
    normal[index + 2] = mesh[index + 2]! * scale
  }
  return normal
}

function pointOf(mesh: Float32Array, index: number): Point {
  return { x: mesh[3 * index]!, y: mesh[3 * index + 1]! }
}

function middle(first: Point, second: Point): Point {
  return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 }
}

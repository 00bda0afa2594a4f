import type { Box, Pose, Subject } from './types.ts'

/**
 * Points of the mesh that no expression moves much, and where the mean face has them: x to the picture's right,
 * y down, z away from the camera; centred, of unit spread. Mean of the meshes of about a thousand frontal press
 * pictures, brought together by Procrustes analysis and made symmetric.
 */
const meanFace: readonly (readonly [index: number, x: number, y: number, z: number])[] = [
  [33, -0.725, -0.177, -0.132],
  [133, -0.281, -0.154, -0.214],
  [362, 0.281, -0.154, -0.214],
  [263, 0.725, -0.177, -0.132],
  [168, 0, -0.231, -0.49],
  [4, 0, 0.383, -0.833],
  [2, 0, 0.584, -0.539],
  [10, 0, -1.026, -0.447],
  [234, -1.124, 0.118, 0.741],
  [454, 1.124, 0.118, 0.741],
  [93, -1.112, 0.358, 0.759],
  [323, 1.112, 0.358, 0.759],
]

/** Degrees by which a face that looks straight into the camera seems to look up in the mean face's own frame. */
const pitchOfMeanFace = 5
/** Beyond these the head counts as turned away from the camera. Degrees. */
const turnedYaw = 25
const turnedPitch = 25

type Matrix = [number, number, number, number, number, number, number, number, number]

/**
 * Yaw, pitch and roll of the head: the rotation that best maps the mean face onto the mesh (Kabsch), whatever its
 * size and place. Beside FSA-Net: MODELS.md, `npm run eval:pose`.
 *
 * @param mesh 468 points x (x, y, z) in pixels; z grows away from the camera
 */
export function measurePose(mesh: Float32Array): Pose {
  const rotation = nearestRotation(covariance(mesh))
  // The turn is read as pitch first, then yaw, then roll in the picture's plane, so that a sideways picture of a
  // head that looks at the camera has roll and nothing else.
  const [right, , , down, , , away, up, forth] = rotation
  return {
    yaw: degrees(Math.asin(Math.min(1, Math.max(-1, away)))),
    pitch: degrees(Math.atan2(-up, forth)) - pitchOfMeanFace,
    roll: degrees(Math.atan2(down, right)),
  }
}

/** Is the head turned away from the camera by more than 25 degrees sideways, up or down? */
export function turnedAway({ yaw, pitch }: Pose): boolean {
  return Math.abs(yaw) > turnedYaw || Math.abs(pitch) > turnedPitch
}

/** In which third of the picture, from the viewer's side, the middle of the face stands. */
export function alignmentOf({ x, width }: Box, pictureWidth: number): Subject['alignment'] {
  const middle = (x + width / 2) / pictureWidth
  if (middle < 1 / 3) return 'LEFT'
  return middle > 2 / 3 ? 'RIGHT' : 'CENTRE'
}

/** Sum of the outer products of the mesh's points (about their mean) with the mean face's, row by row. */
function covariance(mesh: Float32Array): Matrix {
  const count = meanFace.length
  let [cx, cy, cz] = [0, 0, 0]
  for (const [index] of meanFace) {
    cx += mesh[3 * index]! / count
    cy += mesh[3 * index + 1]! / count
    cz += mesh[3 * index + 2]! / count
  }
  const sum: Matrix = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (const [index, x, y, z] of meanFace) {
    const point = [mesh[3 * index]! - cx, mesh[3 * index + 1]! - cy, mesh[3 * index + 2]! - cz]
    for (let row = 0; row < 3; row++) {
      sum[3 * row]! += point[row]! * x
      sum[3 * row + 1]! += point[row]! * y
      sum[3 * row + 2]! += point[row]! * z
    }
  }
  return sum
}

/** The orthogonal factor of a matrix's polar decomposition, by Newton's iteration with Higham's scaling. */
function nearestRotation(start: Matrix): Matrix {
  let matrix = start
  for (let step = 0; step < 30; step++) {
    const inverse = inverseTranspose(matrix)
    if (!inverse) return [1, 0, 0, 0, 1, 0, 0, 0, 1]
    const scale = Math.sqrt(norm(inverse) / norm(matrix))
    const next = matrix.map((value, index) => (value * scale + inverse[index]! / scale) / 2) as Matrix
    const change = norm(next.map((value, index) => value - matrix[index]!) as Matrix)
    matrix = next
    if (change < 1e-9) break
  }
  return matrix
}

/** Null for a matrix without an inverse, which no face gives. */
function inverseTranspose([a, b, c, d, e, f, g, h, i]: Matrix): Matrix | null {
  const cofactors: Matrix = [
    e * i - f * h,
    f * g - d * i,
    d * h - e * g,
    c * h - b * i,
    a * i - c * g,
    b * g - a * h,
    b * f - c * e,
    c * d - a * f,
    a * e - b * d,
  ]
  const determinant = a * cofactors[0] + b * cofactors[1] + c * cofactors[2]
  return Math.abs(determinant) > 1e-12 ? (cofactors.map((value) => value / determinant) as Matrix) : null
}

function norm(matrix: Matrix): number {
  return Math.hypot(...matrix)
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI
}

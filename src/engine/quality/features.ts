import type { Pixels } from '../picture/pixels.ts'
import type { Pose } from '../types.ts'
import { chipSide, cutChip, faceScale } from './chip.ts'
import { type Detail, measureDetail } from './detail.ts'
import { type Light, measureLight } from './light.ts'

/** The face whose quality is asked for; all coordinates in pixels of the decoded picture. */
export interface FaceGeometry {
  /** 468 points x (x, y, z). */
  mesh: Float32Array
  pose: Pose
}

/** What is measured before anything is judged. */
export interface Features {
  /** Distance between the eyes in decoded pixels, as if the head were not turned. */
  interocular: number
  detail: Detail
  light: Light
  /** Share, 0..1, of the mesh that lies in the picture. */
  visible: number
  /** Larger of mesh width over picture width and mesh height over picture height. */
  fill: number
  /** `Pixels.jpegQuality`. */
  jpegQuality: number | null
  /** Distance between the eyes in pixels of the file, where JPEG worked. */
  fileInterocular: number
  pose: Pose
}

export function measureFeatures(pixels: Pixels, { mesh, pose }: FaceGeometry): Features {
  const chip = cutChip(pixels, mesh)
  const interocular = faceScale(mesh)
  return {
    interocular,
    detail: measureDetail(chip.luma, chip.inside, chipSide),
    light: measureLight(pixels, mesh, chip),
    ...measureFrame(pixels, mesh),
    jpegQuality: pixels.jpegQuality,
    fileInterocular: interocular / pixels.scale,
    pose,
  }
}

function measureFrame({ width, height }: Pixels, mesh: Float32Array): { visible: number; fill: number } {
  let [left, top, right, bottom, inside] = [Infinity, Infinity, -Infinity, -Infinity, 0]
  for (let i = 0; i < mesh.length; i += 3) {
    const x = mesh[i]!
    const y = mesh[i + 1]!
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
    if (x >= 0 && y >= 0 && x <= width && y <= height) inside++
  }
  return {
    visible: (3 * inside) / mesh.length,
    fill: Math.max((right - left) / width, (bottom - top) / height),
  }
}

import type { ModelSessions } from '../models/index.ts'
import type { Pixels } from '../picture/pixels.ts'
import { cropTraits, eyesLength, faceLength, type TraitCrops } from './crops.ts'
import { measureGeometry } from './geometry.ts'

/** What the traits net says before calibration: logits. */
export interface TraitLogits {
  /** None, glasses, sunglasses. */
  eyewear: [number, number, number]
  occluded: number
  mouthCovered: number
  mouthOpen: number
  smile: number
  /** Of the packaged expression net: the logit of a happy face above that of a neutral one. */
  happy: number
  rightEyeOpen: number
  leftEyeOpen: number
}

/**
 * Runs the traits net and the packaged expression net on one face; both look at the same crop.
 * @param mesh 468 points x (x, y, z) in pixels of the picture
 */
export function runTraitsNet(
  sessions: Pick<ModelSessions, 'run'>,
  pixels: Pixels,
  mesh: Float32Array,
): Promise<TraitLogits> {
  return pixels.workspace.buffers.borrow(faceLength, (face) =>
    pixels.workspace.buffers.borrow(eyesLength, (eyes) => {
      cropTraits(pixels, mesh, { face, eyes })
      return readTraits(sessions, { face, eyes }, mesh)
    }),
  )
}

async function readTraits(
  sessions: Pick<ModelSessions, 'run'>,
  { face, eyes }: TraitCrops,
  mesh: Float32Array,
): Promise<TraitLogits> {
  const output = await sessions.run('traits', { face, eyes, geometry: measureGeometry(mesh) })
  const { expressions } = await sessions.run('expression', face)
  const [neutral, happy] = expressions
  const [none, glasses, sunglasses] = output.eyewear
  const [occluded, mouthCovered, mouthOpen, smile] = output.flags
  const [rightEyeOpen, leftEyeOpen] = output.open
  return {
    eyewear: [none!, glasses!, sunglasses!],
    occluded: occluded!,
    mouthCovered: mouthCovered!,
    mouthOpen: mouthOpen!,
    smile: smile!,
    happy: happy! - neutral!,
    rightEyeOpen: rightEyeOpen!,
    leftEyeOpen: leftEyeOpen!,
  }
}

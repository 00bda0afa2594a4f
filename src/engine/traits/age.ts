import type { ModelSessions } from '../models/index.ts'
import type { Pixels } from '../picture/pixels.ts'
import { warpToTensor } from '../picture/warp.ts'
import type { Traits } from '../types.ts'
import { ageCalibration } from './calibration.ts'
import { faceTransform } from './crops.ts'

/** Side of the age and gender net's crop in pixels, and its air about the mean face shape. */
const cropSize = 112
const cropPadding = 0.2

/** What the net says of one face, averaged over the crop and its mirror image. */
export interface AgeGenderReading {
  years: number
  /** Log-odds that the face is a man's. */
  male: number
}

/**
 * Reads age and gender off several faces in one run.
 * @param meshes each 468 points x (x, y, z) in pixels of the picture
 */
export async function readAgeAndGender(
  sessions: Pick<ModelSessions, 'run'>,
  pixels: Pixels,
  meshes: readonly Float32Array[],
): Promise<AgeGenderReading[]> {
  if (meshes.length === 0) return []
  const plane = 3 * cropSize * cropSize
  const crops = new Float32Array(2 * meshes.length * plane)
  for (const [index, mesh] of meshes.entries()) {
    const transform = faceTransform(mesh, cropPadding, cropSize)
    for (const [turn, mirror] of [false, true].entries())
      warpToTensor(pixels, transform, cropSize, crops, { mirror, offset: (2 * index + turn) * plane })
  }
  const { age, gender } = await sessions.run('age-gender', crops)
  return meshes.map((_, index) => {
    const [one, other] = [2 * index, 2 * index + 1]
    return {
      years: (age[one]! + age[other]!) / 2,
      male: (logOdds(gender[2 * one]!) + logOdds(gender[2 * other]!)) / 2,
    }
  })
}

/** Calibrated: the range holds the true age, and the gender is right, as often as the confidence says (MODELS.md). */
export function estimateAgeAndGender({ years, male }: AgeGenderReading): Pick<Traits, 'age' | 'gender'> {
  const { gender, age } = ageCalibration
  const share = 1 / (1 + Math.exp(-(gender.slope * male + gender.offset)))
  const best = clamp(age.slope * years + age.offset)
  const half = Math.max(age.least, age.spread * best + age.spreadOffset)
  return {
    gender: share >= 0.5 ? { value: 'male', confidence: share } : { value: 'female', confidence: 1 - share },
    age: { years: best, min: clamp(best - half), max: clamp(best + half), confidence: age.confidence },
  }
}

function clamp(years: number): number {
  return Math.max(0, Math.min(100, years))
}

function logOdds(share: number): number {
  const safe = Math.min(1 - 1e-6, Math.max(1e-6, share))
  return Math.log(safe / (1 - safe))
}

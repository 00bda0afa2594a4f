import { faceTransform } from '../face/align.ts'
import { fromLogOdds, logOdds } from '../log-odds.ts'
import type { ModelSessions } from '../models/index.ts'
import type { Pixels } from '../picture/pixels.ts'
import { mirrorRows, warpToTensor } from '../picture/warp.ts'
import type { Traits } from '../types.ts'
import { ageCalibration } from './calibration.ts'
import { maxConfidence } from './estimate.ts'

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
 * Reads age and gender off several faces, one after the other: a larger batch is no faster and needs more memory.
 * @param meshes each 468 points x (x, y, z) in pixels of the picture
 */
export async function readAgeAndGender(
  sessions: Pick<ModelSessions, 'run'>,
  pixels: Pixels,
  meshes: readonly Float32Array[],
): Promise<AgeGenderReading[]> {
  const readings: AgeGenderReading[] = []
  for (const mesh of meshes) readings.push(await readFace(sessions, pixels, mesh))
  return readings
}

async function readFace(
  sessions: Pick<ModelSessions, 'run'>,
  pixels: Pixels,
  mesh: Float32Array,
): Promise<AgeGenderReading> {
  const plane = 3 * cropSize * cropSize
  const { age, gender } = await pixels.workspace.buffers.borrow(2 * plane, (crops) => {
    warpToTensor(pixels, faceTransform(mesh, cropPadding, cropSize), cropSize, crops)
    mirrorRows(crops.subarray(0, plane), crops.subarray(plane), cropSize)
    return sessions.run('age-gender', crops)
  })
  return {
    years: (age[0]! + age[1]!) / 2,
    male: (logOdds(gender[0]!, 1e-6) + logOdds(gender[2]!, 1e-6)) / 2,
  }
}

/** Calibrated: the range holds the true age, and the gender is right, as often as the confidence says (MODELS.md). */
export function estimateAgeAndGender({ years, male }: AgeGenderReading): Pick<Traits, 'age' | 'gender'> {
  const { gender, age } = ageCalibration
  const share = fromLogOdds(gender.slope * male + gender.offset)
  const best = clamp(age.slope * years + age.offset)
  const half = Math.max(age.least, age.spread * best + age.spreadOffset)
  return {
    gender: {
      value: share >= 0.5 ? 'male' : 'female',
      confidence: Math.min(maxConfidence, Math.max(share, 1 - share)),
    },
    age: { years: best, min: clamp(best - half), max: clamp(best + half), confidence: age.confidence },
  }
}

function clamp(years: number): number {
  return Math.max(0, Math.min(100, years))
}

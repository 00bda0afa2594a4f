/** What can be said about a person from the face alone: age, gender, and what eyes, mouth and glasses do. */
import type { ModelSessions } from '../models/index.ts'
import type { Pixels } from '../picture/pixels.ts'
import { warpToTensor } from '../picture/warp.ts'
import type { Estimate, Traits } from '../types.ts'
import { faceTransform } from './crops.ts'
import { measureGeometry } from './geometry.ts'

/** Nets that must be open in the sessions given to `createTraits`. */
export const traitNetNames = ['faceres'] as const

export interface TraitsSubject {
  /** 468 points x (x, y, z) in pixels of the picture. */
  mesh: Float32Array
}

export interface TraitsMeter {
  measure(pixels: Pixels, subject: TraitsSubject): Promise<Traits>
  /** Age and gender of several faces, in order. */
  ageAndGender(pixels: Pixels, meshes: readonly Float32Array[]): Promise<Pick<Traits, 'age' | 'gender'>[]>
}

const cropSide = 224
const cropPadding = 0.3

export function createTraits(sessions: Pick<ModelSessions, 'run'>): TraitsMeter {
  const ageAndGender: TraitsMeter['ageAndGender'] = async (pixels, meshes) => {
    if (meshes.length === 0) return []
    const plane = 3 * cropSide * cropSide
    const input = new Float32Array(meshes.length * plane)
    for (const [index, mesh] of meshes.entries()) {
      const transform = faceTransform(mesh, cropPadding, cropSide)
      warpToTensor(pixels, transform, cropSide, input, { offset: index * plane })
    }
    const { age, gender } = await sessions.run('faceres', input)
    return meshes.map((_, index) => {
      const male = gender[index]!
      const years = age.subarray(index * 100, (index + 1) * 100)
      return { gender: choose(male, 'male', 'female'), age: ageRange(years) }
    })
  }
  return {
    ageAndGender,
    measure: async (pixels, { mesh }) => {
      const [both] = await ageAndGender(pixels, [mesh])
      const [lipGap = 0, , , , , liftRight = 0, liftLeft = 0, eyeRight = 0, eyeLeft = 0] =
        measureGeometry(mesh)
      // Without a net of their own, glasses and covers are judged by how rare they are among applicants.
      const rare = 0.1
      return {
        ...both!,
        eyewear: { value: 'none', confidence: 1 - rare },
        occluded: judge(rare),
        mouthCovered: judge(rare),
        leftEyeOpen: judge(logistic(2 * eyeLeft + 3)),
        rightEyeOpen: judge(logistic(2 * eyeRight + 3)),
        mouthOpen: judge(logistic(2 * lipGap - 0.5)),
        smile: judge(logistic(-(liftRight + liftLeft))),
      }
    },
  }
}

function ageRange(years: Float32Array): Traits['age'] {
  let mean = 0
  let square = 0
  for (const [year, share] of years.entries()) {
    mean += year * share
    square += year * year * share
  }
  const spread = Math.max(3, Math.sqrt(Math.max(0, square - mean * mean)))
  return { years: mean, min: Math.max(0, mean - spread), max: mean + spread, confidence: 0.68 }
}

function judge(probability: number): Estimate<boolean> {
  return choose(probability, true, false)
}

function choose<T>(probability: number, yes: T, no: T): Estimate<T> {
  return probability >= 0.5
    ? { value: yes, confidence: probability }
    : { value: no, confidence: 1 - probability }
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

/** What can be said about a person from the face alone: age, gender, and what eyes, mouth and glasses do. */
import type { ModelSessions } from '../models/index.ts'
import type { Pixels } from '../picture/pixels.ts'
import type { Traits } from '../types.ts'
import { estimateAgeAndGender, readAgeAndGender } from './age.ts'
import { estimateTraits } from './estimate.ts'
import { runTraitsNet } from './net.ts'

export { readAgeAndGender } from './age.ts'
export { runTraitsNet, type TraitLogits } from './net.ts'

/** Nets that must be open in the sessions given to `createTraits`. */
export const traitNetNames = ['traits', 'expression', 'age-gender'] as const

export interface TraitsSubject {
  /** 468 points x (x, y, z) in pixels of the picture. */
  mesh: Float32Array
}

export interface TraitsMeter {
  /** Every trait of one face; each confidence is calibrated (MODELS.md). */
  measure(pixels: Pixels, subject: TraitsSubject): Promise<Traits>
  /** Age and gender of several faces, in order. */
  ageAndGender(pixels: Pixels, meshes: readonly Float32Array[]): Promise<Pick<Traits, 'age' | 'gender'>[]>
}

export function createTraits(sessions: Pick<ModelSessions, 'run'>): TraitsMeter {
  const ageAndGender: TraitsMeter['ageAndGender'] = async (pixels, meshes) =>
    (await readAgeAndGender(sessions, pixels, meshes)).map(estimateAgeAndGender)
  return {
    ageAndGender,
    measure: async (pixels, { mesh }) => {
      const [both] = await ageAndGender(pixels, [mesh])
      return { ...both!, ...estimateTraits(await runTraitsNet(sessions, pixels, mesh)) }
    },
  }
}

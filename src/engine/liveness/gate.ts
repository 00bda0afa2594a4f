import type { QualityFault } from '../types.ts'
import type { LivenessSubject } from './subject.ts'

/** Least distance between the pupils, in pixels of the file, with which any picture was ever measured. */
export const minInterocular = 18

/**
 * Faults with which a score would be a guess. The others (a cut-off or partly covered face) leave enough skin:
 * they lower the quality score, and decisions may still ask for another picture.
 */
const refusing: readonly QualityFault[] = [
  'face_unclear',
  'face_too_small',
  'too_dark',
  'too_bright',
  'blurred',
  'extreme_pose',
]

/** Why this face can't be judged; null when it can. */
export function refusal({ quality }: Pick<LivenessSubject, 'quality'>): QualityFault | null {
  if (quality.interocular < minInterocular) return 'face_too_small'
  return quality.faults.find((fault) => refusing.includes(fault)) ?? null
}

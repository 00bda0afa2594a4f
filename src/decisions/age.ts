import { fromLogOdds } from '../engine/log-odds.ts'
import type { FaceReport } from '../engine/types.ts'
import { ageOf } from './likeness.ts'
import { hasSeveralFaces } from './passive.ts'

/** Has a person reached an age? */
export type AgeVerdict =
  | { outcome: 'no_face' }
  | { outcome: 'several_faces' }
  | {
      /** `unsure`: the age asked for lies within the stated range. */
      outcome: 'reached' | 'not_reached' | 'unsure'
      /** Probability, 0..1, that the person has reached it. */
      probability: number
      /** What `probability` must reach: that of somebody whose whole range lies at or above the age. */
      threshold: number
    }

/**
 * An estimate is a range that holds the true age as often as its confidence says (MODELS.md, Traits). Only a range that
 * lies on one side of the age decides; the probability follows a logistic curve through both ends of the range.
 * @param minimum age in years
 * @throws RangeError when age was not measured: a missing measurement is never an answer
 */
export function judgeAge(report: FaceReport, minimum: number): AgeVerdict {
  if (!report.subject) return { outcome: 'no_face' }
  if (hasSeveralFaces(report.faces)) return { outcome: 'several_faces' }
  const { years, min, max, confidence } = ageOf(report)
  const threshold = (1 + confidence) / 2
  const half = Math.max(years >= minimum ? years - min : max - years, Number.EPSILON)
  const steepness = Math.log(threshold / (1 - threshold))
  const probability = fromLogOdds((steepness * (years - minimum)) / half)
  const outcome = min >= minimum ? 'reached' : max < minimum ? 'not_reached' : 'unsure'
  return { outcome, probability, threshold }
}

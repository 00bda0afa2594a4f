import type { FaceReport, QualityFault } from '../engine/types.ts'
import { matchesAtQuality } from './error-rates.ts'
import { hasSeveralFaces } from './passive.ts'

/** Is a picture good enough to recognise a person by, now and later? */
export type EnrolmentVerdict =
  | { outcome: 'no_face' }
  | { outcome: 'several_faces' }
  | {
      outcome: 'fit' | 'unfit'
      /** Faults that make it unfit, gravest first; may be empty where the score alone is too low. */
      faults: QualityFault[]
      /** Probability, 0..1, that a genuine pair with such a picture matches. */
      probability: number
    }

/** Nine of ten genuine pairs must match: that is so from a quality score of 30 on (MODELS.md, Quality). */
export const recognisable = 0.9

/** A poor picture in a gallery is found by nobody, or by everybody. */
export function judgeEnrolment(report: FaceReport): EnrolmentVerdict {
  if (!report.subject) return { outcome: 'no_face' }
  if (hasSeveralFaces(report.faces)) return { outcome: 'several_faces' }
  const { faults, score } = report.subject.quality
  const probability = matchesAtQuality(score)
  return { outcome: probability < recognisable || faults.length > 0 ? 'unfit' : 'fit', faults, probability }
}

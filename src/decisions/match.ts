import type { MatchReport } from '../engine/types.ts'
import { hasSeveralFaces } from './passive.ts'

/** Are two pictures of one person? */
export type MatchVerdict =
  | { outcome: 'no_face'; in: 'first' | 'second' }
  | { outcome: 'several_faces'; in: 'first' | 'second' }
  /**
   * `similarity` 0..1, calibrated; see MODELS.md for the errors at each value. `review` marks the grey
   * band around the threshold.
   */
  | { outcome: 'same' | 'different'; similarity: number; review: boolean }

export interface MatchPolicy {
  /** Similarity, 0..1, from which two faces count as one person. */
  threshold: number
  /** Half width of the grey band around the threshold; default 0, no band. */
  reviewBand?: number
  /** Compare the largest faces even when a picture shows several people. Default false. */
  allowSeveral?: boolean
}

/** A picture without a face is named before one with several: nothing can be compared then. */
export function judgeMatch(report: MatchReport, policy: MatchPolicy): MatchVerdict {
  const sides = ['first', 'second'] as const
  for (const side of sides) if (!report[side].subject) return { outcome: 'no_face', in: side }
  if (!policy.allowSeveral) {
    for (const side of sides)
      if (hasSeveralFaces(report[side].faces)) return { outcome: 'several_faces', in: side }
  }
  const { similarity } = report
  if (similarity === null) throw new RangeError('The report holds no similarity.')
  return {
    outcome: similarity >= policy.threshold ? 'same' : 'different',
    similarity,
    review: Math.abs(similarity - policy.threshold) < (policy.reviewBand ?? 0),
  }
}

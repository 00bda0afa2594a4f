import type { MatchReport } from '../engine/types.ts'
import { likenessAt, looksUnderage, yearsOf } from './likeness.ts'
import { hasSeveralFaces } from './passive.ts'

/** Are two pictures of one person? */
export type MatchVerdict =
  | { outcome: 'no_face'; in: 'first' | 'second' }
  | { outcome: 'several_faces'; in: 'first' | 'second' }
  /**
   * `similarity` 0..1, calibrated, as it counts at the age of the two faces, with the four decimals in which it was
   * compared; see MODELS.md for the errors at each value. `review`
   * marks the grey band around the threshold, and people who match and look too young to be told surely from others.
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

/**
 * A picture without a face is named before one with several: nothing can be compared then.
 * @throws RangeError when similarity or age was not measured: a missing measurement is never an answer
 */
export function judgeMatch(report: MatchReport, policy: MatchPolicy): MatchVerdict {
  const sides = ['first', 'second'] as const
  for (const side of sides) if (!report[side].subject) return { outcome: 'no_face', in: side }
  if (!policy.allowSeveral) {
    for (const side of sides)
      if (hasSeveralFaces(report[side].faces)) return { outcome: 'several_faces', in: side }
  }
  if (report.similarity === null) throw new RangeError('The report holds no similarity.')
  const years = yearsOf(report.first, report.second)
  const similarity = fourDecimals(likenessAt(report.similarity, years))
  const isSame = similarity >= policy.threshold
  return {
    outcome: isSame ? 'same' : 'different',
    similarity,
    review:
      (isSame && looksUnderage(years)) || Math.abs(similarity - policy.threshold) < (policy.reviewBand ?? 0),
  }
}

/** As answers show it: they must not contradict their own score. */
function fourDecimals(similarity: number): number {
  return Math.round(similarity * 1e4) / 1e4
}

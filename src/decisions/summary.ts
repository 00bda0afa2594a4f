/** What a person sees of a check at a glance: scores and warnings in no vendor's words. */
import type { FaceReport, MatchReport, QualityFault } from '../engine/types.ts'
import { judgeMatch } from './match.ts'
import { hasSeveralFaces } from './passive.ts'

export type Warning = QualityFault | 'no_face' | 'several_faces' | 'liveness_unsure' | 'similarity_unsure'

/** Two pictures that were compared. */
export type Comparison = Pick<MatchReport, 'similarity' | 'first' | 'second'>

export interface Summary {
  /** 0..1: what was said of the pictures together, or the lowest of those that were judged; null when none was. */
  liveness: number | null
  /** 0..1: the lowest of the pairs, as it counts at the age of the faces; null when none was compared. */
  similarity: number | null
  /** Each once, in the order of the pictures. */
  warnings: Warning[]
  /** A score lies in the grey band around its threshold. */
  unsure: boolean
}

export interface Band {
  /** 0..1 */
  threshold: number
  /** Half width of the grey band around the threshold, 0..0.5. */
  reviewBand: number
}

/**
 * @param policy the server's own thresholds; those of a vendor's request are in its answer
 * @param together the liveness, 0..1, that the answer gives pictures which it judges together
 */
export function summarise(
  reports: readonly FaceReport[],
  matches: readonly Comparison[],
  policy: { liveness: Band; match: Band },
  together?: number | null,
): Summary {
  const warnings = new Set(reports.flatMap(warningsOf))
  const scores = reports.map(({ subject }) => (subject?.liveness?.judged ? subject.liveness.score : null))
  const liveness = together === undefined ? lowest(scores) : together
  const compared = matches.map((match) => judgeAged(match, policy.match))
  const similarity = lowest(compared.map((verdict) => verdict.similarity))
  const { threshold, reviewBand } = policy.liveness
  if (liveness !== null && Math.abs(liveness - threshold) < reviewBand) warnings.add('liveness_unsure')
  if (compared.some(({ review }) => review)) warnings.add('similarity_unsure')
  return {
    liveness,
    similarity,
    warnings: [...warnings],
    unsure: warnings.has('liveness_unsure') || warnings.has('similarity_unsure'),
  }
}

/** Not every vendor's call asks for the ages: without them a similarity counts as it was measured. */
function judgeAged(
  match: Comparison,
  { threshold, reviewBand }: Band,
): { similarity: number | null; review: boolean } {
  const { similarity, first, second } = match
  if (similarity === null) return { similarity, review: false }
  const isAged = [first, second].every(({ subject, faces }) => subject?.allTraits ?? faces[0]?.traits)
  if (!isAged) return { similarity, review: Math.abs(similarity - threshold) < reviewBand }
  const verdict = judgeMatch({ ...match, cosine: null }, { threshold, reviewBand, allowSeveral: true })
  return 'similarity' in verdict ? verdict : { similarity: null, review: false }
}

function warningsOf({ subject, faces }: FaceReport): Warning[] {
  if (!subject) return ['no_face']
  return [...(hasSeveralFaces(faces) ? (['several_faces'] as const) : []), ...subject.quality.faults]
}

function lowest(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score) => score !== null)
  return known.length > 0 ? Math.min(...known) : null
}

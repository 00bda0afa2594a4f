import type { DetectedFace, FaceReport, QualityFault } from '../engine/types.ts'

/** What one picture says about the person in it, before a vendor's words are put to it. */
export type PassiveVerdict =
  | { outcome: 'no_face'; severalFaces: false }
  /** A face that can't be judged: `reason` names the gravest fault. Neither live nor spoof. */
  | { outcome: 'unjudgeable'; reason: QualityFault; severalFaces: boolean }
  /** `score` is the liveness probability, 0..1; `review` marks the grey band around the threshold. */
  | { outcome: 'live' | 'spoof'; score: number; review: boolean; severalFaces: boolean }

export interface PassivePolicy {
  /** Liveness probability, 0..1, from which a face counts as bona fide. */
  threshold: number
  /** Half width of the grey band around the threshold; default 0, no band. */
  reviewBand?: number
}

/**
 * A bystander counts as another face when at least this wide relative to the subject: who is smaller stands three times
 * as far away, and a person taking a selfie does not even see them (docs/decisions/0007).
 */
const bystanderWidth = 1 / 3

/** Are there several people in the picture? `faces` come largest first, as the engine reports them. */
export function hasSeveralFaces(faces: readonly DetectedFace[]): boolean {
  const [subject, ...others] = faces
  return subject !== undefined && others.some((face) => face.box.width >= bystanderWidth * subject.box.width)
}

/**
 * Judges the largest face of a report that was made with liveness wanted.
 * @throws RangeError when liveness was not measured: a missing measurement is never an answer
 */
export function judgePassive(report: FaceReport, policy: PassivePolicy): PassiveVerdict {
  const { subject } = report
  if (!subject) return { outcome: 'no_face', severalFaces: false }
  const severalFaces = hasSeveralFaces(report.faces)
  const { liveness } = subject
  if (!liveness) throw new RangeError('The report holds no liveness measurement.')
  if (!liveness.judged) return { outcome: 'unjudgeable', reason: liveness.reason, severalFaces }
  const { score } = liveness
  const { isLive, review } = judgeScore(score, policy)
  return { outcome: isLive ? 'live' : 'spoof', score, review, severalFaces }
}

/** Which side of the threshold a liveness probability lies on, and whether in the grey band. */
export function judgeScore(
  score: number,
  { threshold, reviewBand = 0 }: PassivePolicy,
): { isLive: boolean; review: boolean } {
  return { isLive: score >= threshold, review: Math.abs(score - threshold) < reviewBand }
}

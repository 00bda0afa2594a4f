import { fromLogOdds, logOdds } from '../engine/log-odds.ts'
import type { FaceReport } from '../engine/types.ts'

/**
 * How an offset is fitted. Cameras move every liveness score up or down: a lens, a sensor and a compression that the nets
 * have not seen make bona fide captures look more, or less, like attacks. The figures were chosen on groups of captures,
 * and measured with each group left out of the choice (MODELS.md, eval:calibrate).
 */
export interface Fitting {
  /** Share, 0..1, of the bona fide captures that may lie below the threshold afterwards. */
  refused: number
  /** Share, 0..1, of the way there that is gone: a few captures are no reason to go all of it. */
  weight: number
}

export const fitting: Fitting = { refused: 0.02, weight: 0.75 }

/** Bona fide captures without which nothing is fitted: fewer say nothing of their lowest fiftieth. */
export const minCaptures = 50

/** Log-odds that scores are moved by at most, up or down: what is further off is not the camera's doing. */
const maxOffset = 3

/** Probabilities nearer to 0 and 1 than this are no further apart for a camera. */
const nearest = 1e-4

/**
 * The offset, in log-odds, that brings the scores of these cameras to the threshold. No attacks are needed.
 * @param scores liveness probabilities, 0..1, of bona fide captures
 * @param threshold liveness probability, 0..1, from which a capture counts as bona fide
 */
export function fitOffset(
  scores: readonly number[],
  threshold: number,
  { refused, weight }: Fitting = fitting,
): number {
  const ascending = scores.map((score) => logOdds(score, nearest)).sort((a, b) => a - b)
  const place = refused * (ascending.length - 1)
  const [below, above] = [ascending[Math.floor(place)]!, ascending[Math.ceil(place)]!]
  const lowest = below + (place % 1) * (above - below)
  const offset = weight * (logOdds(threshold, nearest) - lowest)
  return Math.min(maxOffset, Math.max(-maxOffset, offset))
}

/** A liveness probability, 0..1, moved by an offset in log-odds. */
export function moveScore(score: number, offset: number): number {
  if (offset === 0) return score
  return fromLogOdds(logOdds(score) + offset)
}

/** A report with its liveness score moved; its cues stay as they were measured. */
export function calibrate(report: FaceReport, offset: number): FaceReport {
  const { subject } = report
  const liveness = subject?.liveness
  if (offset === 0 || !subject || !liveness?.judged) return report
  const score = moveScore(liveness.score, offset)
  return { ...report, subject: { ...subject, liveness: { ...liveness, score } } }
}

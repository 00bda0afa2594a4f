/**
 * How often a verdict errs at a threshold: the tables of MODELS.md, for answers that state it. A test compares every row
 * with that document, so that a net that was measured again is not answered with the errors of the one before.
 */
import type { Subject } from '../engine/types.ts'

export interface ErrorRates {
  /** Share, 0..1, of those who must not pass and do. */
  falseAccept: number
  /** Share, 0..1, of those who must pass and do not. */
  falseReject: number
}

/** The threshold, and both rates at it, in rising order. */
export type MeasuredRates = readonly (readonly [at: number, falseAccept: number, falseReject: number])[]

/** Liveness score, APCER, BPCER of whole frames: "What each score means". */
export const livenessRates: MeasuredRates = [
  [0.05, 0.634, 0.02],
  [0.1, 0.485, 0.031],
  [0.15, 0.387, 0.031],
  [0.2, 0.328, 0.041],
  [0.25, 0.26, 0.041],
  [0.3, 0.217, 0.051],
  [0.35, 0.174, 0.082],
  [0.4, 0.157, 0.133],
  [0.45, 0.123, 0.163],
  [0.5, 0.115, 0.173],
  [0.55, 0.094, 0.194],
  [0.6, 0.072, 0.224],
  [0.65, 0.051, 0.286],
  [0.7, 0.051, 0.306],
  [0.75, 0.047, 0.378],
  [0.8, 0.03, 0.48],
  [0.85, 0.021, 0.541],
  [0.9, 0.009, 0.653],
  [0.95, 0.004, 0.786],
]

/** Similarity, FMR, FNMR of the folds that calibrated nothing: "Face matching". */
export const matchRates: MeasuredRates = [
  [0.072, 0.843, 0],
  [0.129, 0.512, 6.6e-4],
  [0.182, 0.286, 1.3e-3],
  [0.231, 0.158, 3.9e-3],
  [0.278, 0.088, 5.3e-3],
  [0.324, 0.049, 5.9e-3],
  [0.369, 0.028, 6.6e-3],
  [0.413, 0.015, 7.9e-3],
  [0.457, 8.4e-3, 9.2e-3],
  [0.5, 4.5e-3, 0.014],
  [0.543, 2.3e-3, 0.016],
  [0.587, 1.2e-3, 0.02],
  [0.631, 5.6e-4, 0.021],
  [0.676, 2.3e-4, 0.029],
  [0.722, 7.6e-5, 0.039],
  [0.769, 2.3e-5, 0.056],
  [0.818, 3.6e-6, 0.098],
  [0.871, 9.0e-7, 0.173],
  [0.928, 0, 0.396],
]

/** Quality score in steps of ten, and the share of genuine pairs that match, 0..1: "Quality". */
export const qualityMatches: readonly (readonly [from: number, matches: number])[] = [
  [0, 0.264],
  [10, 0.457],
  [20, 0.715],
  [30, 0.9142],
  [40, 0.9481],
  [50, 0.986],
  [60, 0.9874],
  [70, 1],
]

/**
 * The rates at a threshold, on a straight line between the two that were measured next to it.
 * @returns null beyond the first and the last row: nothing was measured there
 */
export function ratesAt(measured: MeasuredRates, threshold: number): ErrorRates | null {
  const next = measured.findIndex(([at]) => at >= threshold)
  const upper = measured[next]
  if (!upper) return null
  if (upper[0] === threshold) return { falseAccept: upper[1], falseReject: upper[2] }
  const lower = measured[next - 1]
  if (!lower) return null
  const share = (threshold - lower[0]) / (upper[0] - lower[0])
  const between = (index: 1 | 2) => lower[index] + share * (upper[index] - lower[index])
  return { falseAccept: between(1), falseReject: between(2) }
}

/**
 * As `ratesAt` for liveness.
 * @returns null too where an added net judged one of the pictures: nobody measured it here
 */
export function livenessRatesAt(
  threshold: number,
  reports: readonly { subject: Pick<Subject, 'liveness'> | null }[],
): ErrorRates | null {
  const isAdded = reports.some(
    ({ subject }) => subject?.liveness?.judged && subject.liveness.net !== undefined,
  )
  return isAdded ? null : ratesAt(livenessRates, threshold)
}

/** Share, 0..1, of genuine pairs that match when the worse picture has this quality score, 0..100. */
export function matchesAtQuality(score: number): number {
  return qualityMatches.findLast(([from]) => score >= from)?.[1] ?? 0
}

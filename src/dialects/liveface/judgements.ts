/** Verdicts of src/decisions as this API's: pass, fail or review, with the reasons. */
import { judgeAge } from '../../decisions/age.ts'
import { judgeEnrolment, recognisable } from '../../decisions/enrolment.ts'
import { livenessRates, matchRates, ratesAt } from '../../decisions/error-rates.ts'
import { looksUnderage, yearsOf } from '../../decisions/likeness.ts'
import { judgeMatch } from '../../decisions/match.ts'
import { hasSeveralFaces, judgePassive } from '../../decisions/passive.ts'
import type { FaceReport, MatchReport } from '../../engine/types.ts'
import { reason, warning } from './reasons.ts'
import type { CheckAnswer } from './schemas.ts'

/** The part of an answer that the measurements decide. */
export type Judged = Pick<
  CheckAnswer,
  | 'verdict'
  | 'probability'
  | 'threshold'
  | 'error_rates'
  | 'reasons'
  | 'warnings'
  | 'cues'
  | 'age'
  | 'quality'
>

interface Policy {
  threshold: number
  reviewBand: number
}

export function judgeLiveness(report: FaceReport, policy: Policy): Judged {
  const verdict = judgePassive(report, policy)
  const base = {
    ...blank(policy.threshold),
    error_rates: toErrorRates(ratesAt(livenessRates, policy.threshold)),
    cues: report.subject?.liveness?.cues.map(({ name, score, note }) => ({ name, score, note })) ?? [],
  }
  if (verdict.outcome === 'no_face') return { ...base, reasons: [reason('no_face', 'picture')] }
  const several = verdict.severalFaces ? [reason('several_faces', 'picture')] : []
  if (verdict.outcome === 'unjudgeable') {
    return { ...base, reasons: [...several, reason(verdict.reason, 'picture')] }
  }
  const { outcome, score, review } = verdict
  const why = review
    ? [reason('near_threshold')]
    : outcome === 'spoof'
      ? [reason('spoof_suspected', 'picture')]
      : []
  return {
    ...base,
    verdict: several.length > 0 ? 'fail' : review ? 'review' : outcome === 'live' ? 'pass' : 'fail',
    probability: score,
    reasons: [...several, ...why],
    warnings: report.subject?.quality.faults.map((fault) => warning(fault, 'picture')) ?? [],
  }
}

export function judgePair(report: MatchReport, policy: Policy): Judged {
  const base = {
    ...blank(policy.threshold),
    error_rates: toErrorRates(ratesAt(matchRates, policy.threshold)),
    warnings: hasSeveralFaces(report.second.faces) ? [warning('several_faces', 'reference')] : [],
  }
  const sides = { first: 'picture', second: 'reference' } as const
  // Documents show their portrait twice; a selfie with several people is nobody's.
  const verdict = judgeMatch(report, { ...policy, allowSeveral: true })
  if (verdict.outcome === 'no_face') return { ...base, reasons: [reason('no_face', sides[verdict.in])] }
  if (verdict.outcome === 'several_faces' || hasSeveralFaces(report.first.faces)) {
    return { ...base, reasons: [reason('several_faces', 'picture')] }
  }
  const { outcome, similarity, review } = verdict
  const isYoung = outcome === 'same' && looksUnderage(yearsOf(report.first, report.second))
  const unsure = isYoung ? 'looks_underage' : 'near_threshold'
  const why = review ? [reason(unsure)] : outcome === 'same' ? [] : [reason('different_people')]
  return {
    ...base,
    verdict: review ? 'review' : outcome === 'same' ? 'pass' : 'fail',
    probability: similarity,
    reasons: why,
  }
}

export function judgeAgeOf(report: FaceReport, minimum: number): Judged {
  const verdict = judgeAge(report, minimum)
  if (!('probability' in verdict)) return { ...blank(null), reasons: [reason(verdict.outcome, 'picture')] }
  const { outcome, probability, threshold } = verdict
  const { years, min, max, confidence } = report.subject!.allTraits!.age
  const verdicts = { reached: 'pass', not_reached: 'fail', unsure: 'review' } as const
  const why = { reached: [], not_reached: [reason('age_not_reached')], unsure: [reason('age_uncertain')] }
  return {
    ...blank(threshold),
    verdict: verdicts[outcome],
    probability,
    reasons: why[outcome],
    age: { years, min, max, confidence, minimum_age: minimum },
  }
}

export function judgeQuality(report: FaceReport): Judged {
  const verdict = judgeEnrolment(report)
  if (!('probability' in verdict))
    return { ...blank(recognisable), reasons: [reason(verdict.outcome, 'picture')] }
  const { outcome, faults, probability } = verdict
  const low = probability < recognisable ? [reason('quality_too_low', 'picture')] : []
  return {
    ...blank(recognisable),
    verdict: outcome === 'fit' ? 'pass' : 'fail',
    probability,
    reasons: [...faults.map((fault) => reason(fault, 'picture')), ...low],
    quality: { score: report.subject!.quality.score },
  }
}

/** A verdict of something that could not be judged. */
function blank(threshold: number | null): Judged {
  return {
    verdict: 'fail',
    probability: null,
    threshold,
    error_rates: null,
    reasons: [],
    warnings: [],
    cues: [],
    age: null,
    quality: null,
  }
}

function toErrorRates(rates: ReturnType<typeof ratesAt>): CheckAnswer['error_rates'] {
  return rates && { false_accept: rates.falseAccept, false_reject: rates.falseReject }
}

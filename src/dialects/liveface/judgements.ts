/** Verdicts of src/decisions as this API's: pass, fail or review, with the reasons. */
import { judgeAge } from '../../decisions/age.ts'
import { judgeEnrolment, recognisable } from '../../decisions/enrolment.ts'
import { livenessRatesAt, matchRates, ratesAt } from '../../decisions/error-rates.ts'
import { fuseScores, showsOnePerson } from '../../decisions/fused.ts'
import { ageOf, looksUnderage, yearsOf } from '../../decisions/likeness.ts'
import { judgeMatch } from '../../decisions/match.ts'
import { hasSeveralFaces, judgePassive, judgeScore } from '../../decisions/passive.ts'
import { cosine, similarity } from '../../engine/face/compare.ts'
import { cameraMarks } from '../../engine/picture/camera-marks.ts'
import type { FaceReport, MatchReport } from '../../engine/types.ts'
import { type PictureName, reason, warning } from './reasons.ts'
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

/**
 * Judges the pictures of one capture together. One that shows no face, or none that can be judged, is left out with a
 * warning, where another can be.
 * @param reports of more than one picture with templates
 */
export function judgeLiveness(
  reports: readonly (readonly [PictureName, FaceReport])[],
  policy: Policy,
  match: Policy,
): Judged {
  const seen = reports.map(([name, report]) => ({ name, report, verdict: judgePassive(report, policy) }))
  const several = seen.flatMap(({ name, verdict }) =>
    verdict.severalFaces ? [reason('several_faces', name)] : [],
  )
  const judged = seen.flatMap((one) => ('score' in one.verdict ? [{ ...one, score: one.verdict.score }] : []))
  const unjudged = seen.flatMap(({ name, verdict }) =>
    'score' in verdict
      ? []
      : [{ code: verdict.outcome === 'no_face' ? verdict.outcome : verdict.reason, name }],
  )
  const weakest = judged.toSorted((first, second) => first.score - second.score)[0] ?? seen[0]!
  const base = {
    ...blank(policy.threshold),
    error_rates: toErrorRates(
      livenessRatesAt(
        policy.threshold,
        reports.map(([, report]) => report),
      ),
    ),
    cues:
      weakest.report.subject?.liveness?.cues.map(({ name, score, note }) => ({ name, score, note })) ?? [],
  }
  if (judged.length === 0)
    return { ...base, reasons: [...several, ...unjudged.map(({ code, name }) => reason(code, name))] }
  const templates = judged.flatMap(({ report }) => report.subject?.template ?? [])
  const alike = { threshold: match.threshold, similarity: likenessOf }
  const others = showsOnePerson(templates, alike) ? [] : [reason('different_people')]
  const score = fuseScores(judged.map((one) => one.score))
  const { isLive, review } = judgeScore(score, policy)
  const isDrawn = !isLive && base.cues.some(({ name }) => name === 'photograph')
  const suspected = isDrawn ? 'not_a_photograph' : 'spoof_suspected'
  const why = [
    ...(review ? [reason('near_threshold')] : []),
    ...(isDrawn || !(review || isLive) ? [reason(suspected, weakest.name)] : []),
  ]
  const faults = judged.flatMap(({ name, report }) =>
    (report.subject?.quality.faults ?? []).map((fault) => warning(fault, name)),
  )
  const isWrong = several.length > 0 || others.length > 0
  return {
    ...base,
    verdict: isWrong ? 'fail' : review ? 'review' : isLive ? 'pass' : 'fail',
    probability: score,
    reasons: [...several, ...others, ...why],
    warnings: [...unjudged.map(({ code, name }) => warning(code, name)), ...faults],
  }
}

/**
 * Adds what a client's policy has to say of files that lack a mark of a camera. Marks can be forged, and honest apps that crop
 * or make smaller take them away.
 */
export function withEvidence(
  judged: Judged,
  reports: readonly (readonly [PictureName, FaceReport])[],
  { warn, refuse }: { warn: boolean; refuse: boolean },
): Judged {
  const unverified = reports.flatMap(([name, { picture }]) =>
    cameraMarks.every((mark) => picture.cameraMarks.includes(mark)) ? [] : [name],
  )
  if (unverified.length === 0) return judged
  if (refuse) {
    const reasons = unverified.map((name) => reason('unverified_capture', name))
    return { ...judged, verdict: 'fail', reasons: [...judged.reasons, ...reasons] }
  }
  if (!warn) return judged
  const warnings = unverified.map((name) => warning('unverified_capture', name))
  return { ...judged, warnings: [...judged.warnings, ...warnings] }
}

const likenessOf = (first: Float32Array, second: Float32Array) => similarity(cosine(first, second))

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
  const { years, min, max, confidence } = ageOf(report)
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

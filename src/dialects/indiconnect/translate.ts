import type { MatchVerdict } from '../../decisions/match.ts'
import type { PassiveVerdict } from '../../decisions/passive.ts'
import type { QualityFault } from '../../engine/types.ts'
import { roundScore } from '../common/numbers.ts'
import type { FaceMatchResult, LivenessCode, LivenessDetectionResult, VerifyResponse } from './schemas.ts'

const faultCodes: Record<QualityFault, 104 | 105 | 107> = {
  face_unclear: 104,
  too_dark: 104,
  too_bright: 104,
  blurred: 104,
  occluded: 104,
  extreme_pose: 105,
  face_too_small: 107,
  face_too_large: 107,
  // A face that leaves the picture is too large for its frame. Not 103, which says that there was no picture.
  face_cut_off: 107,
}

/** Ids of one check: its UUID, and the time it was made as the vendor's case id shows it. */
export interface Ids {
  requestId: string
  at: number
}

/** Anything but a verdict: the four fields of the face are null, as in the vendor's sample. */
export function toUnjudged(code: Exclude<LivenessCode, 101>, ids: Ids): LivenessDetectionResult {
  return {
    __typename: 'LivenessDetectionResult',
    status_code: code,
    request_id: ids.requestId,
    case_id: `LIVENESS-${ids.at}`,
    is_live: null,
    liveness_score: null,
    review_needed: null,
    multiple_faces_detected: null,
  }
}

/**
 * A spoof and a face among several are judged faces too: 101, and the fields tell.
 * @param faults of the face; the verdict itself stands for some of them, others only lower the quality
 */
export function toLiveness(
  verdict: PassiveVerdict,
  faults: readonly QualityFault[],
  ids: Ids,
): LivenessDetectionResult {
  if (verdict.outcome === 'no_face') return toUnjudged(102, ids)
  const isCutOff = faults.includes('face_cut_off')
  // Half a face is hard to be sure of because it is half.
  const isJustHalf = isCutOff && verdict.outcome === 'unjudgeable' && verdict.reason === 'face_unclear'
  if (verdict.outcome === 'unjudgeable' && !isJustHalf) return toUnjudged(faultCodes[verdict.reason], ids)
  // What is left of a face at the edge may be judged, but this vendor has a code that asks for another picture.
  if (verdict.outcome === 'unjudgeable' || isCutOff) return toUnjudged(faultCodes.face_cut_off, ids)
  return {
    __typename: 'LivenessDetectionResult',
    status_code: 101,
    request_id: ids.requestId,
    case_id: `LIVENESS-${ids.at}`,
    is_live: verdict.outcome === 'live',
    liveness_score: roundScore(verdict.score),
    review_needed: verdict.review,
    multiple_faces_detected: verdict.severalFaces,
  }
}

/**
 * The match of the two largest faces.
 * @param several a picture shows other people too, so that a person should look which one was meant
 */
export function toMatch(
  verdict: Extract<MatchVerdict, { outcome: 'same' | 'different' }>,
  threshold: number,
  several: boolean,
): FaceMatchResult {
  const { similarity } = verdict
  const room = similarity >= threshold ? 1 - threshold : threshold
  return {
    __typename: 'FaceMatchResult',
    match: verdict.outcome === 'same' ? 'yes' : 'no',
    // In percent, which keeps the four decimals that were compared.
    match_score: Math.round(similarity * 1e4) / 100,
    confidence: Math.round(500 + (500 * Math.abs(similarity - threshold)) / room) / 10,
    review_needed: verdict.review || several ? 'yes' : 'no',
  }
}

export function completed(result: LivenessDetectionResult | FaceMatchResult): VerifyResponse {
  return { ok: true, message: 'Verification completed successfully', status: 200, result, error: null }
}

/**
 * A request that was understood and cannot be carried out, reported inside an HTTP 200.
 * @param status of the error: like an HTTP status, or one of the codes of a picture (102, 103), beside which the
 *   response's own status is 400, as callers read that one like an HTTP status
 */
export function failed(status: number, message: string): VerifyResponse {
  const error = { status, message, decryptedError: null, raw: null }
  return {
    ok: false,
    message: 'Verification failed',
    status: Math.max(400, status),
    result: null,
    error,
  }
}

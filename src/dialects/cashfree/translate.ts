import type { MatchVerdict } from '../../decisions/match.ts'
import type { PassiveVerdict } from '../../decisions/passive.ts'
import type { Estimate, Subject, Traits } from '../../engine/types.ts'
import { roundScore } from '../common/numbers.ts'
import type { LivelinessAnswer, LivenessAnswer, MatchAnswer } from './schemas.ts'

export interface Ids {
  reference: number
  verificationId: string
}

/** 0..1 to 0..100 with one decimal, and never 100: no judgement that was measured is right every time. */
function percent(confidence: number): number {
  return Math.min(99.9, Math.round(confidence * 1000) / 10)
}

function livenessStatus(verdict: PassiveVerdict): LivenessAnswer['status'] {
  if (verdict.outcome === 'no_face') return 'FACE_NOT_DETECTED'
  if (verdict.severalFaces) return 'MULTIPLE_FACES_DETECTED'
  return verdict.outcome === 'live' ? 'SUCCESS' : 'REAL_FACE_NOT_DETECTED'
}

/** Only a live face is answered with the details; every other answer keeps the keys with null. */
export function toLiveness(verdict: PassiveVerdict, subject: Subject | null, ids: Ids): LivenessAnswer {
  const status = livenessStatus(verdict)
  const head = { reference_id: ids.reference, verification_id: ids.verificationId, status }
  const traits = subject?.allTraits
  if (status !== 'SUCCESS' || verdict.outcome !== 'live' || !subject || !traits) {
    return {
      ...head,
      liveness: false,
      liveness_score: 0,
      gender: null,
      age_range: null,
      eye_wear: null,
      face_occluded: null,
      quality: null,
      pose: null,
      eyes_open: null,
    }
  }
  const { quality } = subject
  return {
    ...head,
    liveness: true,
    liveness_score: roundScore(verdict.score),
    gender: {
      value: traits.gender.value === 'male' ? 'MALE' : 'FEMALE',
      confidence: percent(traits.gender.confidence),
    },
    age_range: ageRange(traits.age),
    eye_wear: { value: traits.eyewear.value !== 'none', confidence: percent(traits.eyewear.confidence) },
    face_occluded: judgement(traits.occluded),
    quality: { blur: quality.blur.value, bright: quality.bright.value, exposure: quality.exposure.value },
    pose: { face_alignment: subject.alignment, head_turned: subject.headTurned },
    eyes_open: judgement(bothOpen(traits, subject.pose.yaw)),
  }
}

export function toMatch(verdict: MatchVerdict, ids: Ids, strictStatus: boolean): MatchAnswer {
  const ended = (status: MatchAnswer['status']): MatchAnswer => ({
    status,
    ref_id: ids.reference,
    verification_id: ids.verificationId,
    face_match_result: 'NO',
    face_match_score: 0,
  })
  switch (verdict.outcome) {
    case 'no_face':
      return ended(strictStatus ? 'SUCCESS' : 'FACE_NOT_DETECTED')
    case 'several_faces':
      return ended('MULTIPLE_FACE_DETECTED')
    default:
      return {
        ...ended('SUCCESS'),
        face_match_result: verdict.outcome === 'same' ? 'YES' : 'NO',
        face_match_score: roundScore(verdict.similarity),
      }
  }
}

/** The older answer: SUCCESS means that a face was found, so a spoof is SUCCESS with its low score. */
export function toLiveliness(verdict: PassiveVerdict, ids: Ids): LivelinessAnswer {
  const head = { reference_id: ids.reference, verification_id: ids.verificationId }
  if (verdict.outcome === 'no_face')
    return { ...head, status: 'FACE_NOT_DETECTED', liveliness: false, score: 0 }
  if (verdict.severalFaces) return { ...head, status: 'MULTIPLE_FACE_DETECTED', liveliness: false, score: 0 }
  const score = verdict.outcome === 'unjudgeable' ? 0 : roundScore(verdict.score)
  return { ...head, status: 'SUCCESS', liveliness: verdict.outcome === 'live', score }
}

function judgement({ value, confidence }: Estimate<boolean>) {
  return { value, confidence: percent(confidence) }
}

/**
 * The range in which an estimate is right about every second time, as narrow as the vendor's own: the engine's, which
 * is right more often, drawn in towards the likeliest age as for errors of a logistic distribution.
 */
function ageRange({ years, min, max, confidence }: Traits['age']) {
  const share = Math.log(3) / Math.log((1 + confidence) / (1 - confidence))
  return {
    min: Math.floor(years - share * (years - min)),
    max: Math.ceil(years + share * (max - years)),
  }
}

/** Degrees of turn from which the far eye is seen too flat to be believed. */
const nearEyeOnly = 20
/** Probability of being open below which one eye alone decides; its errors and the other's would otherwise add up. */
const clearlyClosed = 0.2

/** Are both eyes open? Those behind dark glasses are taken for open, as nearly all are, with no confidence. */
function bothOpen(
  { leftEyeOpen, rightEyeOpen, eyewear }: Pick<Traits, 'leftEyeOpen' | 'rightEyeOpen' | 'eyewear'>,
  yaw: number,
): Estimate<boolean> {
  if (eyewear.value === 'sunglasses') return { value: true, confidence: 0.5 }
  // Turned to the subject's own left, the right eye is the near one.
  if (yaw > nearEyeOnly) return rightEyeOpen
  if (yaw < -nearEyeOnly) return leftEyeOpen
  const eyes = [openness(leftEyeOpen), openness(rightEyeOpen)]
  const [weakest, both] = [Math.min(...eyes), (eyes[0]! + eyes[1]!) / 2]
  const open = weakest < clearlyClosed ? weakest : both
  return { value: open >= 0.5, confidence: Math.max(open, 1 - open) }
}

/** Probability that an eye is open. */
function openness({ value, confidence }: Estimate<boolean>): number {
  return value ? confidence : 1 - confidence
}

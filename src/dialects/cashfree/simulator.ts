import type { LivenessAnswer } from './schemas.ts'

/** First digits of a verification id, and the outcome they script. */
const scripted: readonly [string, LivenessAnswer['status']][] = [
  ['2222', 'MULTIPLE_FACES_DETECTED'],
  ['3333', 'FACE_NOT_DETECTED'],
  ['4444', 'REAL_FACE_NOT_DETECTED'],
]

/**
 * The outcome that the vendor's sandbox scripts for a verification id, for a client that opted in.
 * The details of SUCCESS are the vendor's published sample.
 */
export function simulateLiveness(reference: number, verificationId: string): LivenessAnswer {
  const status = scripted.find(([prefix]) => verificationId.startsWith(prefix))?.[1] ?? 'SUCCESS'
  const success = status === 'SUCCESS'
  return {
    reference_id: reference,
    verification_id: verificationId,
    status,
    liveness: success,
    liveness_score: success ? 0.98 : 0,
    gender: success ? { value: 'FEMALE', confidence: 98.4 } : null,
    age_range: success ? { min: 29, max: 37 } : null,
    eye_wear: success ? { value: true, confidence: 96.4 } : null,
    face_occluded: success ? { value: false, confidence: 98.7 } : null,
    quality: success ? { blur: false, bright: true, exposure: 'NEUTRAL' } : null,
    pose: success ? { face_alignment: 'CENTRE', head_turned: false } : null,
    eyes_open: success ? { value: true, confidence: 95.5 } : null,
  }
}

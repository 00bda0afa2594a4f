/** The answers' shapes; the OpenAPI document is made from these. */
import { z } from 'zod'

const confidence = z.number().min(0).max(100).describe('Confidence, 0 to 100.')
const judgement = z.object({ value: z.boolean(), confidence })
const referenceId = z.int().describe('Unique reference id of this check; never repeats.')
const verificationId = z.string().describe('Your id of this request.')

export const livenessAnswer = z
  .object({
    reference_id: referenceId,
    verification_id: verificationId,
    status: z.enum(['SUCCESS', 'REAL_FACE_NOT_DETECTED', 'MULTIPLE_FACES_DETECTED', 'FACE_NOT_DETECTED']),
    liveness: z.boolean(),
    liveness_score: z.number().min(0).max(1).describe('Probability of a live person; 0 unless SUCCESS.'),
    gender: z.object({ value: z.enum(['MALE', 'FEMALE']), confidence }).nullable(),
    age_range: z.object({ min: z.int(), max: z.int() }).nullable(),
    eye_wear: judgement.nullable(),
    face_occluded: judgement.nullable(),
    quality: z
      .object({
        blur: z.boolean(),
        bright: z.boolean(),
        exposure: z.enum(['UNDER_EXPOSED', 'NEUTRAL', 'OVER_EXPOSED']),
      })
      .nullable(),
    pose: z
      .object({ face_alignment: z.enum(['LEFT', 'RIGHT', 'CENTRE']), head_turned: z.boolean() })
      .nullable(),
    eyes_open: judgement.nullable(),
  })
  .meta({ id: 'FaceLivenessAnswer' })

export const matchAnswer = z
  .object({
    status: z.enum(['SUCCESS', 'MULTIPLE_FACE_DETECTED', 'FACE_NOT_DETECTED']),
    ref_id: referenceId,
    verification_id: verificationId,
    face_match_result: z.enum(['YES', 'NO']),
    face_match_score: z.number().min(0).max(1),
  })
  .meta({ id: 'FaceMatchAnswer' })

export const livelinessAnswer = z
  .object({
    reference_id: referenceId,
    verification_id: verificationId,
    status: z.enum(['SUCCESS', 'FACE_NOT_DETECTED', 'MULTIPLE_FACE_DETECTED']),
    liveliness: z.boolean(),
    score: z.number().min(0).max(1),
  })
  .meta({ id: 'LivelinessAnswer' })

export const errorAnswer = z
  .object({
    type: z.enum([
      'validation_error',
      'authentication_error',
      'rate_limit_error',
      'internal_error',
      'not_found_error',
    ]),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'Error' })

export type LivenessAnswer = z.infer<typeof livenessAnswer>
export type MatchAnswer = z.infer<typeof matchAnswer>
export type LivelinessAnswer = z.infer<typeof livelinessAnswer>

/** The answers' shapes; the OpenAPI document is made from these. */
import { z } from 'zod'

const confidence = z.number().min(0).max(100).describe('Confidence in percent, at most 99.9.')
const judgement = (meaning: string) =>
  z
    .object({ value: z.boolean().describe('The answer to what the field asks.'), confidence })
    .meta({ id: 'Judgement' })
    .nullable()
    .describe(`${meaning} Null unless the status is SUCCESS.`)
const referenceId = z.int().min(1).describe('Unique reference id of this check; never repeats.')
const verificationId = z.string().describe('Your id of this request.')

export const livenessAnswer = z
  .object({
    reference_id: referenceId,
    verification_id: verificationId,
    status: z
      .enum(['SUCCESS', 'REAL_FACE_NOT_DETECTED', 'MULTIPLE_FACES_DETECTED', 'FACE_NOT_DETECTED'])
      .describe('SUCCESS: exactly one face, and it is that of a live person.'),
    liveness: z.boolean().describe('Is the face that of a live person? True with SUCCESS alone.'),
    liveness_score: z.number().min(0).max(1).describe('Probability of a live person; 0 unless SUCCESS.'),
    gender: z
      .object({ value: z.enum(['MALE', 'FEMALE']).describe('The likelier one.'), confidence })
      .meta({ id: 'Gender' })
      .nullable()
      .describe('Apparent gender. Null unless the status is SUCCESS.'),
    age_range: z
      .object({ min: z.int().min(0).describe('Years.'), max: z.int().min(0).max(120).describe('Years.') })
      .meta({ id: 'AgeRange' })
      .nullable()
      .describe('Range that holds about half of all true ages. Null unless the status is SUCCESS.'),
    eye_wear: judgement('Does the person wear glasses or sunglasses?'),
    face_occluded: judgement('Does something other than glasses cover part of the face?'),
    quality: z
      .object({
        blur: z.boolean().describe('Is the face blurred?'),
        bright: z.boolean().describe('Does the face get enough light?'),
        exposure: z.enum(['UNDER_EXPOSED', 'NEUTRAL', 'OVER_EXPOSED']).describe('Exposure of the face.'),
      })
      .meta({ id: 'Quality' })
      .nullable()
      .describe('What a photographer would say. Null unless the status is SUCCESS.'),
    pose: z
      .object({
        face_alignment: z
          .enum(['LEFT', 'RIGHT', 'CENTRE'])
          .describe('Third of the picture in which the face stands, as the viewer sees it.'),
        head_turned: z.boolean().describe('Is the head turned away from the camera?'),
      })
      .meta({ id: 'Pose' })
      .nullable()
      .describe('How the face stands in the picture. Null unless the status is SUCCESS.'),
    eyes_open: judgement('Are both eyes open?'),
  })
  .meta({
    id: 'FaceLivenessAnswer',
    description: 'What was found in the picture, whatever it was.',
    examples: [
      {
        reference_id: 1078756,
        verification_id: 'test_verification_id',
        status: 'SUCCESS',
        liveness: true,
        liveness_score: 0.98,
        gender: { value: 'FEMALE', confidence: 98.4 },
        age_range: { min: 29, max: 37 },
        eye_wear: { value: true, confidence: 96.4 },
        face_occluded: { value: false, confidence: 98.7 },
        quality: { blur: false, bright: true, exposure: 'NEUTRAL' },
        pose: { face_alignment: 'CENTRE', head_turned: false },
        eyes_open: { value: true, confidence: 95.5 },
      },
      {
        reference_id: 1357,
        verification_id: '333312345',
        status: 'FACE_NOT_DETECTED',
        liveness: false,
        liveness_score: 0,
        gender: null,
        age_range: null,
        eye_wear: null,
        face_occluded: null,
        quality: null,
        pose: null,
        eyes_open: null,
      },
    ],
  })

export const matchAnswer = z
  .object({
    status: z
      .enum(['SUCCESS', 'MULTIPLE_FACE_DETECTED', 'FACE_NOT_DETECTED'])
      .describe('SUCCESS: each picture shows one face. Otherwise the result is NO and the score 0.'),
    ref_id: referenceId,
    verification_id: verificationId,
    face_match_result: z.enum(['YES', 'NO']).describe('YES from a score of the threshold.'),
    face_match_score: z.number().min(0).max(1).describe('Similarity of the two faces.'),
  })
  .meta({
    id: 'FaceMatchAnswer',
    description: 'How alike the two faces are.',
    examples: [
      {
        status: 'SUCCESS',
        ref_id: 21637861,
        verification_id: '21637861',
        face_match_result: 'YES',
        face_match_score: 0.95,
      },
      {
        status: 'MULTIPLE_FACE_DETECTED',
        ref_id: 21637861,
        verification_id: '21637861',
        face_match_result: 'NO',
        face_match_score: 0,
      },
    ],
  })

export const livelinessAnswer = z
  .object({
    reference_id: referenceId,
    verification_id: verificationId,
    status: z
      .enum(['SUCCESS', 'FACE_NOT_DETECTED', 'MULTIPLE_FACE_DETECTED'])
      .describe('SUCCESS: the picture shows one face, live or not.'),
    liveliness: z.boolean().describe('Is the face that of a live person?'),
    score: z.number().min(0).max(1).describe('Probability of a live person.'),
  })
  .meta({
    id: 'LivelinessAnswer',
    description: 'The older answer of face-liveness.',
    examples: [
      { reference_id: 1357, verification_id: 'test_id', status: 'SUCCESS', liveliness: true, score: 0.98 },
    ],
  })

export const errorAnswer = z
  .object({
    type: z
      .enum([
        'validation_error',
        'authentication_error',
        'rate_limit_error',
        'internal_error',
        'not_found_error',
      ])
      .describe('Family of the error.'),
    code: z.string().describe('Name of the error, for programs.'),
    message: z.string().describe('What is wrong, for people.'),
  })
  .meta({ id: 'Error' })

export type LivenessAnswer = z.infer<typeof livenessAnswer>
export type MatchAnswer = z.infer<typeof matchAnswer>
export type LivelinessAnswer = z.infer<typeof livelinessAnswer>

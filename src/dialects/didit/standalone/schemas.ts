/** The answers' shapes of the standalone calls. */
import { z } from 'zod'
import { json, match, percent, status, warning } from '../schemas.ts'

const box = z.object({
  bbox: z.array(z.int()).length(4).describe('x_min, y_min, x_max, y_max in pixels of the upright picture.'),
  confidence: z.number().min(0).max(1),
})
const aged = box.extend({ age: z.number().nullable(), gender: z.enum(['male', 'female']).nullable() })
const full = aged.extend({ race: z.null() })
const image = <T extends z.ZodType>(entity: T) =>
  z.object({
    entities: z.array(entity),
    best_angle: z.int().describe('Clockwise degrees that brought the face upright.'),
  })

const liveness = z.object({
  status,
  method: z.literal('PASSIVE'),
  score: percent.nullable().describe('100 times the probability of a live person; null when not judged.'),
  user_image: image(full),
  warnings: z.array(warning),
  face_quality: percent.nullable(),
  face_luminance: percent.nullable(),
})

const faceMatch = z.object({
  status,
  score: percent.nullable(),
  user_image: image(full),
  ref_image: image(full),
  warnings: z.array(warning),
})

const faceSearch = z.object({
  status,
  total_matches: z.int().min(0).max(5),
  matches: z.array(match).max(5),
  user_image: image(box),
  warnings: z.array(warning),
})

const ageEstimation = z.object({
  status,
  method: z.literal('PASSIVE'),
  score: percent.nullable(),
  user_image: image(aged),
  age_estimation: z.number().nullable().describe('Years.'),
  warnings: z.array(warning),
})

const standalone = <T extends z.ZodRawShape>(findings: T) =>
  z.object({
    request_id: z.uuid().describe('Id of the session when the call was saved.'),
    ...findings,
    vendor_data: z.string().nullable(),
    metadata: json.nullable(),
    created_at: z.string().describe('UTC, for example 2026-06-12T01:04:42.763000+00:00.'),
  })

/** By the operation's key. */
export const standaloneAnswers: Record<string, z.ZodType> = {
  liveness: standalone({ liveness }),
  face_match: standalone({ face_match: faceMatch }),
  face_search: standalone({ face_search: faceSearch }),
  age_estimation: standalone({ age_estimation: ageEstimation }),
}

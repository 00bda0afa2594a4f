/** The answers' shapes of the standalone calls. */
import { z } from 'zod'
import { match, metadata, percent, status, vendorData, warning } from '../schemas.ts'

const box = z.object({
  bbox: z.array(z.int()).length(4).describe('x_min, y_min, x_max, y_max in pixels of the upright picture.'),
  confidence: z.number().min(0).max(1).describe('0 to 1: how sure it is that this is a face.'),
})
const aged = box.extend({
  age: z.number().nullable().describe('Estimated age in years.'),
  gender: z.enum(['male', 'female']).nullable().describe('Estimated gender.'),
})
const full = aged.extend({ race: z.null().describe('Always null: it is not estimated.') })
const image = <T extends z.ZodType>(entity: T) =>
  z.object({
    entities: z.array(entity).describe('Every face in the picture.'),
    best_angle: z.int().describe('Clockwise degrees that brought the face upright.'),
  })

const verdict = status.describe('Declined when a warning declines.')
const method = z.literal('PASSIVE').describe('One picture, no gestures.')
const warnings = z.array(warning).describe('What was found wrong; empty when nothing was.')
const searched = 'The picture that was sent.'

const liveness = z.object({
  status: verdict,
  method,
  score: percent.nullable().describe('100 times the probability of a live person; null when not judged.'),
  user_image: image(full).describe(searched),
  warnings,
  face_quality: percent.nullable().describe('0 to 100: how good the picture is for a comparison.'),
  face_luminance: percent.nullable().describe('0 to 100: how light the skin is.'),
})

const faceMatch = z.object({
  status: verdict,
  score: percent.nullable().describe('0 to 100: how alike the two faces are; null without two faces.'),
  user_image: image(full).describe(searched),
  ref_image: image(full).describe('The picture it was compared with.'),
  warnings,
})

const faceSearch = z.object({
  status: verdict,
  total_matches: z.int().min(0).max(5).describe('How many faces were found.'),
  matches: z.array(match).max(5).describe('The faces found, closest first.'),
  user_image: image(box).describe(searched),
  warnings,
})

const ageEstimation = z.object({
  status: verdict,
  method,
  score: percent.nullable().describe('100 times the probability of a live person; null when not judged.'),
  user_image: image(aged).describe(searched),
  age_estimation: z.number().nullable().describe('Estimated age of the judged face in years.'),
  warnings,
})

const standalone = <T extends z.ZodRawShape>(findings: T) =>
  z.object({
    request_id: z.uuid().describe('Id of the session when the call was saved.'),
    ...findings,
    vendor_data: vendorData,
    metadata,
    created_at: z.string().describe('UTC, for example 2026-06-12T01:04:42.763000+00:00.'),
  })

/** By the operation's key. */
export const standaloneAnswers: Record<string, z.ZodType> = {
  liveness: standalone({ liveness: liveness.describe('What was found.') }),
  face_match: standalone({ face_match: faceMatch.describe('What was found.') }),
  face_search: standalone({ face_search: faceSearch.describe('What was found.') }),
  age_estimation: standalone({ age_estimation: ageEstimation.describe('What was found.') }),
}

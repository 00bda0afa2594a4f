/** The answers' shapes; the OpenAPI document is made from these, and what they don't name is not sent. */
import { z } from 'zod'
import { apiServices, sessionStatuses } from './sessions/records.ts'

const status = z.enum(['Approved', 'Declined'])
const percent = z.number().min(0).max(100)
const json = z.record(z.string(), z.unknown())
export const utcTime = z.string().describe('UTC, for example 2026-06-12T01:04:42.763000Z.')

const warning = z.object({
  risk: z.string(),
  feature: z.enum(['LIVENESS', 'FACEMATCH']),
  additional_data: json.nullable(),
  log_type: z.enum(['error', 'warning', 'information']).describe('`error` declines.'),
  short_description: z.string(),
  long_description: z.string(),
})
const nodeWarning = warning.extend({ node_id: z.string() })

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

const match = z.object({
  session_id: z.string().nullable(),
  session_number: z.int().nullable(),
  similarity_percentage: percent,
  source: z.enum(['session', 'imported', 'list_entry']),
  vendor_data: z.string().nullable(),
  verification_date: utcTime.nullable(),
  user_details: z.null(),
  match_image_url: z.string().nullable(),
  status: z.string().nullable(),
  is_blocklisted: z.boolean(),
  is_allowlisted: z.boolean(),
  api_service: z.string().nullable(),
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

const feature = z.object({ feature: z.string(), status: z.string() })

export const decisionAnswer = z.object({
  session_id: z.uuid(),
  session_kind: z.literal('user').optional(),
  session_number: z.int(),
  session_url: z.null(),
  status: z.enum(sessionStatuses),
  environment: z.enum(['live', 'sandbox']),
  workflow_id: z.null(),
  features: z.array(z.union([z.string(), feature])),
  vendor_data: z.string().nullable(),
  metadata: json.nullable(),
  expected_details: z.null(),
  contact_details: z.null(),
  callback: z.null(),
  id_verifications: z.null(),
  nfc_verifications: z.null(),
  liveness_checks: z
    .array(
      z.object({
        node_id: z.string(),
        status,
        method: z.literal('PASSIVE'),
        score: percent.nullable(),
        reference_image: z.string().nullable().describe('Opens for 60 minutes.'),
        video_url: z.null(),
        age_estimation: z.number().nullable(),
        matches: z.array(match),
        warnings: z.array(nodeWarning),
        face_quality: percent.nullable(),
        face_luminance: percent.nullable(),
      }),
    )
    .nullable(),
  face_matches: z
    .array(
      z.object({
        node_id: z.string(),
        status,
        score: percent.nullable(),
        source_image_session_id: z.null(),
        source_image: z.string().nullable(),
        target_image: z.string().nullable(),
        warnings: z.array(nodeWarning),
      }),
    )
    .nullable(),
  phone_verifications: z.null(),
  email_verifications: z.null(),
  poa_verifications: z.null(),
  document_ai_documents: z.null(),
  questionnaire_responses: z.null(),
  aml_screenings: z.null(),
  ip_analyses: z.null(),
  database_validations: z.null(),
  reviews: z.array(
    z.object({
      user: z.literal('API Client'),
      new_status: z.string(),
      comment: z.string().nullable(),
      created_at: z.string(),
    }),
  ),
  created_at: utcTime,
  expires_at: z.null(),
  api_service: z.enum(apiServices).optional(),
  session_type: z.literal('API').optional(),
  events: z.array(z.unknown()).optional(),
})

export const page = <T extends z.ZodType>(row: T) =>
  z.object({
    count: z.int(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(row),
  })

export const sessionPage = page(
  z.object({
    session_id: z.uuid(),
    session_kind: z.literal('user'),
    session_number: z.int(),
    session_url: z.null(),
    portrait_image: z.string().nullable(),
    document_type: z.null(),
    full_name: z.null(),
    country: z.null(),
    status: z.enum(sessionStatuses),
    vendor_data: z.string().nullable(),
    didit_internal_id: z.null(),
    created_at: utcTime,
    features: z.array(feature),
    phone_number: z.null(),
    email_address: z.null(),
    additional_details: json,
  }),
)

export const sessionIdAnswer = z.object({ session_id: z.uuid() })
export const nothing = z.null().describe('No body.')
/** Errors: by field, one sentence under `detail` or `error`, or a bare list. */
export const errorAnswer = z.union([
  z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  z.array(z.string()),
])

/** The answers' shapes of the calls on sessions. */
import { z } from 'zod'
import { json, match, page, percent, status, utcTime, warning } from '../schemas.ts'
import { apiServices, everyStatus, sessionStatuses } from './records.ts'

const nodeWarning = warning.extend({ node_id: z.string() })
const feature = z.object({ feature: z.string(), status: z.string() })
const node = z.object({ feature: z.string(), node_id: z.string() })
const label = z.enum(everyStatus).nullable()

/** A row of the activity feed. */
const activity = z.object({
  uuid: z.uuid(),
  activity_type: z.literal('STATUS_UPDATED'),
  actor_display: z.enum(['API Client', 'Unknown']),
  actor_email: z.null(),
  actor_type: z.enum(['API_KEY', 'CONSOLE_USER']),
  new_status: label.describe('The status that was set; of a note its label, which set nothing.'),
  previous_status: label.describe('The status before; null for a note.'),
  comment: z.string().nullable(),
  mentioned_emails: z.array(z.string()),
  previous_value: json.nullable(),
  new_value: json.nullable(),
  changed_fields: z.array(z.string()),
  metadata: z.null(),
  created_at: utcTime,
})
export const activityPage = page(activity)
export const noteAnswer = z.object({
  user: z.enum(['API Client', 'Unknown']),
  new_status: label,
  comment: z.string().nullable(),
  created_at: utcTime,
})

export const decisionAnswer = z.object({
  session_id: z.uuid(),
  session_kind: z.literal('user').optional(),
  session_number: z.int(),
  session_url: z.null(),
  status: z.enum(sessionStatuses),
  environment: z.enum(['live', 'sandbox']),
  workflow_id: z.null(),
  features: z.array(z.union([z.string(), node])),
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
      user: z.enum(['API Client', 'Unknown']),
      new_status: label,
      comment: z.string().nullable(),
      created_at: z.string(),
    }),
  ),
  created_at: utcTime,
  expires_at: z.null(),
  api_service: z.enum(apiServices).optional(),
  session_type: z.literal('API').optional(),
  workflow_type: z.null().optional(),
  workflow_version: z.null().optional(),
  workflow_version_id: z.null().optional(),
  has_device_nfc_support: z.null().optional(),
  blocklisted: z.boolean().optional(),
  cost_breakdown: z.null().optional(),
  activity_reviews: z.array(activity).optional(),
  events: z.array(z.unknown()).optional(),
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

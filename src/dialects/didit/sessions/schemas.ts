/** The answers' shapes of the calls on sessions. */
import { z } from 'zod'
import {
  json,
  match,
  metadata,
  notHere,
  page,
  percent,
  sessionNumber,
  status,
  utcTime,
  vendorData,
  warning,
} from '../schemas.ts'
import { apiServices, everyStatus, sessionStatuses } from './records.ts'

const nodeId = z.string().describe('The step that found it.')
const nodeWarning = warning.extend({ node_id: nodeId })
const featureName = z.string().describe('What was checked.')
const feature = z.object({
  feature: featureName,
  status: z.string().describe('What the call itself decided.'),
})
const node = z.object({ feature: featureName, node_id: z.string().describe('The step that checked it.') })
const label = z.enum(everyStatus).nullable()
const sessionStatus = z
  .enum(sessionStatuses)
  .describe('Status of the session, which a person may have changed.')
const callStatus = status.describe('What the call itself decided.')
const author = z.enum(['API Client', 'Unknown']).describe('`API Client` when a key decided.')
const comment = z.string().nullable().describe('What was written with it.')
const pictureLink = z.string().nullable().describe('Link to the picture, open for 60 minutes.')
const warnings = z.array(nodeWarning).describe('What was found wrong; empty when nothing was.')

/** A row of the activity feed. */
const activity = z.object({
  uuid: z.uuid().describe('Id of the entry.'),
  activity_type: z.literal('STATUS_UPDATED').describe('Always this.'),
  actor_display: author,
  actor_email: z.null().describe('Always null: people at the console are not told.'),
  actor_type: z
    .enum(['API_KEY', 'CONSOLE_USER'])
    .describe('`CONSOLE_USER` for notes and decisions at the console.'),
  new_status: label.describe('The status that was set; of a note its label, which set nothing.'),
  previous_status: label.describe('The status before; null for a note.'),
  comment,
  mentioned_emails: z.array(z.string()).describe('Always empty.'),
  previous_value: json.nullable().describe('The status before, as an object; null for a note.'),
  new_value: json.nullable().describe('The status that was set, as an object; null for a note.'),
  changed_fields: z.array(z.string()).describe('`status`, or nothing for a note.'),
  metadata: z.null().describe('Always null.'),
  created_at: utcTime.describe('When it was written, in UTC.'),
})
export const activityPage = page(activity)
export const noteAnswer = z.object({
  user: author,
  new_status: label.describe('The label that was given; the status of the session stays.'),
  comment,
  created_at: utcTime.describe('When it was written, in UTC.'),
})

export const decisionAnswer = z.object({
  session_id: z.uuid().describe('Id of the session.'),
  session_kind: z.literal('user').optional().describe('Always a person; absent with `include=events`.'),
  session_number: sessionNumber.unwrap().describe('Counted within the application.'),
  session_url: notHere,
  status: sessionStatus,
  environment: z.enum(['live', 'sandbox']).describe('Of the application.'),
  workflow_id: notHere,
  features: z.array(z.union([z.string(), node])).describe('What was checked.'),
  vendor_data: vendorData,
  metadata,
  expected_details: notHere,
  contact_details: notHere,
  callback: notHere,
  id_verifications: notHere,
  nfc_verifications: notHere,
  liveness_checks: z
    .array(
      z.object({
        node_id: nodeId,
        status: callStatus,
        method: z.literal('PASSIVE').describe('One picture, no gestures.'),
        score: percent
          .nullable()
          .describe('100 times the probability of a live person; null when not judged.'),
        reference_image: pictureLink,
        video_url: z.null().describe('Always null: one picture is no video.'),
        age_estimation: z.number().nullable().describe('Estimated age in years.'),
        matches: z.array(match).describe('Enrolled faces that look alike.'),
        warnings,
        face_quality: percent.nullable().describe('0 to 100: how good the picture is for a comparison.'),
        face_luminance: percent.nullable().describe('0 to 100: how light the skin is.'),
      }),
    )
    .nullable()
    .describe('The check of liveness, age or search; null for a face match.'),
  face_matches: z
    .array(
      z.object({
        node_id: nodeId,
        status: callStatus,
        score: percent.nullable().describe('0 to 100: how alike the faces are; null without two faces.'),
        source_image_session_id: notHere,
        source_image: pictureLink,
        target_image: pictureLink,
        warnings,
      }),
    )
    .nullable()
    .describe('The face match; null for other calls.'),
  phone_verifications: notHere,
  email_verifications: notHere,
  poa_verifications: notHere,
  document_ai_documents: notHere,
  questionnaire_responses: notHere,
  aml_screenings: notHere,
  ip_analyses: notHere,
  database_validations: notHere,
  reviews: z
    .array(
      z.object({
        user: author,
        new_status: label.describe('The status that was set, or the label of a note.'),
        comment,
        created_at: utcTime.describe('When it was written, in UTC.'),
      }),
    )
    .describe('Decisions and notes by hand, oldest first.'),
  created_at: utcTime.describe('When the call was made, in UTC.'),
  expires_at: z.null().describe('Always null: a session does not expire.'),
  api_service: z.enum(apiServices).optional().describe('The call; with `include=events`.'),
  session_type: z.literal('API').optional().describe('With `include=events`.'),
  workflow_type: notHere.optional(),
  workflow_version: notHere.optional(),
  workflow_version_id: notHere.optional(),
  has_device_nfc_support: notHere.optional(),
  blocklisted: z.boolean().optional().describe('The face is blocked; with `include=events`.'),
  cost_breakdown: notHere.optional(),
  activity_reviews: z.array(activity).optional().describe('The feed of reviews; with `include=events`.'),
  events: z.array(z.unknown()).optional().describe('Always empty: steps of the hosted flow.'),
})

export const sessionPage = page(
  z.object({
    session_id: z.uuid().describe('Id of the session.'),
    session_kind: z.literal('user').describe('Always a person.'),
    session_number: sessionNumber.unwrap().describe('Counted within the application.'),
    session_url: notHere,
    portrait_image: pictureLink,
    document_type: notHere,
    full_name: notHere,
    country: notHere,
    status: sessionStatus,
    vendor_data: vendorData,
    didit_internal_id: notHere,
    created_at: utcTime.describe('When the call was made, in UTC.'),
    features: z.array(feature).describe('What was checked.'),
    phone_number: notHere,
    email_address: notHere,
    additional_details: json.describe('Score by what was checked, 0 to 100.'),
  }),
)

export const sessionIdAnswer = z.object({ session_id: z.uuid().describe('Id of the session.') })

/** The answers' shapes of the calls that manage: webhooks and lists. */
import { z } from 'zod'
import { page, utcTime } from './schemas.ts'
import { eventNames, versions } from './webhooks/format.ts'

export const messageAnswer = z.object({ message: z.string() })

const milliseconds = z.null().describe('Not measured.')
const destination = z.object({
  uuid: z.uuid(),
  label: z.string(),
  url: z.string(),
  enabled: z.boolean(),
  webhook_version: z.enum(versions),
  subscribed_events: z.array(z.enum(eventNames)),
  created_at: utcTime,
  updated_at: utcTime,
})
export const destinationAnswer = destination.extend({
  secret_shared_key: z.string(),
  summary: z.object({
    total_deliveries: z.int(),
    failed_deliveries: z.int(),
    error_rate_percentage: z.int(),
    min_response_time_ms: milliseconds,
    avg_response_time_ms: milliseconds,
    max_response_time_ms: milliseconds,
    last_delivery_at: utcTime.nullable(),
  }),
})
export const destinationList = z.array(
  destination.extend({
    subscribed_events_count: z.int(),
    deliveries_count: z.int(),
    failed_deliveries_count: z.int(),
    average_response_time_ms: milliseconds,
    error_rate_percentage: z.int(),
    last_delivery_at: utcTime.nullable(),
  }),
)

export const webhookConfiguration = z.object({
  webhook_url: z.string().nullable(),
  webhook_version: z.enum(versions),
  secret_shared_key: z.string().nullable(),
  capture_method: z.literal('both'),
  data_retention_months: z.int().nullable().describe('1 to 120; null: until deleted.'),
})

export const blocklistPage = page(
  z.object({
    type: z.literal('face'),
    session_id: z.string().nullable(),
    session_number: z.int().nullable(),
    blocklisted_at: utcTime,
    face_image: z.string().nullable(),
    document_type: z.null(),
    document_number: z.null(),
    front_image: z.null(),
    phone_number: z.null(),
    country_code: z.null(),
    email: z.null(),
  }),
)

export const listAnswer = z.object({
  uuid: z.uuid(),
  name: z.string(),
  description: z.string(),
  list_type: z.enum(['blocklist', 'allowlist']),
  entry_type: z.literal('face'),
  is_system: z.literal(true),
  entry_count: z.int(),
  last_entry_added_at: utcTime.nullable(),
  created_at: utcTime,
  updated_at: utcTime,
})
export const listPage = page(listAnswer)
export const entryAnswer = z.object({
  uuid: z.uuid(),
  value: z.string(),
  display_label: z.string(),
  comment: z.string(),
  added_by: z.literal('api'),
  reference_session_id: z.string().nullable(),
  reference_session_number: z.int().nullable(),
  reference_object_uuid: z.string().nullable(),
  metadata: z.object({ reference_image_url: z.string().nullable() }),
  created_at: utcTime,
})
export const entryPage = page(entryAnswer)

/** The answers' shapes of the calls on webhooks. */
import { z } from 'zod'
import { utcTime } from '../schemas.ts'
import { eventNames, versions } from './format.ts'

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

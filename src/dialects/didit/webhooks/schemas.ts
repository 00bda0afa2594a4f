/** The answers' shapes of the calls on webhooks. */
import { z } from 'zod'
import { utcTime } from '../schemas.ts'
import { eventNames, versions } from './format.ts'

const milliseconds = z.null().describe('Not measured.')
const destination = z.object({
  uuid: z.uuid().describe('Id of the destination.'),
  label: z.string().describe('Name for people.'),
  url: z.string().describe('Where messages are sent.'),
  enabled: z.boolean().describe('Whether messages are sent.'),
  webhook_version: z.enum(versions).describe('Kept; every version gets the message of v3.'),
  subscribed_events: z
    .array(z.enum(eventNames))
    .describe('What it hears; only `status.updated` is ever sent.'),
  created_at: utcTime.describe('When it was made, in UTC.'),
  updated_at: utcTime.describe('When it was last changed, in UTC.'),
})
export const destinationAnswer = destination.extend({
  secret_shared_key: z.string().describe('Signs the messages.'),
  summary: z
    .object({
      total_deliveries: z.int().describe('Messages of the last 30 days.'),
      failed_deliveries: z.int().describe('Those that never arrived.'),
      error_rate_percentage: z.int().describe('Their share, 0 to 100.'),
      min_response_time_ms: milliseconds,
      avg_response_time_ms: milliseconds,
      max_response_time_ms: milliseconds,
      last_delivery_at: utcTime.nullable().describe('When one last arrived, in UTC.'),
    })
    .describe('How its messages fared.'),
})
export const destinationList = z.array(
  destination.extend({
    subscribed_events_count: z.int().describe('How many events it hears.'),
    deliveries_count: z.int().describe('Messages of the last 30 days.'),
    failed_deliveries_count: z.int().describe('Those that never arrived.'),
    average_response_time_ms: milliseconds,
    error_rate_percentage: z.int().describe('Their share, 0 to 100.'),
    last_delivery_at: utcTime.nullable().describe('When one last arrived, in UTC.'),
  }),
)

export const webhookConfiguration = z.object({
  webhook_url: z.string().nullable().describe('Where messages are sent; null: nowhere.'),
  webhook_version: z.enum(versions).describe('Kept; every version gets the message of v3.'),
  secret_shared_key: z.string().nullable().describe('Signs the messages; null before there is an address.'),
  capture_method: z.literal('both').describe('Has no effect.'),
  data_retention_months: z.int().nullable().describe('1 to 120; null: until deleted.'),
})

/** Shapes that several rooms' answers share. The OpenAPI document is made from shapes, and what they do not name is not sent. */
import { z } from 'zod'

export const status = z.enum(['Approved', 'Declined'])
export const percent = z.number().min(0).max(100)
export const json = z.record(z.string(), z.unknown())
export const utcTime = z.string().describe('UTC, for example 2026-06-12T01:04:42.763000Z.')

export const warning = z.object({
  risk: z.string(),
  feature: z.enum(['LIVENESS', 'FACEMATCH']),
  additional_data: json.nullable(),
  log_type: z.enum(['error', 'warning', 'information']).describe('`error` declines.'),
  short_description: z.string(),
  long_description: z.string(),
})

export const match = z.object({
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

export const page = <T extends z.ZodType>(row: T) =>
  z.object({
    count: z.int(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(row),
  })

export const nothing = z.null().describe('No body.')
/** Errors: by field, one sentence under `detail` or `error`, or a bare list. */
export const errorAnswer = z.union([
  z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  z.array(z.string()),
])

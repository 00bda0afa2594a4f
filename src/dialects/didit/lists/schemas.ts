/** The answers' shapes of the calls on lists. */
import { z } from 'zod'
import { page, utcTime } from '../schemas.ts'

export const messageAnswer = z.object({ message: z.string() })

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

/** The answers' shapes of the calls on lists. */
import { z } from 'zod'
import { page, sessionId, sessionNumber, utcTime } from '../schemas.ts'

export const messageAnswer = z.object({ message: z.string().describe('What was done.') })

export const blocklistPage = page(
  z.object({
    type: z.literal('face').describe('Only faces are listed here.'),
    session_id: sessionId.describe('Session of the face; null for an uploaded one or a deleted session.'),
    session_number: sessionNumber.describe('Number of that session, null with it.'),
    blocklisted_at: utcTime.describe('Since when the face is blocked, in UTC.'),
    face_image: z.string().nullable().describe('Link to the face, open for 60 minutes.'),
    document_type: z.null().describe('Always null: only faces are listed here.'),
    document_number: z.null().describe('Always null: only faces are listed here.'),
    front_image: z.null().describe('Always null: only faces are listed here.'),
    phone_number: z.null().describe('Always null: only faces are listed here.'),
    country_code: z.null().describe('Always null: only faces are listed here.'),
    email: z.null().describe('Always null: only faces are listed here.'),
  }),
)

export const listAnswer = z.object({
  uuid: z.uuid().describe('Id of the list.'),
  name: z.string().describe('Name for people.'),
  description: z.string().describe('What being on it does.'),
  list_type: z.enum(['blocklist', 'allowlist']).describe('What being on it does.'),
  entry_type: z.literal('face').describe('What is on it.'),
  is_system: z.literal(true).describe('It cannot be renamed or deleted.'),
  entry_count: z.int().describe('How many faces are on it.'),
  last_entry_added_at: utcTime.nullable().describe('When the newest face was enrolled, in UTC.'),
  created_at: utcTime.describe('When the application was made, in UTC.'),
  updated_at: utcTime.describe('When the newest face was enrolled, in UTC.'),
})
export const listPage = page(listAnswer)
export const entryAnswer = z.object({
  uuid: z.uuid().describe('Id of the entry.'),
  value: z.string().describe('The same id: a face has no text.'),
  display_label: z.string().describe('Always empty.'),
  comment: z.string().describe('The note it was listed with.'),
  added_by: z.literal('api').describe('Who listed it.'),
  reference_session_id: sessionId.describe(
    'Session of the face; null for an uploaded one or a deleted session.',
  ),
  reference_session_number: sessionNumber.describe('Number of that session, null with it.'),
  reference_object_uuid: z.string().nullable().describe('Id of the entry.'),
  metadata: z
    .object({
      reference_image_url: z.string().nullable().describe('Link to the face, open for 60 minutes.'),
    })
    .describe('What else is known of it.'),
  created_at: utcTime.describe('When the face was enrolled, in UTC.'),
})
export const entryPage = page(entryAnswer)

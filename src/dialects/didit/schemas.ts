/** Shapes that several rooms' answers share. The OpenAPI document is made from shapes, and what they do not name is not sent. */
import { z } from 'zod'

export const status = z.enum(['Approved', 'Declined'])
export const percent = z.number().min(0).max(100)
export const json = z.record(z.string(), z.unknown())
export const utcTime = z.string().describe('UTC, for example 2026-06-12T01:04:42.763000Z.')

/** What belongs to the vendor's hosted flow, which does not exist here. */
export const notHere = z.null().describe('Always null: part of the hosted flow, which does not exist here.')
export const vendorData = z.string().nullable().describe('The id of the person that the caller gave.')
export const metadata = json.nullable().describe('What the caller gave, unchanged.')
export const sessionId = z.string().nullable().describe('Id of the saved call.')
export const sessionNumber = z
  .int()
  .nullable()
  .describe('Number of the saved call, counted within the application.')

export const warning = z.object({
  risk: z.string().describe('Name of the risk, for example `LOW_LIVENESS_SCORE`.'),
  feature: z.enum(['LIVENESS', 'FACEMATCH']).describe('What found it.'),
  additional_data: json.nullable().describe('Which session a face was found in; null for other risks.'),
  log_type: z.enum(['error', 'warning', 'information']).describe('`error` declines.'),
  short_description: z.string().describe('The risk in a few words.'),
  long_description: z.string().describe('The risk in a sentence.'),
})

export const match = z.object({
  session_id: sessionId.describe('Session of the face; null for a listed face or a deleted session.'),
  session_number: sessionNumber.describe('Number of that session, null with it.'),
  similarity_percentage: percent.describe('0 to 100: how alike the faces are.'),
  source: z.enum(['session', 'imported', 'list_entry']).describe('How the face was enrolled.'),
  vendor_data: vendorData.describe('Vendor data of that session.'),
  verification_date: utcTime.nullable().describe('When that call was made, in whole seconds.'),
  user_details: z.null().describe('Always null: no documents are read here.'),
  match_image_url: z.string().nullable().describe('Link to the face, open for 60 minutes.'),
  status: z.string().nullable().describe('Status of that session.'),
  is_blocklisted: z.boolean().describe('The face is on the blocklist.'),
  is_allowlisted: z.boolean().describe('The face is on the allow list.'),
  api_service: z.string().nullable().describe('The call that enrolled it.'),
})

export const page = <T extends z.ZodType>(row: T) =>
  z.object({
    count: z.int().describe('How many rows there are on all pages.'),
    next: z.string().nullable().describe('URL of the next page.'),
    previous: z.string().nullable().describe('URL of the page before.'),
    results: z.array(row).describe('The rows of this page.'),
  })

export const nothing = z.null().describe('No body.')
/** Errors: by field, one sentence under `detail` or `error`, or a bare list. */
export const errorAnswer = z.union([
  z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  z.array(z.string()),
])

/** Clients and their keys: shapes of what is asked for and answered. */
import { z } from 'zod'
import { countUpTo, time } from './field-schemas.ts'

const clientName = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must have 100 characters or fewer')

/** Null where there is none. */
const limit = (smallest: number, highest: number) => {
  const message = `must be a whole number, ${smallest} to ${highest}, or null`
  return z.int({ error: message }).min(smallest, message).max(highest, message).nullable().optional()
}

const limits = {
  requests_per_minute: limit(1, 1_000_000_000).describe(
    'Calls a minute; null: as the server limits every client.',
  ),
  retention_months: limit(1, 120).describe('Months after which checks are erased; null: kept until erased.'),
  balance: limit(0, 1_000_000_000).describe('Prepaid checks that are left; null: not billed.'),
}

export const clientRequest = z
  .strictObject({
    name: clientName
      .describe('What people call the client, 1 to 100 characters.')
      .meta({ examples: ['Branch office'] }),
    environment: z
      .enum(['sandbox', 'production'], { error: 'must be one of sandbox, production' })
      .default('production')
      .describe('Which keys the client has: `lf_test_` or `lf_live_`.'),
    ...limits,
  })
  .meta({ id: 'ClientRequest', description: 'A client of this API to make, without a key.' })

export const limitsChange = z
  .strictObject(limits)
  .meta({ id: 'LimitsChange', description: 'Limits to change; what is not named stays.' })

export const clientQuery = z.strictObject({
  limit: countUpTo(100, 20).describe('Maximum number of clients in the answer, 1 to 100.'),
  cursor: z.string().optional().describe('`next_cursor` of the page before.'),
})

const client = {
  id: '5b0c6d3e-8f1a-4a7b-9c2d-3e4f5a6b7c8d',
  name: 'Branch office',
  environment: 'production' as const,
  requests_per_minute: 120,
  retention_months: 6,
  balance: null,
  created_at: '2026-01-02T03:04:05.678Z',
}

export const clientAnswer = z
  .object({
    id: z.uuid().describe('Id of the client.'),
    name: z.string().describe('What people call it.'),
    environment: z.enum(['sandbox', 'production']).describe('Which keys it has.'),
    requests_per_minute: z
      .int()
      .nullable()
      .describe('Calls a minute; null: as the server limits every client.'),
    retention_months: z
      .int()
      .nullable()
      .describe('Months after which checks are erased; null: kept until erased.'),
    balance: z.int().nullable().describe('Prepaid checks that are left; null: not billed.'),
    created_at: time('When it was made.'),
  })
  .meta({ id: 'Client', description: 'Who may call this API.', examples: [client] })

export const clientList = z
  .object({
    data: z.array(clientAnswer).describe('Oldest first.'),
    next_cursor: z.string().nullable().describe('For the next page; null: this is the last.'),
  })
  .meta({ id: 'ClientList', examples: [{ data: [client], next_cursor: null }] })

export const keyRequest = z
  .strictObject({
    name: clientName
      .optional()
      .describe('What people call the key, 1 to 100 characters.')
      .meta({ examples: ['server 2'] }),
  })
  .meta({ id: 'KeyRequest', description: 'A key to make.' })

const key = {
  id: '7d2e8f50-1a3c-4e5f-8b9d-0c1e2f3a4b5c',
  name: 'server 2',
  begins_with: 'lf_live_0123456789abcdef',
  created_at: '2026-01-02T03:04:05.678Z',
  revoked_at: null,
}

export const keyAnswer = z
  .object({
    id: z.uuid().describe('Id of the key.'),
    name: z.string().nullable().describe('What people call it; null: nothing.'),
    begins_with: z.string().describe('The part of the key that is no secret.'),
    created_at: time('When it was made.'),
    revoked_at: time('When it was ended; null: it works.').nullable(),
  })
  .meta({ id: 'Key', description: 'A key without its secret.', examples: [key] })

export const newKeyAnswer = keyAnswer
  .extend({ key: z.string().describe('The whole key, shown this once.') })
  .meta({
    id: 'NewKey',
    description: 'A key with its secret.',
    examples: [{ ...key, key: `${key.begins_with}${'0'.repeat(32)}` }],
  })

export const keyList = z
  .object({ data: z.array(keyAnswer).describe('Oldest first.') })
  .meta({ id: 'KeyList', examples: [{ data: [key] }] })

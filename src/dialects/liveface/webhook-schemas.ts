import { z } from 'zod'
import { eventNames } from './webhooks.ts'

const url = z
  .string({ error: 'must be a text' })
  .max(2048, 'must have 2048 characters or fewer')
  .describe('HTTPS address that is told, 1 to 2048 characters.')
  .meta({ examples: ['https://example.com/liveface'] })
const events = z
  .array(z.enum(eventNames, { error: `must each be one of ${eventNames.join(', ')}` }), {
    error: 'must be a list',
  })
  .min(1, 'must have one name or more')
  .describe(
    'What is told: `check.completed`, with the check; `check.failed`, with a check of a `callback_url` that met a problem; `session.completed`, with the session.',
  )

export const webhookRequest = z
  .strictObject({ url, events })
  .meta({ id: 'WebhookRequest', description: 'Where to tell of what.' })

export const webhookAnswer = z
  .object({
    id: z.uuid().describe('Id of the webhook.'),
    url: z.string().describe('Address that is told.'),
    events: z.array(z.enum(eventNames)).describe('What is told.'),
    created_at: z.iso.datetime().describe('When it was made. UTC.'),
  })
  .meta({
    id: 'Webhook',
    description: 'An address that is told of what happens.',
    examples: [
      {
        id: '0e9b9c1e-6d2f-4f0e-a7d4-6a1c8e4f7b20',
        url: 'https://example.com/liveface',
        events: ['session.completed'],
        created_at: '2026-01-02T03:04:05.678Z',
      },
    ],
  })

export const newWebhookAnswer = webhookAnswer
  .extend({
    secret: z
      .string()
      .describe(
        'Signs every message, as standardwebhooks.com has it: `whsec_` and 24 bytes in base64. Shown once.',
      ),
  })
  .meta({ id: 'NewWebhook', description: 'A webhook with its secret.' })

const longestOverlap = 7 * 24 * 3600
const overlapFault = `must be a whole number from 0 to ${longestOverlap}`

export const rotationRequest = z
  .strictObject({
    previous_for: z
      .int({ error: overlapFault })
      .min(0, overlapFault)
      .max(longestOverlap, overlapFault)
      .default(24 * 3600)
      .describe(
        'Seconds for which messages are signed with the secret before too, 0 to 604800 (a week). 0: it may be known to others.',
      ),
  })
  .meta({ id: 'RotationRequest', description: 'How long the secret before stays valid.' })

export const rotatedWebhook = newWebhookAnswer
  .extend({
    previous_until: z.iso
      .datetime()
      .describe('Until when messages have two signatures, of the new secret and of the one before. UTC.'),
  })
  .meta({ id: 'RotatedWebhook', description: 'A webhook with its new secret.' })

export const webhookList = z
  .object({ data: z.array(webhookAnswer).describe('Oldest first.') })
  .meta({ id: 'WebhookList', description: 'Your webhooks.' })

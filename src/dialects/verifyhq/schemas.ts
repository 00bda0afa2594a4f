/** The requests' and answers' shapes; the OpenAPI document is made from these. */
import { z } from 'zod'
import { gestures } from '../../decisions/gesture.ts'
import { findNul } from '../../receive/nul.ts'
import { permissions } from './permissions.ts'

/** A text that must be there, with the messages a caller reads when it is not. */
function text(name: string, max: number) {
  return z
    .string({ error: `${name} must be a string` })
    .trim()
    .min(1, `${name} should not be empty`)
    .max(max, `${name} must be shorter than or equal to ${max} characters`)
    .refine((value) => !findNul(value), nulError(name))
}

export function nulError(name: string): string {
  return `${name} must not contain null characters`
}

export const sessionRequest = z.object({
  userId: text('userId', 255).describe('Your id of the person.'),
  mirrored: z
    .boolean({ error: 'mirrored must be a boolean value' })
    .optional()
    .describe(
      'Beyond the vendor: the photos of this session come as in a mirror, left and right swapped. Default false.',
    ),
})

export const linkRequest = z.object({
  sessionToken: text('sessionToken', 255).describe('Of an open session.'),
})

export const clientRequest = z.object({
  name: text('name', 255).describe('Name for people.'),
  permissions: z
    .array(
      z.enum(permissions, { error: `each value in permissions must be one of ${permissions.join(', ')}` }),
      {
        error: 'permissions must be an array',
      },
    )
    .optional()
    .describe('What the key may do; absent: everything.'),
  rateLimit: z
    .int({ error: 'rateLimit must be an integer number' })
    .min(1, 'rateLimit must not be less than 1')
    .optional()
    .describe('Requests per minute. Default 100.'),
  environment: z
    .enum(['sandbox', 'production'], { error: 'environment must be one of sandbox, production' })
    .optional()
    .describe('Beyond the vendor: whether the key is a test key. Default production.'),
})

/** Also the names of checks that this server does not do, so that a vendor's configuration is taken as it is. */
const webhookEvents = [
  'liveness.passed',
  'liveness.failed',
  'document.verified',
  'document.rejected',
  'identity.verified',
  'identity.rejected',
  'identity.manual_review',
  'verification.completed',
] as const

export const webhookRequest = z.object({
  clientId: text('clientId', 255).describe('Your own id, as the admin call answered it.'),
  callbackUrl: text('callbackUrl', 2048).describe('An HTTPS address that messages are sent to.'),
  events: z
    .array(
      z.enum(webhookEvents, { error: `each value in events must be one of ${webhookEvents.join(', ')}` }),
      {
        error: 'events must be an array',
      },
    )
    .min(1, 'events must contain at least 1 elements')
    .describe('What to hear; only events of liveness and verification.completed are ever sent.'),
})

function pageNumber(name: string, fallback: number, max: number) {
  return z.coerce
    .number({ error: `${name} must be an integer number` })
    .int(`${name} must be an integer number`)
    .min(1, `${name} must not be less than 1`)
    .max(max, `${name} must not be greater than ${max}`)
    .default(fallback)
}

export const listQuery = z.object({
  page: pageNumber('page', 1, 1_000_000),
  limit: pageNumber('limit', 20, 100),
})

const time = z.string().describe('ISO 8601, UTC.')
const score = z.number().min(0).max(1)
const challenge = z.object({
  id: z.string().describe('Id of the challenge.'),
  type: z.enum(gestures).describe('The gesture.'),
  instruction: z.string().describe('What to ask of the person.'),
})
const token = z.string().describe('Names the session in every other call.')
const userId = z.string().describe('Your id of the person.')
const failureReason = z.string().nullable().describe('Why the person did not pass; null for one who did.')

export const sessionAnswer = z
  .object({
    sessionToken: token,
    expiresAt: time.describe('When the session ends, in UTC.'),
    challenges: z.array(challenge).describe('What the person does, one photo each.'),
    instructions: z.string().describe('What to do next.'),
  })
  .meta({ id: 'LivenessSession' })

export const challengeAnswer = z
  .object({
    sessionToken: token,
    status: z.enum(['IN_PROGRESS', 'COMPLETED']).describe('COMPLETED with the last photo.'),
    challengesCompleted: z.int().describe('Challenges with a photo.'),
    challengesTotal: z.int().describe('Challenges of the session.'),
    isComplete: z.boolean().describe('Whether every challenge has a photo.'),
    nextStep: z.string().optional().describe('Absent once complete.'),
    result: z
      .object({
        isAlive: z.boolean().describe('Whether a living person did all that was asked.'),
        confidence: score.describe('How sure that is, 0 to 1.'),
        antiSpoofScore: score.describe('Liveness of the weakest photo.'),
        faceMatchScore: score.describe(
          'Similarity of the weakest pair of photos, reference selfie included.',
        ),
        failureReason,
      })
      .optional()
      .describe('Present once complete.'),
  })
  .meta({ id: 'ChallengeAnswer' })

export const checkAnswer = z
  .object({
    id: z.string().describe('Id of the check.'),
    userId,
    sessionToken: token,
    challenges: z
      .array(
        challenge.extend({
          photoUrl: z.string().nullable().describe('Link to a kept photo, open for an hour.'),
          submittedAt: time.nullable().describe('When its photo came, in UTC.'),
          passed: z.boolean().nullable().describe('Whether the gesture was seen; null before the verdict.'),
        }),
      )
      .describe('What the person was asked to do.'),
    isAlive: z.boolean().nullable().describe('Whether a living person did all that was asked.'),
    confidence: score.nullable().describe('How sure that is, 0 to 1.'),
    antiSpoofScore: score.nullable().describe('Liveness of the weakest photo.'),
    faceMatchScore: score.nullable().describe('Similarity of the weakest pair of photos.'),
    status: z.enum(['CREATED', 'IN_PROGRESS', 'COMPLETED', 'EXPIRED']).describe('How far it is.'),
    failureReason,
    completedAt: time.nullable().describe('When the last photo came, in UTC.'),
    createdAt: time.describe('When the session was created, in UTC.'),
  })
  .meta({ id: 'LivenessCheck' })

export const listAnswer = z.array(checkAnswer).or(
  z.object({
    data: z.array(checkAnswer).describe('The checks of this page.'),
    total: z.int().describe('How many there are on all pages.'),
    page: z.int().describe('Number of this page, from 1.'),
    limit: z.int().describe('Checks of one page at most.'),
  }),
)

export const identityList = z.array(
  z
    .object({
      id: z.string().describe('Id of the check.'),
      userId,
      status: z
        .enum(['PENDING', 'IN_PROGRESS', 'VERIFIED', 'REJECTED', 'EXPIRED'])
        .describe('VERIFIED when a living person was there.'),
      livenessCheckId: z.string().describe('To read at /verifications/liveness/{id}.'),
      createdAt: time.describe('When the session was created, in UTC.'),
    })
    .meta({ id: 'Identity' }),
)

export const linkAnswer = z
  .object({
    captureUrl: z.string().describe('Opens the capture page, once.'),
    expiresAt: time.describe('When the link ends, in UTC.'),
  })
  .meta({ id: 'CaptureLink' })

export const clientAnswer = z
  .object({
    id: z.string().describe('Id of the client.'),
    name: z.string().describe('Name for people.'),
    apiKey: z.string().describe('Shown once.'),
    permissions: z.array(z.string()).describe('What the key may do.'),
    rateLimit: z.int().describe('Requests per minute.'),
    message: z.string().describe('What to do with the key.'),
  })
  .meta({ id: 'ApiClient' })

export const webhookAnswer = z
  .object({
    id: z.string().describe('Id of the webhook.'),
    callbackUrl: z.string().describe('Where messages are sent.'),
    events: z.array(z.string()).describe('What it hears.'),
    secret: z.string().describe('Shown once.'),
    message: z.string().describe('What to do with the secret.'),
  })
  .meta({ id: 'ConfiguredWebhook' })

export const webhookList = z.array(
  z.object({
    id: z.string().describe('Id of the webhook.'),
    callbackUrl: z.string().describe('Where messages are sent.'),
    events: z.array(z.string()).describe('What it hears.'),
    active: z.boolean().describe('Whether messages are sent.'),
    createdAt: time.describe('When it was configured, in UTC.'),
  }),
)

export const messageAnswer = z
  .object({ message: z.string().describe('What was done.') })
  .meta({ id: 'Message' })

export const errorAnswer = z
  .object({
    statusCode: z.int().describe('The HTTP status.'),
    error: z.string().describe('Its name.'),
    message: z.string().or(z.array(z.string())).describe('What is wrong; a list names each wrong field.'),
    timestamp: time.describe('When it was answered, in UTC.'),
  })
  .meta({ id: 'Error' })

export type SessionAnswer = z.infer<typeof sessionAnswer>
export type ChallengeAnswer = z.infer<typeof challengeAnswer>
export type CheckAnswer = z.infer<typeof checkAnswer>

/** The requests' and answers' shapes; the OpenAPI document is made from these. */
import { z } from 'zod'
import { gestures } from '../../decisions/gesture.ts'
import { permissions } from './permissions.ts'

/** A text that must be there, with the messages a caller reads when it is not. */
function text(name: string, most: number) {
  return z
    .string({ error: `${name} must be a string` })
    .trim()
    .min(1, `${name} should not be empty`)
    .max(most, `${name} must be shorter than or equal to ${most} characters`)
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

export const linkRequest = z.object({ sessionToken: text('sessionToken', 255) })

export const clientRequest = z.object({
  name: text('name', 255),
  permissions: z
    .array(
      z.enum(permissions, { error: `each value in permissions must be one of ${permissions.join(', ')}` }),
      {
        error: 'permissions must be an array',
      },
    )
    .optional(),
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
  clientId: text('clientId', 255),
  callbackUrl: text('callbackUrl', 2048),
  events: z
    .array(
      z.enum(webhookEvents, { error: `each value in events must be one of ${webhookEvents.join(', ')}` }),
      {
        error: 'events must be an array',
      },
    )
    .min(1, 'events must contain at least 1 elements'),
})

function pageNumber(name: string, fallback: number, most: number) {
  return z.coerce
    .number({ error: `${name} must be an integer number` })
    .int(`${name} must be an integer number`)
    .min(1, `${name} must not be less than 1`)
    .max(most, `${name} must not be greater than ${most}`)
    .default(fallback)
}

export const listQuery = z.object({
  page: pageNumber('page', 1, 1_000_000),
  limit: pageNumber('limit', 20, 100),
})

const time = z.string().describe('ISO 8601, UTC.')
const score = z.number().min(0).max(1)
const challenge = z.object({ id: z.string(), type: z.enum(gestures), instruction: z.string() })

export const sessionAnswer = z
  .object({
    sessionToken: z.string(),
    expiresAt: time,
    challenges: z.array(challenge),
    instructions: z.string(),
  })
  .meta({ id: 'LivenessSession' })

export const challengeAnswer = z
  .object({
    sessionToken: z.string(),
    status: z.enum(['IN_PROGRESS', 'COMPLETED']),
    challengesCompleted: z.int(),
    challengesTotal: z.int(),
    isComplete: z.boolean(),
    nextStep: z.string().optional().describe('Absent once complete.'),
    result: z
      .object({
        isAlive: z.boolean(),
        confidence: score,
        antiSpoofScore: score.describe('Liveness of the weakest photo.'),
        faceMatchScore: score.describe(
          'Similarity of the weakest pair of photos, reference selfie included.',
        ),
        failureReason: z.string().nullable(),
      })
      .optional()
      .describe('Present once complete.'),
  })
  .meta({ id: 'ChallengeAnswer' })

export const checkAnswer = z
  .object({
    id: z.string(),
    userId: z.string(),
    sessionToken: z.string(),
    challenges: z.array(
      challenge.extend({
        photoUrl: z.string().nullable(),
        submittedAt: time.nullable(),
        passed: z.boolean().nullable(),
      }),
    ),
    isAlive: z.boolean().nullable(),
    confidence: score.nullable(),
    antiSpoofScore: score.nullable(),
    faceMatchScore: score.nullable(),
    status: z.enum(['CREATED', 'IN_PROGRESS', 'COMPLETED', 'EXPIRED']),
    failureReason: z.string().nullable(),
    completedAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: 'LivenessCheck' })

export const listAnswer = z
  .array(checkAnswer)
  .or(z.object({ data: z.array(checkAnswer), total: z.int(), page: z.int(), limit: z.int() }))

export const identityList = z.array(
  z
    .object({
      id: z.string(),
      userId: z.string(),
      status: z.enum(['PENDING', 'IN_PROGRESS', 'VERIFIED', 'REJECTED', 'EXPIRED']),
      livenessCheckId: z.string().describe('To read at /verifications/liveness/{id}.'),
      createdAt: time,
    })
    .meta({ id: 'Identity' }),
)

export const linkAnswer = z.object({ captureUrl: z.string(), expiresAt: time }).meta({ id: 'CaptureLink' })

export const clientAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    apiKey: z.string().describe('Shown once.'),
    permissions: z.array(z.string()),
    rateLimit: z.int(),
    message: z.string(),
  })
  .meta({ id: 'ApiClient' })

export const webhookAnswer = z
  .object({
    id: z.string(),
    callbackUrl: z.string(),
    events: z.array(z.string()),
    secret: z.string().describe('Shown once.'),
    message: z.string(),
  })
  .meta({ id: 'ConfiguredWebhook' })

export const webhookList = z.array(
  z.object({
    id: z.string(),
    callbackUrl: z.string(),
    events: z.array(z.string()),
    active: z.boolean(),
    createdAt: time,
  }),
)

export const messageAnswer = z.object({ message: z.string() }).meta({ id: 'Message' })

export const errorAnswer = z
  .object({
    statusCode: z.int(),
    error: z.string(),
    message: z.string().or(z.array(z.string())),
    timestamp: time,
  })
  .meta({ id: 'Error' })

export type SessionAnswer = z.infer<typeof sessionAnswer>
export type ChallengeAnswer = z.infer<typeof challengeAnswer>
export type CheckAnswer = z.infer<typeof checkAnswer>

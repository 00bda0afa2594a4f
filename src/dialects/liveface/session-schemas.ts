import { z } from 'zod'
import { type CaptureSignal, signalWeights } from '../../challenges/signals.ts'
import type { ChallengeFailure } from '../../decisions/challenge.ts'
import { gestures } from '../../decisions/gesture.ts'
import { person } from './schemas.ts'

/** Why a session fails; a closed set. */
const failures = {
  no_photo: true,
  late: true,
  hasty: true,
  no_face: true,
  several_faces: true,
  unjudgeable: true,
  reused: true,
  same_still: true,
  other_person: true,
  spoof: true,
  gesture: true,
} as const satisfies Record<ChallengeFailure, true>

const signalNames = Object.keys(signalWeights) as [CaptureSignal, ...CaptureSignal[]]

const captured = (meaning: string) =>
  z
    .enum(['page', 'upload'])
    .nullable()
    .describe(
      `${meaning} \`page\`: in a stream of the capture page that a camera seems to feed; \`upload\`: in any other way.`,
    )
const share = (meaning: string) =>
  z.number().min(0).max(1).nullable().describe(`${meaning} Null before the verdict.`)
const time = (meaning: string) => z.iso.datetime().describe(`${meaning} UTC.`)

export const sessionRequest = z
  .strictObject({
    person,
    mirrored: z
      .boolean({ error: 'must be true or false' })
      .default(false)
      .describe(
        'The photos come as in a mirror, left and right swapped. The capture page sees to it itself.',
      ),
  })
  .meta({ id: 'SessionRequest', description: 'Whose liveness is asked for.' })

export const sessionAnswer = z
  .object({
    id: z.uuid().describe('Id of the session.'),
    person: z.string().describe('Your own id of the person.'),
    status: z
      .enum(['created', 'in_progress', 'completed', 'expired'])
      .describe('`expired`: the time ran out before every photo had come.'),
    verdict: z
      .enum(['pass', 'fail'])
      .nullable()
      .describe('`pass`: a living person did what was asked. Null before there is one.'),
    confidence: share('0 to 1, over everything that was looked at.'),
    liveness_probability: share('Of the weakest photo.'),
    match_probability: share(
      'That of the least alike pair of photos; null too where there were not two faces.',
    ),
    reasons: z
      .array(
        z
          .object({
            code: z
              .enum(Object.keys(failures) as [ChallengeFailure, ...ChallengeFailure[]])
              .describe('A closed set.'),
            message: z.string().describe('A sentence that the person can act on.'),
            gesture: z
              .enum(gestures)
              .nullable()
              .describe('Gesture of the photo at fault; null where none is.'),
          })
          .meta({ id: 'SessionReason', description: 'Why the session failed.' }),
      )
      .describe(
        'Empty unless the verdict is `fail`. Do not show the code to the person: it tells a forger what to mend.',
      ),
    captured: captured('How the photos came: `page` where all of them did so. Null before the verdict.'),
    gestures: z
      .array(
        z
          .object({
            gesture: z.enum(gestures).describe('What is asked; left and right are the person’s own.'),
            submitted_at: time('When its photo came.').nullable(),
            passed: z
              .boolean()
              .nullable()
              .describe('Whether the photo did what was asked; null before the verdict.'),
            captured: captured('How its photo came; null before it.'),
            capture_signals: z
              .array(z.enum(signalNames))
              .describe(
                'What speaks against a camera behind its photo. Do not show it to the person. Empty for photos sent otherwise.',
              ),
          })
          .meta({ id: 'SessionGesture', description: 'One gesture of the session.' }),
      )
      .describe('In the order in which they are asked for.'),
    created_at: time('When it was made.'),
    expires_at: time('Until when photos are taken.'),
    completed_at: time('When the verdict came.').nullable(),
  })
  .meta({
    id: 'Session',
    description: 'A session of gestures before the camera.',
    examples: [
      {
        id: '6a1c8e4f-7b20-4f0e-9d2b-0b9d1a5e3c7f',
        person: 'person-81',
        status: 'completed',
        verdict: 'pass',
        confidence: 0.94,
        liveness_probability: 0.91,
        match_probability: 0.97,
        reasons: [],
        captured: 'page',
        gestures: [
          {
            gesture: 'SMILE',
            submitted_at: '2026-01-02T03:05:05.678Z',
            passed: true,
            captured: 'page',
            capture_signals: [],
          },
        ],
        created_at: '2026-01-02T03:04:05.678Z',
        expires_at: '2026-01-02T03:14:05.678Z',
        completed_at: '2026-01-02T03:05:05.678Z',
      },
    ],
  })

export const newSessionAnswer = sessionAnswer
  .extend({
    capture_url: z
      .url()
      .describe(
        'Address of the page that leads the person through the gestures. It opens once: give it to nobody else.',
      ),
  })
  .meta({ id: 'NewSession', description: 'A session with the link to its capture page.' })

export type SessionAnswer = z.infer<typeof sessionAnswer>

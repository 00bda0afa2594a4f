import { z } from 'zod'
import { brandingShape } from '../../access/branding.ts'
import { fewestGestures, maximumLife, sessionLife } from '../../challenges/index.ts'
import { captureLanguages } from '../../challenges/languages.ts'
import { type CaptureSignal, signalWeights } from '../../challenges/signals.ts'
import { challengeFailures } from '../../decisions/challenge.ts'
import { gestures } from '../../decisions/gesture.ts'
import { person } from './schemas.ts'

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

const second = 1000
const maximumAttempts = 5
const everyGesture = gestures.length

const gestureFault = `must be a number from ${fewestGestures} to ${everyGesture}, or a list of as many different ones of ${gestures.join(', ')}`
const wantedGestures = z
  .union(
    [
      z
        .int()
        .min(fewestGestures, gestureFault)
        .max(everyGesture, gestureFault)
        .describe('How many are drawn; other ones for each attempt.'),
      z
        .array(z.enum(gestures))
        .min(fewestGestures, gestureFault)
        .max(everyGesture, gestureFault)
        .refine((named) => new Set(named).size === named.length, gestureFault)
        .describe('Different gestures, in this order in each attempt.'),
    ],
    { error: gestureFault },
  )
  .default(fewestGestures)
  .describe(
    `What the person is asked to do: a number from ${fewestGestures} to ${everyGesture} draws as many, a list names them. Whoever knows what is coming can prepare it: name gestures only where a person cannot do one.`,
  )
const returnUrl = z
  .string({ error: 'must be a text' })
  .max(2048, 'must have 2048 characters or fewer')
  .refine(isPage, 'must be a http or https address without a user name and password')
  .nullable()
  .default(null)
  .describe(
    'Where the capture page sends the person when the session is over, with `liveface_session`, `liveface_status` (`completed` or `expired`), `liveface_time` and `liveface_signature` in its query. It carries no verdict.',
  )
  .meta({ examples: ['https://example.com/welcome-back'] })
const branding = z
  .strictObject({
    name: brandingShape.name.default(null).describe('Who asks, in one line of up to 80 characters.'),
    logo: brandingShape.logo
      .default(null)
      .describe('A PNG in base64, of up to 32 KB and 1024 by 1024 pixels, shown above the name.'),
    accent_color: brandingShape.accentColor
      .default(null)
      .describe('Colour of buttons and of the frame around the face: `#` and six hex digits.'),
    consent_text: brandingShape.consentText
      .default(null)
      .describe(
        'What the person must agree to before the camera starts, up to 2000 characters; lines may break. It is shown as plain text.',
      ),
  })
  .meta({
    id: 'Branding',
    description:
      'Who asks. A field that is null or absent is as `liveface clients set` has it for your client.',
    examples: [
      {
        name: 'Example Bank',
        logo: null,
        accent_color: '#6a3fb5',
        consent_text: 'Example Bank keeps the pictures of this check for 30 days.',
      },
    ],
  })
const wholeNumber = (minimum: number, maximum: number) => {
  const error = `must be a whole number from ${minimum} to ${maximum}`
  return z.int({ error }).min(minimum, error).max(maximum, error)
}

function isPage(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

export const sessionRequest = z
  .strictObject({
    person,
    gestures: wantedGestures,
    attempts: wholeNumber(1, maximumAttempts)
      .default(1)
      .describe(
        'How often the person may try, 1 to 5, all within the time of the session. The verdict is that of the first attempt that passes, or of the last. Each is one more chance for a forger too.',
      ),
    return_url: returnUrl,
    branding: branding
      .nullable()
      .default(null)
      .describe('What the capture page shows of who asks. Null: what your client has set.'),
    language: z
      .enum(captureLanguages, { error: `must be one of ${captureLanguages.join(', ')}` })
      .nullable()
      .default(null)
      .describe('Of the capture page, which the person can change there. Null: that of their browser.'),
    expires_in: wholeNumber(60, maximumLife / second)
      .default(sessionLife / second)
      .describe('Seconds that the person has, 60 to 3600.'),
    expires_from: z
      .enum(['creation', 'opening'], { error: 'must be creation or opening' })
      .default('creation')
      .describe(
        'When these seconds begin: with the session, or when the person opens its link, for which there are 24 hours then.',
      ),
    mirrored: z
      .boolean({ error: 'must be true or false' })
      .default(false)
      .describe(
        'The photos come as in a mirror, left and right swapped. The capture page sees to it itself.',
      ),
  })
  .meta({ id: 'SessionRequest', description: 'Whose liveness is asked for, and how.' })

const sessionReason = z
  .object({
    code: z.enum(challengeFailures).describe('A closed set.'),
    message: z.string().describe('A sentence that the person can act on.'),
    gesture: z.enum(gestures).nullable().describe('Gesture of the photo at fault; null where none is.'),
  })
  .meta({ id: 'SessionReason', description: 'Why the session, or one attempt, failed.' })

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
      .array(sessionReason)
      .describe(
        'Empty unless the verdict is `fail`. Do not show the code to the person: it tells a forger what to mend.',
      ),
    attempts: z.number().int().describe('How often the person may try.'),
    failed_attempts: z
      .array(sessionReason)
      .describe(
        'Why each attempt before the present one failed, oldest first. The gestures, and the verdict once there is one, are those of the attempt after them.',
      ),
    consent: z
      .object({
        given_at: time('When the person ticked the box and started.'),
        text_sha256: z.string().describe('SHA-256 of the consent text in UTF-8, 64 hex digits.'),
      })
      .meta({ id: 'SessionConsent', description: 'When the person agreed, and to which text.' })
      .nullable()
      .describe('What the person agreed to at the capture page; null: they were not asked, or not yet.'),
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
    expires_at: time(
      'Until when photos are taken. Where the time runs from the opening of the link: until when it opens, before it was opened.',
    ),
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
        attempts: 2,
        failed_attempts: [
          {
            code: 'several_faces',
            message: 'Several faces are in the SMILE photo. Please be alone in the picture.',
            gesture: 'SMILE',
          },
        ],
        consent: {
          given_at: '2026-01-02T03:04:25.678Z',
          text_sha256: 'a6e08fdcb7285405af8ab130d211d2d8994fe0f5d340ac56de457b39d120dee0',
        },
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
    return_secret: z
      .string()
      .nullable()
      .describe(
        'Verifies what the person brings to the `return_url`: `liveface_signature` is the HMAC-SHA256, in hex, of `liveface_session`, `liveface_status` and `liveface_time` with a dot between them, keyed with this text; where the server has had several keys one signature for each, with a dot between them. Shown once. Null where there is no return_url.',
      ),
  })
  .meta({ id: 'NewSession', description: 'A session with the link to its capture page.' })

export type SessionRequest = z.infer<typeof sessionRequest>
export type SessionAnswer = z.infer<typeof sessionAnswer>

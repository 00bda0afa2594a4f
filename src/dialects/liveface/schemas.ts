/** The requests' and answers' shapes; the OpenAPI document is made from these. */
import { z } from 'zod'
import { cameraMarks } from '../../engine/picture/camera-marks.ts'
import { problemCodes } from './errors.ts'
import { countUpTo, time } from './field-schemas.ts'
import { pictureNames, reasonCodes, warningCodes } from './reasons.ts'

export const checkTypes = ['liveness', 'match', 'age', 'quality'] as const
export type CheckType = (typeof checkTypes)[number]
export const verdicts = ['pass', 'fail', 'review'] as const

const share = (meaning: string) => z.number().min(0).max(1).describe(meaning)
const pictureName = z
  .enum(pictureNames)
  .describe('Which picture of the request: the field that it was sent in.')

export const person = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have 200 characters or fewer')
  .describe(
    'Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.',
  )
  .meta({ examples: ['person-81'] })

export const callbackUrl = z
  .string({ error: 'must be a text' })
  .max(2048, 'must have 2048 characters or fewer')
  .describe(
    'Address of one of your webhooks, which is told of the outcome: the answer is then 202 at once. Its secret signs the message.',
  )
  .meta({ examples: ['https://example.com/liveface'] })

const box = z
  .object({
    x: z.number().describe('Left edge, in pixels of the upright picture.'),
    y: z.number().describe('Upper edge.'),
    width: z.number().describe('Width.'),
    height: z.number().describe('Height.'),
  })
  .meta({ id: 'Box', description: 'Where the face stands.' })

const seenPicture = z
  .object({
    name: pictureName,
    captured: z
      .enum(['upload'])
      .describe(
        'How the server came by it. `upload`: sent by the caller, so that nobody can say which camera took it.',
      ),
    format: z.enum(['jpeg', 'png', 'webp', 'tiff', 'heic']).describe('What the first bytes say.'),
    width: z.int().describe('Pixels of the upright picture.'),
    height: z.int().describe('Pixels of the upright picture.'),
    bytes: z.int().describe('Size of the file.'),
    sha256: z.string().describe('SHA-256 of the file, 64 hex digits.'),
    camera_marks: z
      .array(z.enum(cameraMarks))
      .optional()
      .describe(
        'What the file carries of a camera; anybody can write it. `camera_named`: EXIF with maker, model, moment and exposure. `size_kept`: as large as EXIF says, a megapixel or more. `finely_saved`: as finely as cameras save. All three, or `unverified_capture` where the client asks for them. Absent from checks that were answered before it came.',
      )
      .meta({ examples: [['camera_named', 'size_kept', 'finely_saved']] }),
    faces: z.int().min(0).describe('Faces found in it.'),
    face: box
      .nullable()
      .describe('The most prominent face, which is the one that was judged; null without a face.'),
  })
  .meta({ id: 'SeenPicture', description: 'One picture, as the server saw it.' })

const reason = z
  .object({
    code: z.enum(reasonCodes).describe('What kept the verdict from being `pass`; a closed set.'),
    message: z.string().describe('The same in a sentence.'),
    picture: pictureName.nullable().describe('The picture at fault; null where none is.'),
  })
  .meta({ id: 'Reason', description: 'Why the verdict is not `pass`.' })

const warning = z
  .object({
    code: z.enum(warningCodes).describe('A closed set.'),
    message: z.string().describe('The same in a sentence.'),
    picture: pictureName.nullable().describe('The picture it is about; null where it is about none.'),
  })
  .meta({ id: 'Warning', description: 'Something worth knowing that decided nothing.' })

const cue = z
  .object({
    name: z.string().describe('Stable name of what was looked at, for example `surroundings`.'),
    score: share('How much this alone speaks for a living person before a camera.')
      .nullable()
      .describe(
        'How much this alone speaks for a living person before a camera, 0 to 1; null where it was not taken.',
      ),
    note: z.string().describe('One sentence for people.'),
  })
  .meta({ id: 'Cue', description: 'One thing that the liveness score rests on.' })

const errorRates = z
  .object({
    false_accept: share(
      'Share of those who must not pass and do: attacks (APCER), or pairs of two people (FMR).',
    ),
    false_reject: share(
      'Share of those who must pass and do not: living people (BPCER), or pairs of one person (FNMR).',
    ),
  })
  .meta({ id: 'ErrorRates', description: 'Measured errors at the threshold; MODELS.md says on what.' })

const ageEstimate = z
  .object({
    years: z.number().describe('Best estimate.'),
    min: z.number().describe('Lower end of the range, in years.'),
    max: z.number().describe('Upper end of the range, in years.'),
    confidence: share('How often such a range holds the true age.'),
    minimum_age: z.int().describe('The age that was asked for.'),
  })
  .meta({ id: 'AgeEstimate', description: 'An estimated age with its uncertainty.' })

const quality = z
  .object({ score: z.number().min(0).max(100).describe('0 to 100; higher is recognised better.') })
  .meta({ id: 'Quality', description: 'How well the face can be recognised.' })

export const checkAnswer = z
  .object({
    id: z.uuid().describe('Id of the check.'),
    type: z.enum(checkTypes).describe('What was asked.'),
    person: z.string().nullable().describe('Your own id of the person; null where you gave none.'),
    verdict: z
      .enum(verdicts)
      .describe('`pass`: yes. `fail`: no. `review`: too near the threshold to say; let a person look.'),
    probability: share('Calibrated probability.')
      .nullable()
      .describe(
        'Calibrated probability, 0 to 1, of what was asked: a living person, one person in both pictures, the age reached, a face that is recognised again. Null where nothing could be judged.',
      ),
    threshold: share('What the probability had to reach.')
      .nullable()
      .describe('What the probability had to reach, 0 to 1; null where no age could be judged.'),
    error_rates: errorRates
      .nullable()
      .describe(
        'How often verdicts at this threshold err. Null where nothing was measured: age, quality, far thresholds, nets that an operator added.',
      ),
    reasons: z.array(reason).describe('Why the verdict is not `pass`; empty when it is.'),
    warnings: z.array(warning).describe('What is worth knowing besides.'),
    cues: z
      .array(cue)
      .describe('What a liveness score rests on, of several pictures the weakest; empty for other checks.'),
    age: ageEstimate.nullable().describe('With an age check whose face was judged; else null.'),
    quality: quality.nullable().describe('With a quality check whose face was judged; else null.'),
    pictures: z.array(seenPicture).describe('The pictures of the request.'),
    created_at: time('When it was decided.'),
  })
  .meta({
    id: 'Check',
    description: 'A check and its verdict.',
    examples: [
      {
        id: '7f1c2f2e-52c2-4c3a-9f0e-0a8f6a9b3c11',
        type: 'liveness',
        person: 'person-81',
        verdict: 'pass',
        probability: 0.9312,
        threshold: 0.5,
        error_rates: { false_accept: 0.115, false_reject: 0.173 },
        reasons: [],
        warnings: [],
        cues: [{ name: 'surroundings', score: 0.91, note: 'What surrounds the face looks like a room.' }],
        age: null,
        quality: null,
        pictures: [
          {
            name: 'picture',
            captured: 'upload',
            format: 'jpeg',
            width: 960,
            height: 1280,
            bytes: 84213,
            sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
            camera_marks: ['camera_named', 'size_kept', 'finely_saved'],
            faces: 1,
            face: { x: 212, y: 260, width: 301, height: 388 },
          },
        ],
        created_at: '2026-01-02T03:04:05.678Z',
      },
    ],
  })

export const pendingAnswer = z
  .object({
    id: z.uuid().describe('Id of the check.'),
    type: z.enum(checkTypes).describe('What was asked.'),
    person: z.string().nullable().describe('Your own id of the person; null where you gave none.'),
    status: z.literal('pending').describe('It was accepted and is not measured yet.'),
    created_at: time('When it was accepted.'),
  })
  .meta({
    id: 'PendingCheck',
    description: 'A check that is still to be measured.',
    examples: [
      {
        id: '7f1c2f2e-52c2-4c3a-9f0e-0a8f6a9b3c11',
        type: 'liveness',
        person: 'person-81',
        status: 'pending',
        created_at: '2026-01-02T03:04:05.678Z',
      },
    ],
  })

export const checkList = z
  .object({
    data: z.array(checkAnswer).describe('Newest first.'),
    next_cursor: z
      .string()
      .nullable()
      .describe('Send it as `cursor` for the next page; null on the last one.'),
  })
  .meta({ id: 'CheckList', description: 'One page of checks.' })

export const listQuery = z.strictObject({
  type: z
    .enum(checkTypes, { error: `must be one of ${checkTypes.join(', ')}` })
    .optional()
    .describe('Only such checks.'),
  verdict: z
    .enum(verdicts, { error: `must be one of ${verdicts.join(', ')}` })
    .optional()
    .describe('Only those with this verdict.'),
  person: person.optional(),
  limit: countUpTo(100, 20).describe('Checks on a page, 1 to 100.'),
  cursor: z.string().optional().describe('`next_cursor` of the page before.'),
})

export const problemAnswer = z
  .object({
    type: z.string().describe('URN of the problem: `urn:liveface:problem:` and its code.'),
    title: z.string().describe('What is wrong, the same for every problem of this code.'),
    status: z.int().describe('The HTTP status.'),
    code: z.enum(problemCodes).describe('Name of the problem, for programs; a closed set.'),
    instance: z
      .string()
      .describe('URN of this request; its id stands in the header x-request-id and in the log.'),
    errors: z
      .array(
        z
          .object({
            field: z.string().describe('Name of the field or of the picture.'),
            message: z.string().describe('What is wrong with it.'),
          })
          .meta({ id: 'FieldProblem', description: 'One field that is at fault.' }),
      )
      .optional()
      .describe('The fields or pictures at fault, where any is.'),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' })

export type CheckAnswer = z.infer<typeof checkAnswer>
export type PendingAnswer = z.infer<typeof pendingAnswer>

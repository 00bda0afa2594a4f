/** People: shapes of what is asked for and answered. */
import { z } from 'zod'
import { countUpTo, time } from './field-schemas.ts'
import { maxFaces } from './limits.ts'
import { person } from './schemas.ts'

const lists = ['none', 'block', 'allow'] as const

const list = z
  .enum(lists, { error: `must be one of ${lists.join(', ')}` })
  .describe(
    '`block`: nobody else is enrolled with this face. `allow`: others may be, as with twins or one person under two ids. `none`: on no list.',
  )
const consent = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, 'must not be empty')
  .max(500, 'must have 500 characters or fewer')
const keepUntil = z.iso
  .datetime({ offset: true, error: 'must be a time like 2027-01-02T03:04:05Z' })
  // What is no time at all has its own fault.
  .refine((text) => !(Date.parse(text) <= Date.now()), 'must lie ahead')

const terms = {
  consent: consent
    .optional()
    .describe('What the person agreed to, for example the name of your form; 1 to 500 characters.')
    .meta({ examples: ['enrolment-form-7'] }),
  keep_until: keepUntil
    .optional()
    .describe(
      'When everything that you have of the person is erased. Without it the client’s retention counts, from the newest face.',
    )
    .meta({ examples: ['2027-01-02T03:04:05Z'] }),
}

export const enrolmentFields = z.strictObject({
  person,
  if_known: z
    .enum(['report', 'refuse'], { error: 'must be one of report, refuse' })
    .default('report')
    .describe(
      'What to do when the face is enrolled under another id of yours: `report` it in `duplicates` (default), or `refuse` with the problem `person_known`.',
    ),
  ...terms,
})

export const personChange = z
  .strictObject({
    list: list.optional(),
    note: z
      .string({ error: 'must be a text' })
      .max(500, 'must have 500 characters or fewer')
      .nullable()
      .optional()
      .describe('Why the person is on the list, for people; 500 characters at most. Sent with `list`.'),
    consent: consent.nullable().optional().describe('What the person agreed to; null: nothing any more.'),
    keep_until: keepUntil
      .nullable()
      .optional()
      .describe(
        'When everything that you have of the person is erased; null: the client’s retention counts.',
      ),
  })
  .meta({ id: 'PersonChangeRequest', description: 'What is absent stays as it is.' })

const face = z
  .object({
    id: z.uuid().describe('Id of the face.'),
    list,
    note: z.string().nullable().describe('Why it is on the list.'),
    enrolled_at: time('When it was enrolled.'),
  })
  .meta({ id: 'Face', description: 'An enrolled face. Its template is never shown here.' })

const examplePerson = {
  person: 'person-81',
  list: 'none',
  consent: 'enrolment-form-7',
  consent_at: '2026-01-02T03:04:05.678Z',
  keep_until: null,
  faces: [
    {
      id: '5b0c8b1e-6d2f-4f0e-a7d4-6a1c8e4f7b20',
      list: 'none',
      note: null,
      enrolled_at: '2026-01-02T03:04:05.678Z',
    },
  ],
  created_at: '2026-01-02T03:04:05.678Z',
} as const

export const personAnswer = z
  .object({
    person: z.string().describe('Your own id of the person.'),
    list: list.describe('The list that any of the faces is on.'),
    consent: z.string().nullable().describe('What the person agreed to; null: nothing was said.'),
    consent_at: time('When you said so.').nullable(),
    keep_until: time('When the person is erased; null: the client’s retention counts.').nullable(),
    faces: z.array(face).describe(`Enrolled faces, oldest first; ${maxFaces} at most.`),
    created_at: time('When the first face was enrolled.'),
  })
  .meta({ id: 'Person', description: 'A person whose face is enrolled.', examples: [examplePerson] })

export const personMatch = z
  .object({
    person: z.string().nullable().describe('Your own id of the person.'),
    face: z.uuid().describe('Id of the enrolled face.'),
    similarity: z
      .number()
      .min(0)
      .max(1)
      .describe('How alike the faces are, 0 to 1, as in a match; people below 20 are marked down.'),
    same: z
      .boolean()
      .describe(
        'True from LIVEFACE_SCREENING_SAME on. Of many faces compared one may be alike by chance, so more is asked for than of a match.',
      ),
    list,
    enrolled_at: time('When that face was enrolled.'),
  })
  .meta({ id: 'PersonMatch', description: 'An enrolled face that looks like the picture.' })

export const enrolmentAnswer = personAnswer
  .extend({
    face: z.uuid().describe('Id of the face that was enrolled now.'),
    quality: z.number().min(0).max(100).describe('How well the face is recognised, 0 to 100.'),
    duplicates: z
      .array(personMatch)
      .describe('Faces of your other people that look like this one, most alike first; 5 at most.'),
  })
  .meta({
    id: 'Enrolment',
    description: 'A person with the face that was enrolled.',
    examples: [{ ...examplePerson, face: examplePerson.faces[0].id, quality: 84.2, duplicates: [] }],
  })

export const searchFields = z.strictObject({
  limit: countUpTo(50, 5).describe('Matches to give, 1 to 50.'),
})

export const searchAnswer = z
  .object({ matches: z.array(personMatch).describe('Most alike first; empty when nobody is.') })
  .meta({
    id: 'PersonMatches',
    description: 'Who looks like the picture.',
    examples: [
      {
        matches: [
          {
            person: 'person-81',
            face: examplePerson.faces[0].id,
            similarity: 0.9312,
            same: true,
            list: 'none',
            enrolled_at: '2026-01-02T03:04:05.678Z',
          },
        ],
      },
    ],
  })

export const personQuery = z.strictObject({
  list: z
    .enum(['block', 'allow'], { error: 'must be one of block, allow' })
    .optional()
    .describe('Only people on this list.'),
  limit: countUpTo(100, 20).describe('People on a page, 1 to 100.'),
  cursor: z.string().optional().describe('`next_cursor` of the page before.'),
})

export const personList = z
  .object({
    data: z.array(personAnswer).describe('In the order of your ids.'),
    next_cursor: z
      .string()
      .nullable()
      .describe('Send it as `cursor` for the next page; null on the last one.'),
  })
  .meta({ id: 'PersonList', description: 'One page of people.' })

export const personExport = z
  .object({
    person: z.string().describe('Your own id of the person.'),
    exported_at: time('When it was read.'),
    tables: z
      .record(z.string(), z.array(z.record(z.string(), z.unknown())))
      .describe(
        'The rows that the server keeps of the person at your client, by table; what is encrypted at rest is open here. Without templates and what else is measured of faces: `liveface export --person` writes those.',
      ),
    pictures: z
      .array(
        z
          .object({
            id: z.uuid().describe('Id of the picture.'),
            role: z.string().describe('What it was sent as.'),
            media_type: z.string().describe('For example `image/jpeg`.'),
            bytes: z.int().describe('Its size.'),
            created_at: time('When it was kept.'),
            url: z.url().describe('Opens the picture without a key for 60 minutes.'),
          })
          .meta({ id: 'ExportedPicture', description: 'A kept picture.' }),
      )
      .describe('Empty where the server keeps no pictures.'),
  })
  .meta({ id: 'PersonExport', description: 'Everything that the server keeps of a person at your client.' })

export const erasure = z
  .object({
    audit_sequence: z.int().describe('Row of the audit log that says so.'),
    records: z.int().describe('Checks, sessions and enrolments that were erased.'),
    faces: z.int().describe('Enrolled faces that were erased.'),
    erased_at: time('When.'),
  })
  .meta({
    id: 'Erasure',
    description: 'A word that a person was erased, which names no person.',
    examples: [{ audit_sequence: 812, records: 3, faces: 1, erased_at: '2026-01-02T03:04:05.678Z' }],
  })

export type PersonAnswer = z.infer<typeof personAnswer>
export type PersonMatch = z.infer<typeof personMatch>
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>
export type SearchAnswer = z.infer<typeof searchAnswer>

/** Batches: shapes of what is sent and answered. */
import { z } from 'zod'
import { time } from './field-schemas.ts'
import { callbackUrl, checkAnswer, checkTypes, person, problemAnswer } from './schemas.ts'

/** One line, for the document; what it must have beside its type is what the call of that type takes. */
export const batchLine = z
  .strictObject({
    type: z
      .enum(checkTypes, { error: `must be one of ${checkTypes.join(', ')}` })
      .describe('Which check: its call says what the line must have beside.'),
    picture: z.string().describe('The picture to judge, in base64.'),
    reference: z.string().optional().describe('With a match: the picture to compare it with, in base64.'),
    person: person.optional(),
    minimum_age: z.int().min(1).max(100).optional().describe('With an age check, as in its call.'),
    callback_url: callbackUrl.optional(),
  })
  .meta({
    id: 'BatchLine',
    description: 'A line of a batch: one JSON object, with the fields of the check that it asks for.',
  })

const count = (meaning: string) => z.int().min(0).describe(meaning)

export const batchAnswer = z
  .object({
    id: z.uuid().describe('Id of the batch.'),
    status: z
      .enum(['running', 'completed', 'cancelled'])
      .describe(
        '`running`: checks wait or are under way. `cancelled`: it was, and nothing is under way any more.',
      ),
    total: count('Lines that were accepted.'),
    pending: count('Checks that wait or are under way.'),
    completed: count('Checks with a verdict.'),
    failed: count('Checks that met a problem, and cost nothing.'),
    cancelled: count('Checks that were cancelled before they were measured, and cost nothing.'),
    erased: count('Checks that you erased since.'),
    created_at: time('When it was accepted.'),
    cancelled_at: time('When it was cancelled.').nullable(),
  })
  .meta({
    id: 'Batch',
    description: 'A batch and how far it is.',
    examples: [
      {
        id: '3f2c1f2e-52c2-4c3a-9f0e-0a8f6a9b3c11',
        ...{
          status: 'running',
          total: 250,
          pending: 100,
          completed: 148,
          failed: 2,
          cancelled: 0,
          erased: 0,
        },
        ...{ created_at: '2026-01-02T03:04:05.678Z', cancelled_at: null },
      },
    ],
  })

export const batchResult = z
  .object({
    line: z.int().min(1).describe('Which line of the batch, from 1 on.'),
    id: z.uuid().describe('Id of the check.'),
    check: checkAnswer.nullable().describe('The check; null where it met a problem.'),
    problem: problemAnswer.nullable().describe('What the check met; null where it has a verdict.'),
  })
  .meta({ id: 'BatchResult', description: 'What became of one line of a batch.' })

export const resultQuery = z.strictObject({
  after: z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(0, 'must be 0 or more')
    .max(2 ** 31 - 1, 'must be less')
    .default(0)
    .describe('Only lines behind this one, as after an answer that broke off.'),
})

export type BatchAnswer = z.infer<typeof batchAnswer>

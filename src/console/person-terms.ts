/** What a client has noted of a person whose face it enrolled: what they agreed to, and until when they are kept. */
import { z } from 'zod'
import { isoTime } from '../iso-time.ts'
import type { Person } from '../records/people.ts'

/** Roles that see people: their cases, enrolled faces and what they agreed to. */
export const peopleReaders = ['administrator', 'reviewer', 'auditor'] as const

const time = z.iso.datetime()

export const personTerms = z
  .object({
    consent: z.string().nullable().describe('What the person agreed to; null: nothing was noted.'),
    consentAt: time.nullable(),
    keepUntil: time.nullable().describe("When the person is erased; null: the client's retention counts."),
  })
  .meta({ id: 'PersonTerms' })

export function toPersonTerms({
  consent,
  consentAt,
  keepUntil,
}: Pick<Person, 'consent' | 'consentAt' | 'keepUntil'>): z.infer<typeof personTerms> {
  return {
    consent,
    consentAt: consentAt === null ? null : isoTime(consentAt),
    keepUntil: keepUntil === null ? null : isoTime(keepUntil),
  }
}

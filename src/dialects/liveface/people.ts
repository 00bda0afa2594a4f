/** People and the faces found among theirs, in this API's words. */
import { likenessAt } from '../../decisions/likeness.ts'
import { similarity } from '../../engine/face/compare.ts'
import type { Entry, Match } from '../../gallery/types.ts'
import { isoTime } from '../../iso-time.ts'
import type { Person } from '../../records/people.ts'
import { roundScore } from '../common/numbers.ts'
import type { PersonAnswer, PersonMatch } from './person-schemas.ts'

/** @param faces the person's, oldest first */
export function toPersonAnswer(person: Person, faces: readonly Entry[]): PersonAnswer {
  return {
    person: person.person,
    list: listOf(faces),
    consent: person.consent,
    consent_at: person.consentAt === null ? null : isoTime(person.consentAt),
    keep_until: person.keepUntil === null ? null : isoTime(person.keepUntil),
    faces: faces.map(({ id, list, label, createdAt }) => ({
      ...{ id, list, note: label },
      enrolled_at: isoTime(createdAt),
    })),
    created_at: isoTime(person.createdAt),
  }
}

/** Blocked by one face, a person is blocked. */
export function listOf(faces: readonly Pick<Entry, 'list'>[]): Entry['list'] {
  const found = faces.map(({ list }) => list)
  return found.includes('block') ? 'block' : found.includes('allow') ? 'allow' : 'none'
}

/** A face found, with how alike it is. @param years of the person in the picture */
export function rate(match: Match, years: number): { match: Match; alike: number } {
  return { match, alike: likenessAt(similarity(match.cosine), years) }
}

export function toPersonMatch({ match, alike }: ReturnType<typeof rate>, same: number): PersonMatch {
  const { id, vendorData, list, createdAt } = match
  return {
    person: vendorData,
    face: id,
    similarity: roundScore(alike),
    same: alike >= same,
    list,
    enrolled_at: isoTime(createdAt),
  }
}

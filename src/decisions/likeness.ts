import type { FaceReport, Traits } from '../engine/types.ts'

/**
 * Children look alike to the net that compares faces, the more the younger. Their similarity is therefore marked down,
 * so that a threshold means about the same risk at every age, whoever chose it. Chosen on one half of the labelled faces
 * and reported on the other (MODELS.md, eval:match-groups).
 */
const markdown = {
  /** Estimated years from which a similarity counts as it was measured, and log-odds taken off for each year below. */
  youth: { until: 20, perYear: 0.09 },
  /** The same for what small children are marked down besides: of those under 5 nothing could be measured here. */
  childhood: { until: 8, perYear: 0.25 },
} as const

/**
 * Similarity, 0..1, as it counts for people of an estimated age.
 * @param similarity as the engine measures it, 0..1
 * @param years see `yearsOf`
 */
export function likenessAt(similarity: number, years: number): number {
  if (!looksUnderage(years) || similarity === 1) return similarity
  const { youth, childhood } = markdown
  const taken = ({ until, perYear }: { until: number; perYear: number }) =>
    perYear * Math.max(0, until - years)
  const odds = (similarity / (1 - similarity)) * Math.exp(-taken(youth) - taken(childhood))
  return odds / (1 + odds)
}

/** Is a similarity of people of this estimated age marked down? */
export function looksUnderage(years: number): boolean {
  return years < markdown.youth.until
}

/**
 * Estimated age, in years, of the person whom pictures are about: the mean, for one estimate alone errs by five years.
 * @throws RangeError when age was not measured: a missing measurement is never an answer
 */
export function yearsOf(...reports: readonly Pick<FaceReport, 'subject' | 'faces'>[]): number {
  const ages = reports.map((report) => ageOf(report).years)
  return ages.reduce((sum, years) => sum + years, 0) / ages.length
}

/**
 * Estimated age of the person whom a picture is about.
 * @throws RangeError when age was not measured: a missing measurement is never an answer
 */
export function ageOf({ subject, faces }: Pick<FaceReport, 'subject' | 'faces'>): Traits['age'] {
  const age = subject?.allTraits?.age ?? faces[0]?.traits?.age
  if (!age) throw new RangeError('The report holds no age.')
  return age
}

/** A report of face matching on a folder per person: every two pictures are compared. */
import { type Interval, intervalOverPeople } from './bootstrap.ts'
import { shareAtOrAbove, sorted } from './match-rates.ts'

/** A picture with a face. */
export interface Portrait {
  path: string
  person: string
}

export interface MatchErrors {
  /** Similarity, 0..1, from which two faces count as one person. */
  similarity: number
  /** False match rate: pairs of two people at or above it. Null without such pairs. */
  fmr: number | null
  /** False non-match rate: pairs of one person below it. Null without such pairs. */
  fnmr: number | null
}

export interface MatchReport {
  kind: 'match'
  /** Similarity in force. */
  threshold: number
  people: number
  portraits: number
  /** Pictures without a face, or that could not be read, with the reason. */
  leftOut: { path: string; reason: string }[]
  genuinePairs: number
  impostorPairs: number
  atThreshold: MatchErrors & { fmrInterval: Interval | null; fnmrInterval: Interval | null }
  /** At each similarity from 0.05 to 0.95. */
  table: MatchErrors[]
  /** The same in finer steps, for the plot. */
  det: MatchErrors[]
}

/** Pairs of two people, and how many of them score wrongly. */
interface PairCount {
  first: number
  second: number
  trials: number
  errors: number
}

/**
 * @param similarity of two portraits, 0..1, as it counts in a verdict
 * @param threshold similarity, 0..1, from which two faces count as one person
 */
export function reportMatch<P extends Portrait>(
  portraits: readonly P[],
  leftOut: MatchReport['leftOut'],
  similarity: (first: P, second: P) => number,
  threshold: number,
): MatchReport {
  const names = [...new Set(portraits.map(({ person }) => person))]
  const numbers = new Map(names.map((name, index) => [name, index]))
  const same: number[] = []
  const different: number[] = []
  const counts = new Map<string, PairCount>()
  for (const [index, one] of portraits.entries()) {
    for (const other of portraits.slice(index + 1)) {
      const score = similarity(one, other)
      const isSame = one.person === other.person
      ;(isSame ? same : different).push(score)
      const key = JSON.stringify([one.person, other.person])
      const count = counts.get(key) ?? {
        first: numbers.get(one.person)!,
        second: numbers.get(other.person)!,
        trials: 0,
        errors: 0,
      }
      count.trials++
      if (score >= threshold !== isSame) count.errors++
      counts.set(key, count)
    }
  }
  const [genuine, impostors] = [sorted(same), sorted(different)]
  const errorsAt = (level: number): MatchErrors => ({
    similarity: level,
    fmr: impostors.length > 0 ? shareAtOrAbove(impostors, level) : null,
    fnmr: genuine.length > 0 ? 1 - shareAtOrAbove(genuine, level) : null,
  })
  const levels = (steps: number) =>
    Array.from({ length: steps - 1 }, (_, step) => errorsAt((step + 1) / steps))
  const interval = (ofOnePerson: boolean) =>
    intervalOverPairs(
      names.length,
      [...counts.values()].filter(({ first, second }) => (first === second) === ofOnePerson),
    )
  return {
    kind: 'match',
    threshold,
    people: names.length,
    portraits: portraits.length,
    leftOut,
    genuinePairs: genuine.length,
    impostorPairs: impostors.length,
    atThreshold: { ...errorsAt(threshold), fmrInterval: interval(false), fnmrInterval: interval(true) },
    table: levels(20),
    det: levels(200),
  }
}

/** A pair counts as often as both of its people were drawn; of one person, as often as they were. */
function intervalOverPairs(people: number, counts: readonly PairCount[]): Interval | null {
  return intervalOverPeople(people, (times) => {
    let [errors, trials] = [0, 0]
    for (const count of counts) {
      const weight = times[count.first]! * (count.first === count.second ? 1 : times[count.second]!)
      errors += weight * count.errors
      trials += weight * count.trials
    }
    return errors / trials
  })
}

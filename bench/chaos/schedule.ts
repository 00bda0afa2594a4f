import { seededRandom } from '../load/statistics.ts'

export interface Planned<Kind extends string> {
  /** Seconds after the beginning. */
  at: number
  kind: Kind
  /** 0..1: what else the disturbance leaves to chance. */
  chance: number
}

/** Seconds between two disturbances. */
const [shortest, longest] = [1, 7]

/**
 * The same for the same arguments. Each kind comes as often as its weight before any comes more often.
 * @param weights whole numbers from 1
 */
export function planDisturbances<Kind extends string>(
  weights: Readonly<Record<Kind, number>>,
  seconds: number,
  seed: number,
): Planned<Kind>[] {
  const random = seededRandom(seed)
  const kinds = Object.keys(weights) as Kind[]
  const planned: Planned<Kind>[] = []
  let bag: Kind[] = []
  for (let at = longest; at < seconds; at += shortest + random() * (longest - shortest)) {
    if (bag.length === 0) bag = kinds.flatMap((kind) => Array<Kind>(weights[kind]).fill(kind))
    const [kind] = bag.splice(Math.floor(random() * bag.length), 1)
    planned.push({ at: Math.round(at * 10) / 10, kind: kind!, chance: random() })
  }
  return planned
}

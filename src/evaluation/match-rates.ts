/** Error rates of a comparison from its genuine and impostor scores; higher scores mean more alike. */

export interface Pair {
  score: number
  same: boolean
  fold: number
}

/** Sorts a copy, ascending. */
export function sorted(scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(scores).sort()
}

/** Share of `ascending` that is at or above `threshold`: with impostor scores the FMR. */
export function shareAtOrAbove(ascending: ArrayLike<number>, threshold: number): number {
  return ascending.length === 0
    ? Number.NaN
    : (ascending.length - firstAtOrAbove(ascending, threshold)) / ascending.length
}

/**
 * The lowest score that lets through at most `rate` of the impostors, counted: with n impostors at most
 * floor(rate x n) of them may score at or above it. Returns a value just above the first one refused.
 */
export function thresholdAtFmr(impostors: ArrayLike<number>, rate: number): number {
  const allowed = Math.floor(rate * impostors.length + 1e-9)
  const refused = impostors[impostors.length - allowed - 1]
  if (refused === undefined) return Number.NEGATIVE_INFINITY
  return refused + Math.max(1e-12, Math.abs(refused) * 1e-12)
}

/** True accept rate at a counted FMR; see `thresholdAtFmr`. */
export function tarAtFmr(genuine: ArrayLike<number>, impostors: ArrayLike<number>, rate: number): number {
  return shareAtOrAbove(genuine, thresholdAtFmr(impostors, rate))
}

/** Accuracy of each fold with the threshold that does best on the other folds, as LFW's View 2 prescribes. */
export function accuracyByFold(
  pairs: readonly Pair[],
): { fold: number; threshold: number; accuracy: number }[] {
  const folds = [...new Set(pairs.map(({ fold }) => fold))].sort((a, b) => a - b)
  return folds.map((fold) => {
    const threshold = bestThreshold(pairs.filter((pair) => pair.fold !== fold))
    const held = pairs.filter((pair) => pair.fold === fold)
    const right = held.filter(({ score, same }) => score >= threshold === same).length
    return { fold, threshold, accuracy: right / held.length }
  })
}

/** The threshold with the fewest errors; the middle of the best stretch when several do equally well. */
export function bestThreshold(pairs: readonly Pair[]): number {
  const ascending = [...pairs].sort((a, b) => a.score - b.score)
  let right = ascending.filter(({ same }) => same).length
  let most = right
  let [from, to] = [0, 0]
  for (const [index, { same }] of ascending.entries()) {
    right += same ? -1 : 1
    if (right > most) {
      most = right
      from = index + 1
      to = index + 1
    } else if (right === most && to === index) to = index + 1
  }
  const edge = (index: number) => {
    const below = ascending[index - 1]?.score ?? ascending[0]!.score - 1
    const above = ascending[index]?.score ?? below + 1
    return (below + above) / 2
  }
  return (edge(from) + edge(to)) / 2
}

function firstAtOrAbove(ascending: ArrayLike<number>, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

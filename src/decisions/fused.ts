/** Several pictures of one capture: one person before one camera, moments apart. */
import { fromLogOdds, logOdds } from '../engine/log-odds.ts'

/**
 * The liveness probability of a capture: the mean of its pictures' log-odds. Their errors are much alike, so that more
 * pictures make it steadier and not surer; of their best one, a forger would have as many tries as there are pictures.
 * @param scores liveness probabilities, 0..1; one or more
 */
export function fuseScores(scores: readonly number[]): number {
  const [only] = scores
  if (only !== undefined && scores.length === 1) return only
  const sum = scores.reduce((total, score) => total + logOdds(score, smallestDoubt), 0)
  return fromLogOdds(sum / scores.length)
}

/** No picture counts for more than one of which a thousandth is doubted. */
const smallestDoubt = 0.001

/**
 * Do all pictures show one person?
 * @param templates one of each picture
 * @param policy similarity, 0..1, from which two count as one person, and the engine's measure of it
 */
export function showsOnePerson(
  templates: readonly Float32Array[],
  policy: { threshold: number; similarity: (first: Float32Array, second: Float32Array) => number },
): boolean {
  return templates.every((first, index) =>
    templates.slice(index + 1).every((second) => policy.similarity(first, second) >= policy.threshold),
  )
}

import { fromLogOdds } from '../log-odds.ts'
import { templateLength } from './template.ts'

/**
 * Cosine of two templates, -1..1. Both have unit length, so it is their scalar product.
 *
 * @throws RangeError when one is no template
 */
export function cosine(first: Float32Array, second: Float32Array): number {
  if (first.length !== templateLength || second.length !== templateLength) {
    throw new RangeError(
      `Expected templates of ${templateLength} values but received ${first.length} and ${second.length}`,
    )
  }
  let sum = 0
  for (let index = 0; index < templateLength; index++) sum += first[index]! * second[index]!
  return Math.min(1, Math.max(-1, sum))
}

/**
 * Cosines at which the similarity is 0.5 and 0.75, measured by training/match/calibrate.ts.
 */
export const anchors = { half: 0.28, threeQuarters: 0.4405 }

/**
 * Similarity 0..1 of two templates whose cosine is given: rises with the cosine; 0.75 stands where no group of adult
 * strangers of one sex and age has more than one false match in a thousand. MODELS.md tabulates FMR and FNMR at each value.
 */
export function similarity(cosineOfTemplates: number): number {
  const steepness = Math.log(3) / (anchors.threeQuarters - anchors.half)
  return fromLogOdds(steepness * (cosineOfTemplates - anchors.half))
}

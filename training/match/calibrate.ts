/**
 * Finds the two cosines on which the similarity stands: where both error rates are equal on the calibration folds of LFW
 * (similarity 0.5), and where no group of adult strangers of one sex and age has more than one false match in a thousand
 * (0.75; bench/age-groups.ts). LFW's strangers differ in sex, age and origin, so its own rate there is far lower.
 *
 *   npx tsx training/match/calibrate.ts
 *
 * Every two pictures of folds 0, 1 and 2 are compared, not only the pairs the protocol lists. Folds 3 and 4 are kept for the report
 * (`npm run eval:match`). Put the printed numbers into src/engine/face/compare.ts.
 */
import { ageGroups, measureFaces, strangers } from '../../bench/age-groups.ts'
import { lfwFolder, personOf, picturesOf, readPairs } from '../../bench/lfw.ts'
import { makeTemplates } from '../../bench/templates.ts'
import { cosine, createEngine } from '../../src/engine/index.ts'
import { shareAtOrAbove, sorted, thresholdAtFmr } from '../../src/evaluation/match-rates.ts'

const folds = [0, 1, 2]
const wanted = 1e-3

const engine = await createEngine({ workers: 1 })
const paths = [...picturesOf(readPairs())].filter(([, fold]) => folds.includes(fold)).map(([path]) => path)
const templates = await makeTemplates(engine, lfwFolder, paths)
const labelled = await measureFaces(engine)
await engine.close()

const genuine: number[] = []
const impostors: number[] = []
const known = paths.flatMap((path) => {
  const template = templates.get(path)
  return template ? [{ person: personOf(path), template }] : []
})
for (const [index, first] of known.entries()) {
  for (const second of known.slice(index + 1)) {
    const list = first.person === second.person ? genuine : impostors
    list.push(cosine(first.template, second.template))
  }
}
const [own, others] = [sorted(genuine), sorted(impostors)]
const threeQuarters = Math.max(
  ...ageGroups(labelled)
    .filter(({ adult }) => adult)
    .map(({ faces }) => thresholdAtFmr(sorted(strangers(faces).map(({ cosine }) => cosine)), wanted)),
)
const half = equalError(own, others)
console.log(`${own.length} pairs of one person, ${others.length} of two`)
console.log(`equal error rate ${(100 * shareAtOrAbove(others, half)).toFixed(2)} % at ${half.toFixed(4)}`)
console.log(
  `FMR ${wanted} in the worst adult group at ${threeQuarters.toFixed(4)}; on LFW FMR ${shareAtOrAbove(others, threeQuarters).toExponential(1)}, FNMR ${(1 - shareAtOrAbove(own, threeQuarters)).toFixed(4)}`,
)
console.log(`export const anchors = { half: ${half.toFixed(4)}, threeQuarters: ${threeQuarters.toFixed(4)} }`)

function equalError(own: ArrayLike<number>, others: ArrayLike<number>): number {
  let [low, high] = [-1, 1]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (shareAtOrAbove(others, middle) > 1 - shareAtOrAbove(own, middle)) low = middle
    else high = middle
  }
  return high
}

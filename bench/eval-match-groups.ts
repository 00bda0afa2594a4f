/**
 * Strangers of one sex and age: how often two of them match, at each threshold, on aligned faces of all ages (UTKFace).
 *
 *   npm run eval:match-groups          writes the section `eval:match-groups` of MODELS.md
 */
import { likenessAt } from '../src/decisions/likeness.ts'
import { similarity } from '../src/engine/index.ts'
import { shareAtOrAbove, sorted } from '../src/evaluation/match-rates.ts'
import {
  ageGroups,
  type MeasuredFace,
  measureFaces,
  mixedPairs,
  onePerson,
  type Strangers,
  strangers,
} from './age-groups.ts'
import { writeSection } from './document.ts'
import { createPatientEngine } from './patient-engine.ts'

const thresholds = [0.75, 0.78, 0.8, 0.85, 0.9, 0.95]
const standard = 0.75

const engine = await createPatientEngine()
const faces = await measureFaces(engine)
await engine.close()

const groups = ageGroups(faces)
const measured = groups.map((group) => ({ ...group, scores: asMeasured(strangers(group.faces)) }))
const worst = measured
  .filter(({ adult }) => adult)
  .map(({ name, scores }) => ({ name, rate: shareAtOrAbove(scores, standard) }))
  .reduce((a, b) => (b.rate > a.rate ? b : a))
const rows = measured.map(({ name, faces, scores }) => {
  const rates = thresholds.map((threshold) => rate(scores, threshold))
  return `| ${name} | ${faces.length} | ${count(scores)} | ${rates.join(' | ')} |`
})
const [boys, girls, ...others] = groups
const children = [boys!, girls!, ...others.slice(0, 4)].map(
  ({ name, faces }) =>
    `| ${name} | ${ofHalves(faces, strangers)
      .map((pairs) => `${rate(asMeasured(pairs), standard)} | ${rate(asCounted(pairs), standard)}`)
      .join(' | ')} |`,
)
const mixed = (['chosen on', 'reported'] as const).map((half) => {
  const inHalf = (faces: MeasuredFace[]) => faces.filter((face) => face.half === half)
  const pairs = mixedPairs(inHalf(boys!.faces), inHalf(girls!.faces))
  return `${rate(asMeasured(pairs), standard)} | ${rate(asCounted(pairs), standard)}`
})
const alike = groups.map(({ faces, adult }) => ({ adult, pairs: likelyOne(faces) }))
const kept = (adult: boolean) => {
  const scores = asCounted(alike.filter((group) => group.adult === adult).flatMap(({ pairs }) => pairs))
  return `${(100 * shareAtOrAbove(scores, standard)).toFixed(0)} % of ${scores.length}`
}
const section = `### Strangers of one sex and age

False match rate between strangers of one sex and one age, by label, at each threshold, over every two pictures of a group
of UTKFace part 1 (aligned faces from the web, ${faces.length} pictures, for measuring only), before anything is marked down
for age. People recur in it without being named, so pairs above a cosine of ${onePerson} are left out: rates at the highest
thresholds are too low, and those of small children, who reach such cosines as strangers, most of all. Written by
\`npm run eval:match-groups\`.

| group | pictures | pairs | ${thresholds.map((threshold) => `at ${threshold.toFixed(2)}`).join(' | ')} |
|---|---|---|${thresholds.map(() => '---').join('|')}|
${rows.join('\n')}

At the default of ${standard} the worst adult group is ${worst.name}, with ${(1000 * worst.rate).toFixed(2)} in 1000; the goal is at most 1 in every one. The
similarity was placed so (training/match/calibrate.ts): before, 0.75 stood where 1 in 10 000 pairs of LFW's strangers were let
through, and women of 18 to 29 and of 60 to 80 reached 1.4 in 1000. What it costs in false non-matches stands in the table
of similarities above. These labels do not know origin: in another measurement, at that older place, strangers of one sex
and one origin matched up to 42 times as often as 1 in 10 000. Set \`LIVEFACE_MATCH_THRESHOLD\` to 0.85 where people of one
origin meet.

### Children

Children match each other, the more the younger. Below an estimated age of 20 years a similarity is marked down
(\`src/decisions/likeness.ts\`), in every API, so that a threshold means about the same risk. False match rate at ${standard}, as
measured and as it counts at the estimated age; the constants were chosen on one half of the pictures:

| group | the half chosen on: measured | as it counts | the other half: measured | as it counts |
|---|---|---|---|---|
${children.join('\n')}
| boys with girls, 4 to 12, none left out | ${mixed.join(' | ')} |

The youngest label is ${Math.min(...faces.map(({ age }) => age))} years. In another measurement half of all pairs of strangers under 4 matched; small children are marked down
most, which was not measured on them: do not rely on matching, duplicates or the blocklist for them. What it costs: of pairs of one sex and age
group above a cosine of ${onePerson}, most of which show one person, ${kept(false)} still match under 18 and ${kept(true)} from 18 on. An enrolled
face has no age, so a search is marked down by the age of the face searched for.
`
writeSection('MODELS.md', 'eval:match-groups', section)
console.log(section)

function asMeasured(pairs: readonly Strangers[]): Float64Array {
  return sorted(pairs.map(({ cosine }) => similarity(cosine)))
}

function asCounted(pairs: readonly Strangers[]): Float64Array {
  return sorted(pairs.map(({ cosine, years }) => likenessAt(similarity(cosine), years)))
}

function ofHalves<T>(faces: readonly MeasuredFace[], pairs: (half: MeasuredFace[]) => T): T[] {
  return (['chosen on', 'reported'] as const).map((half) => pairs(faces.filter((face) => face.half === half)))
}

/** Pairs so alike that most of them show one person. */
function likelyOne(faces: readonly MeasuredFace[]): Strangers[] {
  return faces.flatMap((face, index) =>
    faces
      .slice(index + 1)
      .flatMap((other) => mixedPairs([face], [other]).filter((pair) => pair.cosine >= onePerson)),
  )
}

function count(scores: ArrayLike<number>): string {
  return scores.length.toLocaleString('en-GB')
}

function rate(scores: ArrayLike<number>, threshold: number): string {
  const share = shareAtOrAbove(scores, threshold)
  return share === 0
    ? `under ${(3 / scores.length).toExponential(0)}`
    : `${(100 * share).toFixed(share < 0.001 ? 3 : 2)} %`
}

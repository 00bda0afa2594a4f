/**
 * Strangers of one sex and age: how often two of them match, at each threshold, on aligned faces of all ages (UTKFace).
 *
 *   npm run eval:match-groups          writes the section `eval:match-groups` of MODELS.md
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { cosine, createEngine, similarity } from '../src/engine/index.ts'
import { writeSection } from './document.ts'
import { makeTemplates } from './templates.ts'

const thresholds = [0.75, 0.78, 0.8, 0.85, 0.9, 0.95]
/** Above this cosine two pictures are taken for one person's: the set repeats people and does not say whom. */
const onePerson = 0.6
const bands = [
  { name: '4 to 12', from: 4, to: 12 },
  { name: '13 to 17', from: 13, to: 17 },
  { name: '18 to 29', from: 18, to: 29 },
  { name: '30 to 44', from: 30, to: 44 },
  { name: '45 to 59', from: 45, to: 59 },
  { name: '60 to 80', from: 60, to: 80 },
]

const folder = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data/traits/age-gender')
const people = readLabels(resolve(folder, 'labels.csv'))
const engine = await createEngine({ workers: Number(process.env.EVAL_WORKERS ?? 1) })
const templates = await makeTemplates(
  engine,
  folder,
  people.map(({ path }) => path),
)
await engine.close()

const rows = bands.flatMap((band) =>
  ['male', 'female'].map((gender) => {
    const known = people
      .filter((person) => person.gender === gender && person.age >= band.from && person.age <= band.to)
      .flatMap(({ path }) => templates.get(path) ?? [])
    const scores = strangers(known)
    const sex = band.to < 18 ? (gender === 'male' ? 'boys' : 'girls') : gender === 'male' ? 'men' : 'women'
    const rates = thresholds.map((threshold) => rate(scores, threshold))
    return `| ${sex}, ${band.name} | ${known.length} | ${scores.length.toLocaleString('en-GB')} | ${rates.join(' | ')} |`
  }),
)
const section = `### Strangers of one sex and age

False match rate between strangers of one sex and one age, by label, at each threshold, over every two pictures of a group
of UTKFace part 1 (aligned faces from the web, ${people.length} pictures, for measuring only). People recur in it without
being named, so pairs above a cosine of ${onePerson} are left out: rates at the highest thresholds are too low, and those of small
children, who reach such cosines as strangers, most of all. Written by \`npm run eval:match-groups\`.

| group | pictures | pairs | ${thresholds.map((threshold) => `at ${threshold.toFixed(2)}`).join(' | ')} |
|---|---|---|${thresholds.map(() => '---').join('|')}|
${rows.join('\n')}

**At the default of 0.75 the goal of 1e-3 for every adult group is missed**: women of 18 to 29 and of 60 to 80 reach 1.4 in 1000. At
0.78 no adult group of this table exceeds it; what that costs in false non-matches stands in the table above. The default
is a vendor's documented one and was left alone: set \`LIVEFACE_MATCH_THRESHOLD=0.78\`, or 0.85 where people of one origin
meet, for strangers of one sex and one origin matched 2 to 42 times as often as 1 in 10 000 in another measurement, which
these labels cannot repeat.

**Children match each other**, the more the younger; younger than 4 are not in this set, and matched in half of all pairs in
another measurement. No answer warns of it yet: do not use matching, duplicates or the blocklist for children. Age is estimated in every report with traits; below 14 years it says so of 85 % of
those of 4 to 12, and of 1 % of those of 18 to 25.
`
writeSection('MODELS.md', 'eval:match-groups', section)
console.log(section)

/** Similarities of every two pictures that are not taken for one person's. */
function strangers(known: readonly Float32Array[]): number[] {
  const scores: number[] = []
  for (const [index, first] of known.entries())
    for (const second of known.slice(index + 1)) {
      const between = cosine(first, second)
      if (between < onePerson) scores.push(similarity(between))
    }
  return scores
}

function rate(scores: readonly number[], threshold: number): string {
  if (scores.length === 0) return '-'
  const share = scores.filter((score) => score >= threshold).length / scores.length
  return share === 0
    ? `under ${(3 / scores.length).toExponential(0)}`
    : `${(100 * share).toFixed(share < 0.001 ? 3 : 2)} %`
}

function readLabels(file: string): { path: string; gender: string; age: number }[] {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [path = '', gender = '', age] = line.trim().split(',')
    return { path, gender, age: Number(age) }
  })
}

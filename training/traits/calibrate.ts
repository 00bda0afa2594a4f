/**
 * Fits every calibration constant on the calibration people and writes src/engine/traits/calibration.ts.
 *
 *   npx tsx training/traits/calibrate.ts
 *
 * The age-gender readings do not hang on our own net and are kept in .cache/traits/people.json.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { measureCases, measurePeople, type Person, readCases, type Truth } from '../../bench/traits/cases.ts'
import { smileLogit } from '../../src/engine/traits/estimate.ts'
import type { TraitLogits } from '../../src/engine/traits/index.ts'
import { fitClasses, fitLine, fitMedianLine, lossOf, quantile, type Scored } from './fit.ts'

const shared = resolve(process.env.LIVEFACE_SHARED ?? '../shared')
const cache = resolve(process.env.TRAITS_CACHE ?? '.cache/traits')
/** Share of true ages that the stated range holds. */
const confidence = 0.8

const cases = readCases(shared).filter(({ split }) => split === 'calibrate')
const measured = await measureCases(cases)
writeFileSync(join(cache, 'calibrate.json'), JSON.stringify(measured))

function samples(name: Exclude<keyof Truth, 'eyewear'>): Scored[] {
  return measured.flatMap(({ truth, logits }) => {
    const is = truth[name]
    return is === null ? [] : [{ logit: logits[name as keyof Omit<TraitLogits, 'eyewear'>], is }]
  })
}

const names = ['none', 'glasses', 'sunglasses']
const eyewear = measured.flatMap(({ truth, logits }) =>
  truth.eyewear === null ? [] : [{ logits: logits.eyewear, is: names.indexOf(truth.eyewear) }],
)
// Eyes of faces alone: of the single-eye set the net is far surer, and a fit on both boasts of faces.
const eyes = [...samples('rightEyeOpen'), ...samples('leftEyeOpen')]

const people = await readPeople()
const adults = people.filter(({ half, age }) => half === 'calibrate' && age >= 18 && age <= 70)
const gender = fitLine(adults.map(({ reading, male }) => ({ logit: reading.male, is: male })))
const line = fitMedianLine(adults.map(({ reading, age }) => ({ x: reading.years, y: age })))
const residuals = adults.map(({ reading, age }) => {
  const best = line.slope * reading.years + line.offset
  return { best, off: Math.abs(age - best) }
})
// The half width grows with age: quantiles of five equal groups, then a line through them.
const groups = [0, 1, 2, 3, 4].map((group) => {
  const sorted = residuals.toSorted((a, b) => a.best - b.best)
  const part = sorted.slice(
    Math.floor((group * sorted.length) / 5),
    Math.floor(((group + 1) * sorted.length) / 5),
  )
  const x = part.reduce((sum, { best }) => sum + best, 0) / part.length
  const y = quantile(
    part.map(({ off }) => off),
    confidence,
  )
  return { x, y }
})
const width = fitMedianLine(groups)

/** How much of the packaged expression net joins ours: the share with the least loss. */
const smile = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.2, 1.5]
  .map((happyShare) => {
    const joined = measured.flatMap(({ truth, weak, logits }) =>
      truth.smile === null || weak ? [] : [{ logit: smileLogit(logits, happyShare), is: truth.smile }],
    )
    const fitted = fitLine(joined)
    return { happyShare, ...fitted, loss: lossOf(joined, fitted) }
  })
  .reduce((best, next) => (next.loss < best.loss ? next : best))

const net = {
  eyewear: fitClasses(eyewear),
  occluded: fitLine(samples('occluded')),
  mouthCovered: fitLine(samples('mouthCovered')),
  mouthOpen: fitLine(samples('mouthOpen')),
  smile: { happyShare: smile.happyShare, slope: smile.slope, offset: smile.offset },
  eyeOpen: fitLine(eyes),
}
const age = {
  ...line,
  spread: width.slope,
  spreadOffset: width.offset,
  least: Math.min(...groups.map(({ y }) => y)),
  confidence,
}

const text = `/** Written by training/traits/calibrate.ts from the calibration people; not edited by hand. */

/** A line through a logit. */
export interface Line {
  readonly slope: number
  readonly offset: number
}

export const netCalibration = ${literal(net)} as const

/** Years: the best estimate is a line through the net's; the range's half width a line through the best estimate. */
export const ageCalibration = ${literal({ gender, age })} as const
`
writeFileSync('src/engine/traits/calibration.ts', text)
console.log(text, { faces: measured.length, eyes: eyes.length, adults: adults.length })

function literal(value: unknown): string {
  const short = (_key: string, part: unknown) =>
    typeof part === 'number' ? Math.round(part * 1000) / 1000 : part
  return JSON.stringify(value, short, 2).replace(/"(\w+)":/g, '$1:')
}

async function readPeople(): Promise<Person[]> {
  const file = join(cache, 'people.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Person[]
  const read = await measurePeople(shared)
  writeFileSync(file, JSON.stringify(read))
  return read
}

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { yearsOf } from '../src/decisions/likeness.ts'
import { cosine, type Engine } from '../src/engine/index.ts'

/** One aligned face of UTKFace part 1, as its label says. */
export interface LabelledFace {
  /** Below `ageFolder`. */
  path: string
  gender: 'male' | 'female'
  age: number
  /** Constants are chosen on one half of the pictures and reported on the other. */
  half: 'chosen on' | 'reported'
}

/** A face as the engine measures it. */
export interface MeasuredFace extends LabelledFace {
  template: Float32Array
  /** Estimated age. */
  years: number
}

/** People of one sex and one age. */
export interface AgeGroup {
  name: string
  adult: boolean
  faces: MeasuredFace[]
}

/** Two faces of two people. */
export interface Strangers {
  cosine: number
  /** Mean of their estimated ages. */
  years: number
}

/** The folder of the aligned faces with age and gender: LIVEFACE_SHARED/data/traits/age-gender. */
const folder = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data/traits/age-gender')

/** Above this cosine two pictures are taken for one person's: the set repeats people and does not say whom. */
export const onePerson = 0.6

const bands = [
  { from: 4, to: 12 },
  { from: 13, to: 17 },
  { from: 18, to: 29 },
  { from: 30, to: 44 },
  { from: 45, to: 59 },
  { from: 60, to: 80 },
]

function readLabels(): LabelledFace[] {
  const [, ...lines] = readFileSync(resolve(folder, 'labels.csv'), 'utf8').trim().split('\n')
  return lines.map((line, index) => {
    const [path = '', gender, age] = line.trim().split(',')
    const half = index % 2 === 0 ? 'chosen on' : 'reported'
    return { path, gender: gender === 'male' ? 'male' : 'female', age: Number(age), half }
  })
}

/** Every labelled face that the engine finds, measured one after the other. */
export async function measureFaces(engine: Engine): Promise<MeasuredFace[]> {
  const measured: MeasuredFace[] = []
  for (const face of readLabels()) {
    const want = { template: true, age: true, traits: false, liveness: false }
    const report = await engine.analyse(readFileSync(resolve(folder, face.path)), { want })
    const template = report.subject?.template
    if (template) measured.push({ ...face, template, years: yearsOf(report) })
  }
  return measured
}

/** Groups by age, youngest first, and sex; faces below 4 and above 80 years are in none. */
export function ageGroups(faces: readonly MeasuredFace[]): AgeGroup[] {
  return bands.flatMap(({ from, to }) =>
    (['male', 'female'] as const).map((sex) => {
      const adult = from >= 18
      const people = adult ? { male: 'men', female: 'women' } : { male: 'boys', female: 'girls' }
      return {
        name: `${people[sex]}, ${from} to ${to}`,
        adult,
        faces: faces.filter(({ gender, age }) => gender === sex && age >= from && age <= to),
      }
    }),
  )
}

/** Every two faces that are not taken for one person's. */
export function strangers(faces: readonly MeasuredFace[]): Strangers[] {
  const pairs: Strangers[] = []
  for (const [index, first] of faces.entries())
    for (const second of faces.slice(index + 1)) {
      const pair = pairOf(first, second)
      if (pair.cosine < onePerson) pairs.push(pair)
    }
  return pairs
}

/** Every boy with every girl: two people for certain, however alike. */
export function mixedPairs(boys: readonly MeasuredFace[], girls: readonly MeasuredFace[]): Strangers[] {
  return boys.flatMap((boy) => girls.map((girl) => pairOf(boy, girl)))
}

function pairOf(first: MeasuredFace, second: MeasuredFace): Strangers {
  return { cosine: cosine(first.template, second.template), years: (first.years + second.years) / 2 }
}

/** From measurements to error rates. Nothing here reads a file. */
import { estimateAgeAndGender } from '../../src/engine/traits/age.ts'
import { netCalibration } from '../../src/engine/traits/calibration.ts'
import { probability } from '../../src/engine/traits/estimate.ts'
import type { Measured, Person, Truth } from './cases.ts'
import type { EyeReading } from './eyes.ts'

/** One judgement beside the truth. */
export interface Judged {
  truth: string
  said: string
  /** 0..1, as stated. */
  confidence: number
}

export interface Score {
  name: string
  /** Share of judgements that are right. */
  right: number
  /** Mean over the true classes: what a rare class gets wrong shows here. */
  balanced: number
  /** Count of each true class. */
  counts: Record<string, number>
  /** Of the judgements stated with 0.85 to 0.95: share right, and how many. */
  stated: { right: number; count: number }
  /** Mean distance of stated confidence and share right over ten equal bins. */
  calibrationError: number
  target: number | null
}

type Name = Exclude<keyof Truth, 'rightEyeOpen' | 'leftEyeOpen'>

const traitNames: [Name, string, number | null][] = [
  ['eyewear', 'eyewear', 0.97],
  ['mouthCovered', 'mouth or nose covered', 0.98],
  ['occluded', 'occluded', null],
  ['smile', 'smile', 0.92],
  ['mouthOpen', 'mouth open', 0.9],
]

/** Each trait over the measured faces; eyes of faces and of the single-eye set stand apart. */
export function scoreTraits(measured: readonly Measured[], eyes: readonly EyeReading[]): Score[] {
  const scores = traitNames.map(([name, label, target]) => {
    // One labeller's word for a whole expression is no truth to measure a smile by.
    const fit = measured.filter(({ truth, weak }) => truth[name] !== null && !(name === 'smile' && weak))
    return score(
      label,
      fit.map(({ truth, traits }) => judged(truth[name], traits[name])),
      target,
      name !== 'eyewear',
    )
  })
  const sides = ['rightEyeOpen', 'leftEyeOpen'] as const
  const faceEyes = sides.flatMap((side) =>
    measured
      .filter(({ truth }) => truth[side] !== null)
      .map(({ truth, traits }) => judged(truth[side], traits[side])),
  )
  const single = eyes.map(({ open, logit }) => {
    const share = probability(logit, netCalibration.eyeOpen)
    return judged(open, { value: share >= 0.5, confidence: Math.max(share, 1 - share) })
  })
  return [
    ...scores,
    score('eye open, in faces', faceEyes, 0.96),
    score('eye open, single-eye set', single, 0.96),
  ]
}

export function scorePeople(people: readonly Person[]): {
  gender: Score
  /** Mean absolute error in years, and share of true ages inside the stated range. */
  age: { error: number; bias: number; inRange: number; stated: number; count: number }
} {
  const estimates = people.map(({ reading }) => estimateAgeAndGender(reading))
  const gender = score(
    'gender',
    people.map(({ male }, index) => ({
      truth: male ? 'male' : 'female',
      said: estimates[index]!.gender.value,
      confidence: estimates[index]!.gender.confidence,
    })),
    0.965,
  )
  const ages = estimates.map(({ age }, index) => ({ age, truth: people[index]!.age }))
  return {
    gender,
    age: {
      error: mean(ages.map(({ age, truth }) => Math.abs(age.years - truth))),
      bias: mean(ages.map(({ age, truth }) => age.years - truth)),
      // A birthday is no error: the range holds an age given in whole years when it reaches into that year.
      inRange: mean(ages.map(({ age, truth }) => (age.min <= truth + 0.5 && age.max >= truth - 0.5 ? 1 : 0))),
      stated: ages[0]?.age.confidence ?? 0,
      count: ages.length,
    },
  }
}

function judged(truth: unknown, { value, confidence }: { value: unknown; confidence: number }): Judged {
  return { truth: String(truth), said: String(value), confidence }
}

/**
 * @param equal each class weighs the same in what is said about confidences: they are meant at equal priors, except
 *   for eyewear, whose dark lenses are too rare to calibrate by themselves
 */
export function score(name: string, all: readonly Judged[], target: number | null, equal = true): Score {
  const classes = [...new Set(all.map(({ truth }) => truth))].sort()
  const rightOf = (some: readonly Judged[]) => mean(some.map(({ truth, said }) => Number(truth === said)))
  const counts = Object.fromEntries(
    classes.map((label) => [label, all.filter(({ truth }) => truth === label).length]),
  )
  const weightOf = ({ truth }: Judged) => (equal ? 1 / counts[truth]! : 1)
  const weigh = (some: readonly Judged[], value: (one: Judged) => number) => {
    const weights = some.map(weightOf)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return some.reduce((total, one, index) => total + weights[index]! * value(one), 0) / sum
  }
  const isRight = ({ truth, said }: Judged) => Number(truth === said)
  const nine = all.filter(({ confidence }) => confidence >= 0.85 && confidence < 0.95)
  const bins = Array.from({ length: 10 }, (_, bin) =>
    all.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin),
  ).filter((bin) => bin.length > 0)
  const whole = all.reduce((total, one) => total + weightOf(one), 0)
  const calibrationError = bins.reduce((sum, bin) => {
    const weight = bin.reduce((total, one) => total + weightOf(one), 0) / whole
    return sum + weight * Math.abs(weigh(bin, ({ confidence }) => confidence) - weigh(bin, isRight))
  }, 0)
  return {
    name,
    right: rightOf(all),
    balanced: mean(classes.map((label) => rightOf(all.filter(({ truth }) => truth === label)))),
    counts,
    stated: { right: nine.length === 0 ? Number.NaN : weigh(nine, isRight), count: nine.length },
    calibrationError,
    target,
  }
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length
}

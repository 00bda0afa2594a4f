/**
 * How often gestures are seen where they are, and where they are not. Nothing here reads a file. Pictures that a session
 * does not judge at all, blurred ones for example, take no part.
 */
import {
  type Gesture,
  type GestureOptions,
  type GestureSubject,
  gestures,
  isNeutral,
  judgeGesture,
} from '../../src/decisions/gesture.ts'
import type { Pose, Traits } from '../../src/engine/types.ts'
import { type Measured, personOf } from './cases.ts'
import { mean } from './scores.ts'

const ofHead: readonly Gesture[] = ['TURN_LEFT', 'TURN_RIGHT', 'LOOK_UP']

export interface GestureScore {
  gesture: Gesture
  /** Share of photos showing the gesture that are accepted. */
  accepted: number
  shown: number
  /**
   * Share of other photos that are wrongly accepted, and how many there are: of frontal ones, whatever the mouth does, for
   * gestures of the head, and of neutral frontal ones for the rest.
   */
  falsely: number
  others: number
}

export interface GestureScores {
  each: GestureScore[]
  /** Neutral frontal photos, and the share of them that satisfies none of the gestures. */
  neutral: { count: number; none: number }
  /** The same of frontal photos whose mouth is closed and may smile a little: no labeller would call it yes or no. */
  faint: { count: number; none: number }
  /** Share of faces, turned more than 20 degrees by the yardstick, whose side is right. */
  side: { count: number; right: number }
}

/** Each photo judged by itself. Poses are true by the yardstick, expressions by label. */
export function scoreGestures(measured: readonly Measured[]): GestureScores {
  return scoreTrials(measured, () => [{}])
}

/**
 * Each photo judged against every other photo of the same person that the rule itself takes for neutral, as a session
 * with a reference selfie does. A photo counts once, with the mean over its references; without any it takes no part.
 */
export function scoreAgainstNeutral(measured: readonly Measured[]): GestureScores {
  const references = new Map<string, Measured[]>()
  for (const face of measured.filter((face) => isNeutral(subjectOf(face))))
    references.set(personOf(face), [...(references.get(personOf(face)) ?? []), face])
  return scoreTrials(measured, (face) =>
    (references.get(personOf(face)) ?? [])
      .filter(({ key }) => key !== face.key)
      .map((other) => ({ neutral: subjectOf(other) })),
  )
}

function scoreTrials(
  measured: readonly Measured[],
  trialsOf: (face: Measured) => GestureOptions[],
): GestureScores {
  const tried = measured
    .filter(({ refused }) => refused === null)
    .map((face) => ({ face, trials: trialsOf(face) }))
    .filter(({ trials }) => trials.length > 0)
  type Tried = (typeof tried)[number]
  const accepts = ({ face, trials }: Tried, gesture: Gesture) =>
    mean(trials.map((options) => Number(judgeGesture(gesture, subjectOf(face), options).satisfied)))
  const noneOf = (some: Tried[]) => {
    const shares = some.map(({ face, trials }) =>
      mean(trials.map((options) => Number(satisfiesNone(subjectOf(face), options)))),
    )
    return { count: some.length, none: mean(shares) }
  }
  const neutral = tried.filter(({ face }) => isFrontal(face) && face.truth.smile === false && !face.weak)
  const each = gestures.map((gesture) => {
    const shown = tried.filter(({ face }) => shows(face, gesture))
    const others = ofHead.includes(gesture) ? tried.filter(({ face }) => looksAhead(face)) : neutral
    return {
      gesture,
      accepted: mean(shown.map((one) => accepts(one, gesture))),
      shown: shown.length,
      falsely: mean(others.map((one) => accepts(one, gesture))),
      others: others.length,
    }
  })
  const turned = tried.filter(({ face }) => Math.abs(poseOf(face)?.yaw ?? 0) > 20)
  const right = mean(
    turned.map(({ face }) => Number(Math.sign(face.pose.yaw) === Math.sign(face.yardstick!.yaw))),
  )
  return {
    each,
    neutral: noneOf(neutral),
    faint: noneOf(tried.filter(({ face }) => isFrontal(face) && face.truth.smile === null)),
    side: { count: turned.length, right },
  }
}

function satisfiesNone(subject: GestureSubject, options: GestureOptions): boolean {
  return !gestures.some((gesture) => judgeGesture(gesture, subject, options).satisfied)
}

function subjectOf({ pose, traits }: Measured): GestureSubject {
  const rest: Pick<Traits, 'age' | 'gender'> = {
    age: { years: 0, min: 0, max: 0, confidence: 0 },
    gender: { value: 'male', confidence: 0.5 },
  }
  return { pose, allTraits: { ...traits, ...rest } }
}

/** The yardstick's pose; of masked faces it says nonsense (a frontal one "turned 39 degrees"), so they take no part. */
function poseOf({ key, yardstick }: Measured): Pose | null {
  return key.startsWith('masks/') ? null : yardstick
}

/** By the yardstick. */
function looksAhead(face: Measured): boolean {
  const pose = poseOf(face)
  return pose !== null && Math.abs(pose.yaw) < 10 && Math.abs(pose.pitch) < 12
}

/** Straight ahead, mouth closed and eyes open by label. */
function isFrontal(face: Measured): boolean {
  const { mouthOpen, rightEyeOpen, leftEyeOpen } = face.truth
  return looksAhead(face) && mouthOpen === false && rightEyeOpen === true && leftEyeOpen === true
}

/** Someone asked to look up raises the head further than the yardstick errs. */
function shows(face: Measured, gesture: Gesture): boolean {
  const { truth, weak } = face
  const pose = poseOf(face)
  switch (gesture) {
    case 'TURN_LEFT':
      return pose !== null && pose.yaw >= 20
    case 'TURN_RIGHT':
      return pose !== null && pose.yaw <= -20
    case 'LOOK_UP':
      return pose !== null && pose.pitch >= 18
    case 'SMILE':
      return truth.smile === true && !weak
    case 'BLINK':
      return truth.rightEyeOpen === false && truth.leftEyeOpen === false
    case 'OPEN_MOUTH':
      return truth.mouthOpen === true
  }
}

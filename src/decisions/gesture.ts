import type { Estimate, Subject, Traits } from '../engine/types.ts'

/** What a person can be asked to do in front of the camera. Left and right are the person's own. */
export const gestures = ['TURN_LEFT', 'TURN_RIGHT', 'LOOK_UP', 'SMILE', 'BLINK', 'OPEN_MOUTH'] as const
export type Gesture = (typeof gestures)[number]

/** What gestures are judged by: any Subject measured with traits will do. */
export type GestureSubject = Pick<Subject, 'pose' | 'allTraits'>

export interface GestureOptions {
  /** The same person looking straight ahead; a turned, blinking or grimacing one is ignored. */
  neutral?: GestureSubject
  /**
   * The capture page stored the picture as a mirror shows it: the person's left is on the left-hand side. A turn to
   * the left then looks like one to the right, so the sides are swapped back. Default false.
   */
  mirrored?: boolean
}

export interface GestureVerdict {
  satisfied: boolean
  /** 0..1; 0.5 and more satisfies. */
  score: number
  /** Why, in words for a person: `head turned 8 degrees to the left, 15 needed`. */
  reason: string
}

/**
 * What each gesture needs. MODELS.md tabulates how often a neutral photo passes and a true one fails at these values,
 * which were chosen on the calibration people.
 */
const gestureThresholds = {
  /**
   * Degrees of yaw, and of pitch. Few people hold their head that far off when they are asked to look straight ahead.
   * Beside a neutral photo a little less will do, if the head has also moved from there: what it moved alone counts
   * the turns of both photos, and one straight face in five is ten degrees off another one of the same person.
   */
  turn: { alone: 15, withNeutral: { itself: 13, beyond: 10 } },
  lookUp: { alone: 10, withNeutral: { itself: 9, beyond: 9 } },
  /** Calibrated probabilities. Where a neutral photo rules the thing out, less is needed. */
  smile: { alone: 0.82, withNeutral: 0.5 },
  blink: { alone: 0.3, withNeutral: 0.25 },
  openMouth: { alone: 0.75, withNeutral: 0.6 },
} as const

/**
 * Does the photo show the gesture?
 *
 * @throws RangeError when the subject was measured without traits: a missing measurement is never an answer
 */
export function judgeGesture(
  gesture: Gesture,
  subject: GestureSubject,
  options: GestureOptions = {},
): GestureVerdict {
  const neutral = options.neutral && isNeutral(options.neutral) ? options.neutral : undefined
  const side = options.mirrored ? -1 : 1
  // Degrees to the subject's own left.
  const yawOf = ({ pose }: GestureSubject) => side * pose.yaw
  switch (gesture) {
    case 'TURN_LEFT':
      return judgeMove(yawOf(subject), neutral && yawOf(neutral), gestureThresholds.turn, turnTo.left)
    case 'TURN_RIGHT':
      return judgeMove(-yawOf(subject), neutral && -yawOf(neutral), gestureThresholds.turn, turnTo.right)
    case 'LOOK_UP':
      return judgeMove(subject.pose.pitch, neutral?.pose.pitch, gestureThresholds.lookUp, raise)
    case 'SMILE':
      return judgeMouth('smile', subject, neededOf(gestureThresholds.smile, neutral), 'a smile')
    case 'OPEN_MOUTH':
      return judgeMouth('mouthOpen', subject, neededOf(gestureThresholds.openMouth, neutral), 'an open mouth')
    case 'BLINK':
      return judgeBlink(traitsOf(subject), neutral)
  }
}

/** Is this a photo to judge others against: straight ahead, eyes open, mouth at rest? */
export function isNeutral({ pose, allTraits }: GestureSubject): boolean {
  if (Math.abs(pose.yaw) > 12 || Math.abs(pose.pitch) > 20 || !allTraits) return false
  const { smile, mouthOpen } = allTraits
  return chance(smile) < 0.5 && chance(mouthOpen) < 0.5 && chanceShut(allTraits) < 0.5
}

/** How a move of the head is described, the right way and the wrong way, and what is needed instead of the latter. */
interface Telling {
  right: (degrees: number) => string
  wrong: (degrees: number) => string
  instead: string
}

const turnTo: Record<'left' | 'right', Telling> = {
  left: turning('left', 'right'),
  right: turning('right', 'left'),
}

const raise: Telling = {
  right: (degrees) => `head raised ${degrees} degrees`,
  wrong: (degrees) => `head lowered ${degrees} degrees`,
  instead: '',
}

function turning(way: string, other: string): Telling {
  return {
    right: (degrees) => `head turned ${degrees} degrees to the ${way}`,
    wrong: (degrees) => `head turned ${degrees} degrees to the ${other}`,
    instead: ` to the ${way}`,
  }
}

/**
 * The head must stand far enough off, and have moved far enough from the neutral photo where there is one; the weaker
 * of the two decides.
 * @param own, before: degrees in the direction asked for, of the photo and of the neutral one
 */
function judgeMove(
  own: number,
  before: number | undefined,
  { alone, withNeutral }: { alone: number; withNeutral: { itself: number; beyond: number } },
  telling: Telling,
): GestureVerdict {
  if (before === undefined) return judgeDegrees(own, alone, telling)
  const itself = judgeDegrees(own, withNeutral.itself, telling)
  const moved = judgeDegrees(own - before, withNeutral.beyond, telling, ' from the neutral photo')
  return moved.score < itself.score ? moved : itself
}

function judgeDegrees(degrees: number, needed: number, telling: Telling, comparedWith = ''): GestureVerdict {
  const satisfied = degrees >= needed
  const back = degrees < -0.5
  const seen = back ? telling.wrong(Math.round(-degrees)) : telling.right(whole(degrees, needed))
  const reason = satisfied ? seen : `${seen}${comparedWith}, ${needed}${back ? telling.instead : ''} needed`
  return { satisfied, score: share(degrees, needed), reason }
}

function judgeMouth(
  trait: 'smile' | 'mouthOpen',
  subject: GestureSubject,
  needed: number,
  what: string,
): GestureVerdict {
  const traits = traitsOf(subject)
  if (chance(traits.mouthCovered) >= 0.5) return refusal('the mouth is covered')
  return judgeChance(chance(traits[trait]), needed, what)
}

function judgeBlink(traits: Traits, neutral: GestureSubject | undefined): GestureVerdict {
  if (traits.eyewear.value === 'sunglasses') return refusal('the eyes are hidden behind dark lenses')
  const needed = neededOf(gestureThresholds.blink, neutral)
  const verdict = judgeChance(chanceShut(traits), needed, 'both eyes closed')
  const right = chance(traits.rightEyeOpen) >= 0.5
  const left = chance(traits.leftEyeOpen) >= 0.5
  if (verdict.satisfied || right === left) return verdict
  return { ...verdict, reason: `the ${right ? 'right' : 'left'} eye is open, both closed needed` }
}

function judgeChance(probability: number, needed: number, what: string): GestureVerdict {
  const satisfied = probability >= needed
  const seen = `${what} seen with ${whole(100 * probability, 100 * needed)} per cent certainty`
  // 0.5 lies at the threshold, so that the score means the same for every gesture.
  const score = satisfied ? 0.5 + (0.5 * (probability - needed)) / (1 - needed) : (0.5 * probability) / needed
  return { satisfied, score, reason: satisfied ? seen : `${seen}, ${Math.round(100 * needed)} needed` }
}

function neededOf(threshold: { alone: number; withNeutral: number }, neutral: unknown): number {
  return neutral ? threshold.withNeutral : threshold.alone
}

function refusal(reason: string): GestureVerdict {
  return { satisfied: false, score: 0, reason }
}

/** Rounded, but never up to what is needed: a refusal must not read "15 degrees, 15 needed". */
function whole(measured: number, needed: number): number {
  const rounded = Math.max(0, Math.round(measured))
  return measured < needed ? Math.min(rounded, Math.ceil(needed - 1)) : rounded
}

/** 0.5 at what is needed, 1 at twice as much. */
function share(degrees: number, needed: number): number {
  return Math.max(0, Math.min(1, degrees / (2 * needed)))
}

/** Both eyes: the less surely closed one decides, for a wink is not a blink. */
function chanceShut({ leftEyeOpen, rightEyeOpen }: Traits): number {
  return 1 - Math.max(chance(leftEyeOpen), chance(rightEyeOpen))
}

/** Probability that the trait is there. */
function chance({ value, confidence }: Estimate<boolean>): number {
  return value ? confidence : 1 - confidence
}

function traitsOf({ allTraits }: GestureSubject): Traits {
  if (!allTraits) throw new RangeError('The report holds no traits.')
  return allTraits
}

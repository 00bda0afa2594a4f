import type { Estimate, Pose, Subject, Traits } from '../engine/types.ts'

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
export const gestureThresholds = {
  /** Degrees of yaw. Few people hold their head 15 degrees off when they are asked to look straight ahead. */
  turn: 15,
  /** Degrees of pitch: how a phone is held moves everyone's by some, so alone more is needed than beyond the neutral. */
  lookUp: { alone: 11, withNeutral: 9 },
  /** Calibrated probabilities. Where a neutral photo rules the thing out, less is needed. */
  smile: { alone: 0.8, withNeutral: 0.6 },
  blink: { alone: 0.4, withNeutral: 0.3 },
  openMouth: { alone: 0.7, withNeutral: 0.5 },
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
  // Degrees to the subject's own left, beyond those of the neutral photo.
  const yaw = side * (subject.pose.yaw - (neutral?.pose.yaw ?? 0))
  switch (gesture) {
    case 'TURN_LEFT':
      return judgeTurn(yaw, 'left')
    case 'TURN_RIGHT':
      return judgeTurn(-yaw, 'right')
    case 'LOOK_UP':
      return judgeLookUp(subject.pose, neutral?.pose)
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

function judgeTurn(degrees: number, way: 'left' | 'right'): GestureVerdict {
  const needed = gestureThresholds.turn
  const satisfied = degrees >= needed
  const seen =
    degrees < -0.5
      ? `head turned ${Math.round(-degrees)} degrees to the ${way === 'left' ? 'right' : 'left'}`
      : `head turned ${whole(degrees, needed)} degrees to the ${way}`
  const reason = satisfied ? seen : `${seen}, ${needed}${degrees < -0.5 ? ` to the ${way}` : ''} needed`
  return { satisfied, score: share(degrees, needed), reason }
}

function judgeLookUp(pose: Pose, neutral: Pose | undefined): GestureVerdict {
  const needed = neededOf(gestureThresholds.lookUp, neutral)
  const degrees = pose.pitch - (neutral?.pitch ?? 0)
  const satisfied = degrees >= needed
  const seen =
    degrees < -0.5
      ? `head lowered ${Math.round(-degrees)} degrees`
      : `head raised ${whole(degrees, needed)} degrees`
  return { satisfied, score: share(degrees, needed), reason: satisfied ? seen : `${seen}, ${needed} needed` }
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

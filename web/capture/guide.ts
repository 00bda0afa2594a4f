import type { Gesture } from './api.ts'
import { type Measured, meanOf } from './measure.ts'
import type { Texts } from './texts/index.ts'

export type Hint = keyof Texts['hints']

/** One look through the camera. */
export interface Moment {
  /** Largest first. */
  faces: Measured[]
  /** Mean luminance about the face, 0..255. */
  light: number
}

/** What is to be seen: the person looking ahead, or a gesture against how they looked then. */
export type Goal = { gesture: null } | { gesture: Gesture; neutral: Measured }

export interface Advice {
  hint: Hint
  /** The picture may be taken of this moment. */
  take: boolean
  /** Present when a goal without gesture was reached: how the person looks ahead. */
  neutral?: Measured
}

/** Parts of the picture's height that the face should fill, and how far its middle may be off: a turning head moves it. */
const size = { least: 0.28, most: 0.8 }
const offCentre = { ahead: { x: 0.16, y: 0.2 }, gesture: { x: 0.28, y: 0.3 } }
const light = { least: 45, most: 225 }

/**
 * Changes against the neutral face from which a gesture is photographed: some more than the server asks, so that what is
 * photographed passes.
 */
const change = {
  turn: { least: 18, most: 45 },
  lookUp: { least: 14, most: 40 },
  /** Smiles widen the mouth by 9 to 32 per cent; calm mouths are 0.50 to 0.60 wide, smiling ones 0.62 to 0.75. */
  smile: { times: 1.15, surely: 0.66 },
  blink: 0.45,
  openMouth: 0.07,
}

/** Looks that must agree before the picture is taken. */
const steady = { neutral: 4, gesture: 2 }

/** Gives advice look by look. It remembers only how long the goal has been reached. */
export function createGuide(goal: Goal): (moment: Moment) => Advice {
  let good: Measured[] = []
  return (moment) => {
    const [face] = moment.faces
    const problem = framing(moment, goal.gesture ? offCentre.gesture : offCentre.ahead)
    const hint = problem ?? (face ? progress(goal, face) : 'face')
    if (hint !== 'hold' || !face) {
      good = []
      return { hint, take: false }
    }
    good.push(face)
    if (goal.gesture) return { hint, take: good.length >= steady.gesture }
    const take = good.length >= steady.neutral
    return take ? { hint, take, neutral: meanOf(good) } : { hint, take }
  }
}

/** What is wrong with where the face is and how it is lit; null: nothing. */
function framing({ faces, light: seen }: Moment, off: { x: number; y: number }): Hint | null {
  const [face, other] = faces
  if (!face) return 'face'
  // A poster in the background is no second person.
  if (other && other.size > 0.4 * face.size) return 'alone'
  if (face.size < size.least) return 'closer'
  if (face.size > size.most) return 'back'
  if (Math.abs(face.centre.x - 0.5) > off.x || Math.abs(face.centre.y - 0.5) > off.y) return 'centre'
  if (seen < light.least) return 'light'
  return seen > light.most ? 'dazzle' : null
}

function progress(goal: Goal, face: Measured): Hint {
  if (!goal.gesture) {
    const isAhead = Math.abs(face.yaw) < 12 && face.eyes > 0.12 && face.mouth < 0.09
    return isAhead ? 'hold' : 'ahead'
  }
  const { gesture, neutral } = goal
  const isHeadGesture = gesture === 'TURN_LEFT' || gesture === 'TURN_RIGHT' || gesture === 'LOOK_UP'
  if (!isHeadGesture && isTurned(face, neutral)) return 'ahead'
  switch (gesture) {
    case 'TURN_LEFT':
      return within(face.yaw - neutral.yaw, change.turn)
    case 'TURN_RIGHT':
      return within(neutral.yaw - face.yaw, change.turn)
    case 'LOOK_UP':
      return within(face.pitch - neutral.pitch, change.lookUp)
    case 'SMILE':
      return isSmile(face, neutral) ? 'hold' : 'more'
    case 'BLINK':
      return face.eyes <= change.blink * neutral.eyes ? 'hold' : 'more'
    case 'OPEN_MOUTH':
      return face.mouth >= neutral.mouth + change.openMouth ? 'hold' : 'more'
  }
}

/** Eyes and mouth are read badly on a turned head, by the guide and by the server. */
function isTurned(face: Measured, neutral: Measured): boolean {
  return Math.abs(face.yaw - neutral.yaw) > 15 || Math.abs(face.pitch - neutral.pitch) > 12
}

/** An opened mouth is wide too, and no smile. */
function isSmile(face: Measured, neutral: Measured): boolean {
  const { times, surely } = change.smile
  const isWide = face.smile >= Math.min(times * neutral.smile, surely)
  return isWide && face.mouth < neutral.mouth + change.openMouth / 2
}

function within(degrees: number, { least, most }: { least: number; most: number }): Hint {
  if (degrees < least) return 'more'
  return degrees > most ? 'less' : 'hold'
}

import type { Gesture } from './api.ts'
import { createHold, holdMs } from './hold.ts'
import { type Measured, meanOf } from './measure.ts'
import type { Texts } from './texts/index.ts'

export type Hint = keyof Texts['hints']

/** One look through the camera. */
export interface Moment {
  /** Largest first. */
  faces: Measured[]
  /** Mean luminance about the face, 0..255. */
  light: number
  /** When the picture was taken that was looked at, in milliseconds of a steady clock. */
  at: number
}

/** What is to be seen: the person looking ahead, or a gesture against how they looked then. */
export type Goal = { gesture: null } | { gesture: Gesture; neutral: Measured }

export interface Advice {
  hint: Hint
  /** The picture may be taken of this moment. */
  take: boolean
  /** No face was seen for so long that the person should be asked to come back. */
  lost: boolean
  /** Present when a goal without gesture was reached: how the person looks ahead. */
  neutral?: Measured
}

/**
 * Parts of the picture's height that the face should fill, for what is around it is judged too, and how far its middle may
 * be off: a turning head moves it.
 */
const size = { least: 0.28, most: 0.65 }
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

/** Degrees that the server asks for whatever the neutral face was; of a lifted head the guide sees less than the server. */
const itself = { turn: 15, lookUp: 9 }

/** Degrees within which a head looks ahead. Few who are asked to look straight into a camera lift theirs. */
const ahead = { yaw: 12, up: 8, down: 25 }

/** Without a face for so long, over so many looks, a person is lost. One slow look is no absence. */
const lostAfter = { ms: 8000, looks: 3 }

/** A neutral face is the mean of several looks, however rare they are: every gesture is measured against it. */
const neutralLooks = 2

/** Gives advice look by look. It remembers for how long the goal has been reached, and a face not been seen. */
export function createGuide(goal: Goal): (moment: Moment) => Advice {
  const neededMs = goal.gesture ? holdMs.gesture : holdMs.ahead
  const hold = createHold(neededMs)
  const isLost = createAbsence()
  let good: Measured[] = []
  return (moment) => {
    const [face] = moment.faces
    const problem = framing(moment, goal.gesture ? offCentre.gesture : offCentre.ahead)
    const hint = problem ?? (face ? progress(goal, face) : 'face')
    const isGood = hint === 'hold' && face !== undefined
    const held = hold(isGood, moment.at)
    const lost = isLost(moment)
    if (!isGood) {
      if (held === 0) good = []
      return { hint, take: false, lost }
    }
    good.push(face)
    if (goal.gesture) return { hint, take: held >= neededMs, lost }
    const take = held >= neededMs && good.length >= neutralLooks
    return take ? { hint, take, lost, neutral: meanOf(good) } : { hint, take, lost }
  }
}

function createAbsence(): (moment: Moment) => boolean {
  let looks = 0
  let since: number | undefined
  return ({ faces, at }) => {
    if (faces.length > 0) {
      looks = 0
      since = undefined
      return false
    }
    looks++
    since ??= at
    return looks >= lostAfter.looks && at - since >= lostAfter.ms
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
    return facesCamera(face) && face.eyes > 0.12 && face.mouth < 0.09 ? 'hold' : 'ahead'
  }
  const { gesture, neutral } = goal
  const isHeadGesture = gesture === 'TURN_LEFT' || gesture === 'TURN_RIGHT' || gesture === 'LOOK_UP'
  if (!isHeadGesture && isTurned(face, neutral)) return 'ahead'
  switch (gesture) {
    case 'TURN_LEFT':
      return moved(face.yaw, neutral.yaw, itself.turn, change.turn)
    case 'TURN_RIGHT':
      return moved(-face.yaw, -neutral.yaw, itself.turn, change.turn)
    case 'LOOK_UP':
      return moved(face.pitch, neutral.pitch, itself.lookUp, change.lookUp)
    case 'SMILE':
      return isSmile(face, neutral) ? 'hold' : 'more'
    case 'BLINK':
      return face.eyes <= change.blink * neutral.eyes ? 'hold' : 'more'
    case 'OPEN_MOUTH':
      return face.mouth >= neutral.mouth + change.openMouth ? 'hold' : 'more'
  }
}

function facesCamera({ yaw, pitch }: Measured): boolean {
  return Math.abs(yaw) < ahead.yaw && pitch < ahead.up && pitch > -ahead.down
}

/**
 * Eyes and mouth are read badly on a turned head, by the guide and by the server. A head that faces the camera is none,
 * even where the neutral face was taken of one that did so less well.
 */
function isTurned(face: Measured, neutral: Measured): boolean {
  if (facesCamera(face)) return false
  return Math.abs(face.yaw - neutral.yaw) > 15 || Math.abs(face.pitch - neutral.pitch) > 12
}

/** An opened mouth is wide too, and no smile. */
function isSmile(face: Measured, neutral: Measured): boolean {
  const { times, surely } = change.smile
  const isWide = face.smile >= Math.min(times * neutral.smile, surely)
  return isWide && face.mouth < neutral.mouth + change.openMouth / 2
}

/** @param degrees, before: in the direction asked for, of this face and of the neutral one */
function moved(
  degrees: number,
  before: number,
  alone: number,
  { least, most }: { least: number; most: number },
): Hint {
  const needed = Math.max(alone, before + least)
  if (degrees < needed) return 'more'
  return degrees > Math.max(before + most, needed + least) ? 'less' : 'hold'
}

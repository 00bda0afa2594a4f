import { randomBytes, randomInt } from 'node:crypto'
import { type Gesture, gestures } from '../decisions/gesture.ts'
import type { DrawnChallenge } from './store.ts'

/** Fewest gestures of a session. One still picture, bent and painted, passes a session of two photos ten times as often as one of three (MODELS.md). */
export const fewestGestures = 3

/** Different gestures in random order, from a source that cannot be foretold. */
export function drawGestures(count: number = fewestGestures): Gesture[] {
  const left = [...gestures]
  return Array.from({ length: count }, () => left.splice(randomInt(left.length), 1)[0] as Gesture)
}

/** The challenges of one attempt. */
export function toChallenges(drawn: readonly Gesture[]): DrawnChallenge[] {
  return drawn.map((gesture) => ({ id: randomId('ch', 8), gesture }))
}

/** `prefix_` and `bytes` random bytes in hex. */
export function randomId(prefix: string, bytes: number): string {
  return `${prefix}_${randomBytes(bytes).toString('hex')}`
}

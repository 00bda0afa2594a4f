import { randomBytes, randomInt } from 'node:crypto'
import { type Gesture, gestures } from '../decisions/gesture.ts'

/** One still picture, bent and painted, passes a session of two photos ten times as often as one of three (MODELS.md). */
const photosPerSession = 3

/** Different gestures in random order, from a source that cannot be foretold. */
export function drawGestures(): Gesture[] {
  const left = [...gestures]
  return Array.from({ length: photosPerSession }, () => left.splice(randomInt(left.length), 1)[0] as Gesture)
}

/** `prefix_` and `bytes` random bytes in hex. */
export function randomId(prefix: string, bytes: number): string {
  return `${prefix}_${randomBytes(bytes).toString('hex')}`
}

import { randomBytes, randomInt } from 'node:crypto'
import { type Gesture, gestures } from '../decisions/gesture.ts'

/** Two or three different gestures in random order, from a source that can't be foretold. */
export function drawGestures(): Gesture[] {
  const left = [...gestures]
  const count = randomInt(2, 4)
  return Array.from({ length: count }, () => left.splice(randomInt(left.length), 1)[0] as Gesture)
}

/** `prefix_` and `bytes` random bytes in hex. */
export function randomId(prefix: string, bytes: number): string {
  return `${prefix}_${randomBytes(bytes).toString('hex')}`
}

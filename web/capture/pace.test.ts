/** A person before cameras of every pace, with the noise of a cheap one: simulated, no browser takes part. */
import { describe, expect, it } from 'vitest'
import type { Gesture } from './api.ts'
import { createGuide, type Goal } from './guide.ts'
import type { Measured } from './measure.ts'

const ahead: Measured = {
  yaw: 3,
  pitch: -6,
  eyes: 0.32,
  mouth: 0.015,
  smile: 0.56,
  size: 0.5,
  centre: { x: 0.5, y: 0.5 },
}

const shown: Record<Gesture, Partial<Measured>> = {
  TURN_LEFT: { yaw: 30 },
  TURN_RIGHT: { yaw: -28 },
  LOOK_UP: { pitch: 18 },
  SMILE: { smile: 0.7 },
  BLINK: { eyes: 0.06 },
  OPEN_MOUTH: { mouth: 0.15 },
}

/** Standard deviation of what is read off a face that does not move. */
const noise = { yaw: 1.5, pitch: 1.5, eyes: 0.02, mouth: 0.006, smile: 0.012 }

const paces = [0.5, 1, 2, 10, 30]
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/** Numbers of the normal distribution, the same for one seed. */
function normal(seed: number): () => number {
  let state = seed
  // mulberry32, never 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/**
 * Watches for a minute.
 * @param acts how the face truly is after so many milliseconds
 * @returns when the picture was taken and how the face truly was then; null: it was not taken
 */
function watch(goal: Goal, pace: number, seed: number, acts: (ms: number) => Measured) {
  const random = normal(seed)
  const advise = createGuide(goal)
  // No device looks like clockwork.
  const step = () => (1000 / pace) * Math.max(0.5, 1 + 0.2 * random())
  for (let at = 0; at < 60_000; at += step()) {
    const face = acts(at)
    const seen = { ...face }
    for (const name of Object.keys(noise) as (keyof typeof noise)[]) seen[name] += noise[name] * random()
    // One look in fifty goes wrong altogether.
    const faces = Math.abs(random()) > 2.33 ? [] : [seen]
    const { take, neutral } = advise({ faces, light: 120, at })
    if (take) return { at, face, neutral }
  }
  return null
}

/** Reads the task, does it for a while, gives up, and tries again: eyes are kept closed for a second only. */
function tries(gesture: Gesture): (ms: number) => Measured {
  const seconds = gesture === 'BLINK' ? 1.2 : 2.5
  return (ms) => {
    const since = (ms / 1000) % (seconds + 1.9)
    return since > 1.5 && since < 1.5 + seconds ? { ...ahead, ...shown[gesture] } : ahead
  }
}

describe.each(paces)('at %s looks a second', (pace) => {
  it('photographs a person who looks ahead', () => {
    for (const seed of seeds) {
      const taken = watch({ gesture: null }, pace, seed, () => ahead)
      expect(taken?.at, `seed ${seed}`).toBeLessThan(20_000)
      expect(taken?.neutral?.pitch).toBeCloseTo(ahead.pitch, -1)
    }
  })

  it.each(Object.keys(shown) as Gesture[])('photographs %s while it is shown', (gesture) => {
    for (const seed of seeds) {
      const taken = watch({ gesture, neutral: ahead }, pace, seed, tries(gesture))
      expect(taken, `seed ${seed}`).not.toBeNull()
      expect(taken?.face).toMatchObject(shown[gesture])
    }
  })

  it.each(Object.keys(shown) as Gesture[])('never photographs a still for %s', (gesture) => {
    for (const seed of seeds) {
      expect(
        watch({ gesture, neutral: ahead }, pace, seed, () => ahead),
        `seed ${seed}`,
      ).toBeNull()
    }
  })

  it('does not take a lifted head for one that looks ahead', () => {
    const lifted = { ...ahead, pitch: 14 }
    for (const seed of seeds) expect(watch({ gesture: null }, pace, seed, () => lifted)).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { goodSubject } from '../../test/support/stub-engine.ts'
import type { Pose, Subject, Traits } from '../engine/types.ts'
import { type Gesture, gestures, isNeutral, judgeGesture } from './gesture.ts'

const yes = (confidence = 0.95) => ({ value: true, confidence })
const no = (confidence = 0.95) => ({ value: false, confidence })

function subject(pose: Partial<Pose> = {}, traits: Partial<Traits> = {}): Subject {
  const good = goodSubject()
  return { ...good, pose: { ...good.pose, ...pose }, allTraits: { ...(good.allTraits as Traits), ...traits } }
}

const shut = { leftEyeOpen: no(), rightEyeOpen: no() }

describe('a gesture', () => {
  const rows: [string, Gesture, Subject, boolean, string][] = [
    ['left', 'TURN_LEFT', subject({ yaw: 25 }), true, 'head turned 25 degrees to the left'],
    ['too little', 'TURN_LEFT', subject({ yaw: 8 }), false, 'head turned 8 degrees to the left, 15 needed'],
    ['just not', 'TURN_LEFT', subject({ yaw: 14.9 }), false, 'head turned 14 degrees to the left, 15 needed'],
    [
      'wrong way',
      'TURN_LEFT',
      subject({ yaw: -30 }),
      false,
      'head turned 30 degrees to the right, 15 to the left needed',
    ],
    ['right', 'TURN_RIGHT', subject({ yaw: -25 }), true, 'head turned 25 degrees to the right'],
    [
      'wrong way',
      'TURN_RIGHT',
      subject({ yaw: 25 }),
      false,
      'head turned 25 degrees to the left, 15 to the right needed',
    ],
    ['up', 'LOOK_UP', subject({ pitch: 20 }), true, 'head raised 20 degrees'],
    ['level', 'LOOK_UP', subject({ pitch: 3 }), false, 'head raised 3 degrees, 10 needed'],
    ['down', 'LOOK_UP', subject({ pitch: -20 }), false, 'head lowered 20 degrees, 10 needed'],
    ['smiling', 'SMILE', subject({}, { smile: yes() }), true, 'a smile seen with 95 per cent certainty'],
    [
      'serious',
      'SMILE',
      subject({}, { smile: no() }),
      false,
      'a smile seen with 5 per cent certainty, 82 needed',
    ],
    [
      'under a mask',
      'SMILE',
      subject({}, { smile: yes(), mouthCovered: yes() }),
      false,
      'the mouth is covered',
    ],
    [
      'mouth open',
      'OPEN_MOUTH',
      subject({}, { mouthOpen: yes() }),
      true,
      'an open mouth seen with 95 per cent certainty',
    ],
    ['mouth shut', 'OPEN_MOUTH', subject(), false, 'an open mouth seen with 3 per cent certainty, 75 needed'],
    ['both shut', 'BLINK', subject({}, shut), true, 'both eyes closed seen with 95 per cent certainty'],
    [
      'a wink',
      'BLINK',
      subject({}, { leftEyeOpen: no() }),
      false,
      'the right eye is open, both closed needed',
    ],
    ['open', 'BLINK', subject(), false, 'both eyes closed seen with 3 per cent certainty, 30 needed'],
    [
      'dark lenses',
      'BLINK',
      subject({}, { ...shut, eyewear: { value: 'sunglasses', confidence: 0.9 } }),
      false,
      'the eyes are hidden behind dark lenses',
    ],
  ]
  it.each(rows)('%s: %s', (_name, gesture, seen, satisfied, reason) => {
    const verdict = judgeGesture(gesture, seen)
    expect(verdict).toMatchObject({ satisfied, reason })
    expect(verdict.score >= 0.5).toBe(satisfied)
    expect(verdict.score).toBeGreaterThanOrEqual(0)
    expect(verdict.score).toBeLessThanOrEqual(1)
  })

  it('is not seen on a neutral photo', () => {
    for (const gesture of gestures) expect(judgeGesture(gesture, subject()).satisfied, gesture).toBe(false)
  })

  it('changes sides in a mirrored picture, and only the sides', () => {
    const mirrored = { mirrored: true }
    expect(judgeGesture('TURN_LEFT', subject({ yaw: -25 }), mirrored).satisfied).toBe(true)
    expect(judgeGesture('TURN_LEFT', subject({ yaw: 25 }), mirrored).satisfied).toBe(false)
    expect(judgeGesture('TURN_RIGHT', subject({ yaw: 25 }), mirrored).satisfied).toBe(true)
    expect(judgeGesture('LOOK_UP', subject({ pitch: 20 }), mirrored).satisfied).toBe(true)
  })

  it('scores more the more is seen, with 0.5 at what is needed', () => {
    const turn = [-10, 0, 10, 15, 20, 40].map((yaw) => judgeGesture('TURN_LEFT', subject({ yaw })).score)
    expect(turn).toEqual(turn.toSorted((a, b) => a - b))
    expect(turn[3]).toBeCloseTo(0.5)
    const smile = [0.1, 0.6, 0.82, 0.9].map(
      (chance) => judgeGesture('SMILE', subject({}, { smile: yes(chance) })).score,
    )
    expect(smile).toEqual(smile.toSorted((a, b) => a - b))
    expect(smile[2]).toBeCloseTo(0.5)
  })

  it('is never judged without the measurement', () => {
    expect(() => judgeGesture('SMILE', { ...subject(), allTraits: null })).toThrow(RangeError)
    expect(judgeGesture('TURN_LEFT', { ...subject({ yaw: 25 }), allTraits: null }).satisfied).toBe(true)
  })
})

describe("the person's neutral photo", () => {
  const against = (neutral: Partial<Pose>, gesture: Gesture, photo: Partial<Pose>, mirrored = false) =>
    judgeGesture(gesture, subject(photo), { neutral: subject(neutral), mirrored })

  it('lets a smaller turn pass', () => {
    expect(judgeGesture('TURN_LEFT', subject({ yaw: 14 })).satisfied).toBe(false)
    expect(against({ yaw: 0 }, 'TURN_LEFT', { yaw: 14 }).satisfied).toBe(true)
    expect(judgeGesture('LOOK_UP', subject({ pitch: 9.5 })).satisfied).toBe(false)
    expect(against({ pitch: 0 }, 'LOOK_UP', { pitch: 9.5 }).satisfied).toBe(true)
  })

  it('asks that the head has moved from there', () => {
    expect(against({ yaw: 6 }, 'TURN_LEFT', { yaw: 15 })).toMatchObject({
      satisfied: false,
      reason: 'head turned 9 degrees to the left from the neutral photo, 10 needed',
    })
    expect(against({ yaw: 6 }, 'TURN_LEFT', { yaw: 17 }).satisfied).toBe(true)
    expect(against({ yaw: -6 }, 'TURN_LEFT', { yaw: -17 }, true).satisfied).toBe(true)
    expect(against({ pitch: 12 }, 'LOOK_UP', { pitch: 16 })).toMatchObject({
      satisfied: false,
      reason: 'head raised 4 degrees from the neutral photo, 9 needed',
    })
    expect(against({ pitch: 12 }, 'LOOK_UP', { pitch: 24 }).satisfied).toBe(true)
  })

  it('does not make a turn of a photo that looks ahead', () => {
    expect(against({ yaw: -9 }, 'TURN_LEFT', { yaw: 9 })).toMatchObject({
      satisfied: false,
      reason: 'head turned 9 degrees to the left, 13 needed',
    })
    expect(against({ pitch: -14 }, 'LOOK_UP', { pitch: 4 }).satisfied).toBe(false)
  })

  it('lets a fainter smile pass, but not itself', () => {
    const neutral = subject()
    const faint = subject({}, { smile: yes(0.7) })
    expect(judgeGesture('SMILE', faint).satisfied).toBe(false)
    expect(judgeGesture('SMILE', faint, { neutral }).satisfied).toBe(true)
    for (const gesture of gestures)
      expect(judgeGesture(gesture, neutral, { neutral }).satisfied, gesture).toBe(false)
  })

  it('is ignored when it is none', () => {
    const grin = subject({}, { smile: yes() })
    expect(isNeutral(subject())).toBe(true)
    for (const other of [grin, subject({ yaw: 30 }), subject({}, shut), { ...subject(), allTraits: null }])
      expect(isNeutral(other)).toBe(false)
    const turned = subject({ yaw: 30 })
    expect(judgeGesture('TURN_LEFT', subject({ yaw: 32 }), { neutral: turned }).satisfied).toBe(true)
  })
})

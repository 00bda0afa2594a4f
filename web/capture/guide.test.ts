import { describe, expect, it } from 'vitest'
import type { Gesture } from './api.ts'
import { createGuide, type Hint, type Moment } from './guide.ts'
import type { Measured } from './measure.ts'

const calm: Measured = {
  yaw: 2,
  pitch: -5,
  eyes: 0.32,
  mouth: 0.015,
  smile: 0.56,
  size: 0.5,
  centre: { x: 0.5, y: 0.5 },
}

const see = (changes: Partial<Measured> = {}, more: Partial<Moment> = {}): Moment => ({
  faces: [{ ...calm, ...changes }],
  light: 120,
  ...more,
})

/** What the guide says to the same moment again and again, until it wants the picture. */
function repeat(advise: ReturnType<typeof createGuide>, moment: Moment, times = 6) {
  const hints: Hint[] = []
  for (let i = 0; i < times; i++) {
    const advice = advise(moment)
    hints.push(advice.hint)
    if (advice.take) return { hints, taken: true, neutral: advice.neutral }
  }
  return { hints, taken: false, neutral: undefined }
}

describe('the guide, before a person who looks ahead', () => {
  it('waits for four calm looks, and tells how the person looks ahead', () => {
    const { hints, taken, neutral } = repeat(createGuide({ gesture: null }), see())
    expect(taken).toBe(true)
    expect(hints).toEqual(['hold', 'hold', 'hold', 'hold'])
    expect(neutral?.smile).toBeCloseTo(calm.smile)
    expect(neutral?.pitch).toBeCloseTo(calm.pitch)
  })

  it('begins to count anew after a look away', () => {
    const advise = createGuide({ gesture: null })
    for (let i = 0; i < 3; i++) expect(advise(see()).take).toBe(false)
    expect(advise(see({ yaw: 30 }))).toMatchObject({ hint: 'ahead', take: false })
    expect(advise(see()).take).toBe(false)
  })

  const rows: [string, Moment, Hint][] = [
    ['nobody', { faces: [], light: 120 }, 'face'],
    ['two people', { faces: [calm, { ...calm, size: 0.3 }], light: 120 }, 'alone'],
    ['somebody far behind', { faces: [calm, { ...calm, size: 0.1 }], light: 120 }, 'hold'],
    ['far away', see({ size: 0.2 }), 'closer'],
    ['too near', see({ size: 0.9 }), 'back'],
    ['at the edge', see({ centre: { x: 0.2, y: 0.5 } }), 'centre'],
    ['in the dark', see({}, { light: 20 }), 'light'],
    ['in glaring light', see({}, { light: 240 }), 'dazzle'],
    ['looking aside', see({ yaw: -25 }), 'ahead'],
    ['with closed eyes', see({ eyes: 0.05 }), 'ahead'],
    ['with open mouth', see({ mouth: 0.2 }), 'ahead'],
  ]
  it.each(rows)('%s', (_name, moment, hint) => {
    expect(createGuide({ gesture: null })(moment)).toMatchObject({ hint, take: false })
  })
})

describe('the guide, before a gesture', () => {
  const rows: [Gesture, Partial<Measured>, Partial<Measured>][] = [
    ['TURN_LEFT', { yaw: 27 }, { yaw: -27 }],
    ['TURN_RIGHT', { yaw: -25 }, { yaw: 27 }],
    ['LOOK_UP', { pitch: 12 }, { pitch: -25 }],
    ['SMILE', { smile: 0.65 }, { smile: 0.6 }],
    ['SMILE', { smile: 0.7 }, { smile: 0.7, yaw: 30 }],
    ['SMILE', { smile: 0.7 }, { smile: 0.7, mouth: 0.2 }],
    ['BLINK', { eyes: 0.1 }, { eyes: 0.25 }],
    ['OPEN_MOUTH', { mouth: 0.15 }, { mouth: 0.05 }],
  ]
  it.each(rows)('%s is photographed when seen twice, and nothing else is', (gesture, shown, other) => {
    const goal = { gesture, neutral: calm }
    expect(repeat(createGuide(goal), see(shown))).toMatchObject({ taken: true, hints: ['hold', 'hold'] })
    expect(repeat(createGuide(goal), see(other))).toMatchObject({ taken: false })
    expect(repeat(createGuide(goal), see())).toMatchObject({ taken: false })
  })

  it('counts from how this person looks ahead', () => {
    const goal = { gesture: 'LOOK_UP' as const, neutral: { ...calm, pitch: -15 } }
    expect(repeat(createGuide(goal), see({ pitch: 0 })).taken).toBe(true)
  })

  it('lets a turning head leave the middle', () => {
    const moment = see({ yaw: 27, centre: { x: 0.7, y: 0.5 } })
    expect(repeat(createGuide({ gesture: 'TURN_LEFT', neutral: calm }), moment).taken).toBe(true)
    expect(createGuide({ gesture: null })(moment).hint).toBe('centre')
  })

  it('says when the head is turned too far to be seen well', () => {
    const advise = createGuide({ gesture: 'TURN_LEFT', neutral: calm })
    expect(advise(see({ yaw: 60 }))).toMatchObject({ hint: 'less', take: false })
  })

  it('photographs a smile of someone who already smiled ahead', () => {
    const goal = { gesture: 'SMILE' as const, neutral: { ...calm, smile: 0.65 } }
    expect(repeat(createGuide(goal), see({ smile: 0.67 })).taken).toBe(true)
  })
})

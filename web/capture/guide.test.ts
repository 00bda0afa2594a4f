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
  at: 0,
  ...more,
})

/** What the guide says to the same moment again and again, ten times a second, until it wants the picture. */
function repeat(advise: ReturnType<typeof createGuide>, moment: Moment, times = 12) {
  const hints: Hint[] = []
  for (let i = 0; i < times; i++) {
    const advice = advise({ ...moment, at: i * 100 })
    hints.push(advice.hint)
    if (advice.take) return { hints, taken: true, neutral: advice.neutral }
  }
  return { hints, taken: false, neutral: undefined }
}

describe('the guide, before a person who looks ahead', () => {
  it('waits for half a calm second, and reports how the person looks ahead', () => {
    const { hints, taken, neutral } = repeat(createGuide({ gesture: null }), see())
    expect(taken).toBe(true)
    expect(hints).toEqual(Array(6).fill('hold'))
    expect(neutral?.smile).toBeCloseTo(calm.smile)
    expect(neutral?.pitch).toBeCloseTo(calm.pitch)
  })

  it('lets a look away take back twice its time', () => {
    const advise = createGuide({ gesture: null })
    for (const at of [0, 100, 200, 300, 400]) expect(advise(see({}, { at })).take).toBe(false)
    expect(advise(see({ yaw: 30 }, { at: 500 }))).toMatchObject({ hint: 'ahead', take: false })
    for (const at of [600, 700]) expect(advise(see({}, { at })).take).toBe(false)
    expect(advise(see({}, { at: 800 })).take).toBe(true)
  })

  it('starts over after a long look away', () => {
    const advise = createGuide({ gesture: null })
    for (const at of [0, 100, 200, 300, 400]) advise(see({ pitch: 2 }, { at }))
    for (const at of [500, 600]) advise(see({ yaw: 30 }, { at }))
    for (const at of [700, 800, 900, 1000]) expect(advise(see({}, { at })).take).toBe(false)
    const advice = advise(see({}, { at: 1100 }))
    expect(advice.take).toBe(true)
    expect(advice.neutral?.pitch).toBeCloseTo(calm.pitch)
  })

  const rows: [string, Moment, Hint][] = [
    ['nobody', see({}, { faces: [] }), 'face'],
    ['two people', see({}, { faces: [calm, { ...calm, size: 0.3 }] }), 'alone'],
    ['somebody far behind', see({}, { faces: [calm, { ...calm, size: 0.1 }] }), 'hold'],
    ['far away', see({ size: 0.2 }), 'closer'],
    ['too near', see({ size: 0.9 }), 'back'],
    ['at the edge', see({ centre: { x: 0.2, y: 0.5 } }), 'centre'],
    ['in the dark', see({}, { light: 20 }), 'light'],
    ['in glaring light', see({}, { light: 240 }), 'dazzle'],
    ['looking aside', see({ yaw: -25 }), 'ahead'],
    ['with a lifted head', see({ pitch: 9 }), 'ahead'],
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
    ['LOOK_UP', { pitch: 12 }, { pitch: 8 }],
    ['SMILE', { smile: 0.65 }, { smile: 0.6 }],
    ['SMILE', { smile: 0.7 }, { smile: 0.7, yaw: 30 }],
    ['SMILE', { smile: 0.7 }, { smile: 0.7, mouth: 0.2 }],
    ['BLINK', { eyes: 0.1 }, { eyes: 0.25 }],
    ['OPEN_MOUTH', { mouth: 0.15 }, { mouth: 0.05 }],
  ]
  it.each(rows)('%s is photographed when it lasts, and nothing else is', (gesture, shown, other) => {
    const goal = { gesture, neutral: calm }
    const { taken, hints } = repeat(createGuide(goal), see(shown))
    expect({ taken, hints }).toEqual({ taken: true, hints: ['hold', 'hold', 'hold', 'hold'] })
    expect(repeat(createGuide(goal), see(other))).toMatchObject({ taken: false })
    expect(repeat(createGuide(goal), see())).toMatchObject({ taken: false })
  })

  it('counts from how this person looks ahead, and asks for what the server sees at all', () => {
    const goal = { gesture: 'LOOK_UP' as const, neutral: { ...calm, pitch: -15 } }
    expect(repeat(createGuide(goal), see({ pitch: 11 })).taken).toBe(true)
    // Far from -15, and still no head that looks up.
    expect(repeat(createGuide(goal), see({ pitch: 2 })).taken).toBe(false)
    const turned = { gesture: 'TURN_RIGHT' as const, neutral: { ...calm, yaw: 11 } }
    expect(repeat(createGuide(turned), see({ yaw: -16 })).taken).toBe(true)
    expect(repeat(createGuide(turned), see({ yaw: -9 })).taken).toBe(false)
  })

  it('does not call a head turned that faces the camera, whatever the neutral face was', () => {
    const goal = { gesture: 'OPEN_MOUTH' as const, neutral: { ...calm, yaw: -11, pitch: 7 } }
    expect(repeat(createGuide(goal), see({ mouth: 0.15, yaw: 6, pitch: -8 })).taken).toBe(true)
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

describe('the guide, before nobody', () => {
  const absent = (at: number) => see({}, { faces: [], at })

  it('gives a person up who was away for eight seconds', () => {
    const advise = createGuide({ gesture: null })
    for (const at of [0, 4000, 7900]) expect(advise(absent(at)).lost).toBe(false)
    expect(advise(absent(8000)).lost).toBe(true)
  })

  it('does not for one slow look, nor after a face was seen between', () => {
    const advise = createGuide({ gesture: null })
    for (const at of [0, 9000]) expect(advise(absent(at)).lost).toBe(false)
    expect(advise(see({}, { at: 18_000 })).lost).toBe(false)
    for (const at of [27_000, 36_000]) expect(advise(absent(at)).lost).toBe(false)
    expect(advise(absent(45_000)).lost).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { certainty, clearFace } from './certainty.ts'

describe('certainty', () => {
  it('rises with both opinions and is finite where presence is 0 or 1', () => {
    expect(certainty(0.9, 0.5)).toBeCloseTo(0.9, 9)
    expect(certainty(0.9, 1)).toBeCloseTo(1.2, 9)
    expect(certainty(0.9, 0)).toBeCloseTo(0.7, 9)
    expect(certainty(0.8, 0.99)).toBeGreaterThan(certainty(0.8, 0.6))
  })

  // What both nets said of typical pictures.
  it.each([
    ['a frontal portrait', 0.89, 0.999999, true],
    ['a blurred portrait', 0.75, 0.99, true],
    ['a lion', 0.6, 0.963, false],
    ['a gorilla', 0.71, 0.018, false],
    ['a squirrel', 0.57, 0.974, false],
    ['a ball', 0.84, 0.0005, false],
    ['a fish drawn with an eye', 0.47, 0.9999, false],
  ])('%s: %f and %f', (_what, confidence, presence, clear) => {
    expect(certainty(confidence, presence) >= clearFace).toBe(clear)
  })
})

import { describe, expect, it } from 'vitest'
import { estimateTraits, judge, maxConfidence, probability } from './estimate.ts'
import type { TraitLogits } from './net.ts'

const plain: TraitLogits = {
  eyewear: [6, -6, -6],
  occluded: -8,
  mouthCovered: -8,
  mouthOpen: -8,
  smile: -8,
  happy: -12,
  rightEyeOpen: 8,
  leftEyeOpen: 8,
}
const of = (changes: Partial<TraitLogits>) => estimateTraits({ ...plain, ...changes })
const chance = ({ value, confidence }: { value: unknown; confidence: number }) =>
  value === true ? confidence : 1 - confidence

describe('traits from logits', () => {
  it('are plain for a plain face', () => {
    const traits = estimateTraits(plain)
    expect(traits).toMatchObject({
      eyewear: { value: 'none' },
      occluded: { value: false },
      mouthCovered: { value: false },
      mouthOpen: { value: false },
      smile: { value: false },
      rightEyeOpen: { value: true },
      leftEyeOpen: { value: true },
    })
    for (const { confidence } of Object.values(traits)) expect(confidence).toBeGreaterThan(0.9)
  })

  it.each([
    ['smile', { smile: 8, happy: 12 }],
    ['mouthOpen', { mouthOpen: 8 }],
    ['mouthCovered', { mouthCovered: 8 }],
    ['occluded', { occluded: 8 }],
  ] as const)('%s follows its own logit', (name, changes) => {
    expect(of(changes)[name].value).toBe(true)
    const others = (['smile', 'mouthOpen', 'mouthCovered', 'occluded'] as const).filter(
      (other) => other !== name,
    )
    const open = others.filter((other) => !(name === 'mouthCovered' && other === 'occluded'))
    for (const other of open) expect(of(changes)[other].value, other).toBe(false)
  })

  it('see a smile the better the more either net does', () => {
    const doubtful = chance(of({ smile: 0, happy: 0 }).smile)
    expect(chance(of({ smile: 2, happy: 0 }).smile)).toBeGreaterThan(doubtful)
    expect(chance(of({ smile: 0, happy: 4 }).smile)).toBeGreaterThan(doubtful)
    expect(chance(of({ smile: 0, happy: -4 }).smile)).toBeLessThan(doubtful)
  })

  it('keep the eyes apart', () => {
    expect(of({ leftEyeOpen: -8 })).toMatchObject({
      leftEyeOpen: { value: false },
      rightEyeOpen: { value: true },
    })
  })

  it('name the likeliest eyewear with its share', () => {
    expect(of({ eyewear: [-6, 6, -6] }).eyewear.value).toBe('glasses')
    expect(of({ eyewear: [-6, -6, 6] }).eyewear.value).toBe('sunglasses')
    const { value, confidence } = of({ eyewear: [0, 0, 0] }).eyewear
    expect(['none', 'glasses', 'sunglasses']).toContain(value)
    expect(confidence).toBeGreaterThanOrEqual(1 / 3)
    expect(confidence).toBeLessThan(0.6)
  })

  it('call a covered mouth occluded, and say little of what it does', () => {
    const masked = of({ mouthCovered: 12, smile: 8, happy: 12, mouthOpen: 8 })
    expect(masked.occluded.value).toBe(true)
    expect(chance(masked.smile)).toBeCloseTo(0.4, 1)
    expect(chance(masked.mouthOpen)).toBeCloseTo(0.25, 1)
  })

  it('do not claim to see through dark lenses', () => {
    const dark = of({ eyewear: [-9, -9, 9], leftEyeOpen: -8 })
    expect(dark.leftEyeOpen.confidence).toBeCloseTo(0.5, 1)
    expect(dark.rightEyeOpen.confidence).toBeCloseTo(0.5, 1)
  })

  it('grow with the logit and state the share of the named value', () => {
    const line = { slope: 1.5, offset: -0.5 }
    expect(probability(-3, line)).toBeLessThan(probability(3, line))
    expect(probability(0.5 / 1.5, line)).toBeCloseTo(0.5)
    expect(judge(1)).toEqual({ value: true, confidence: maxConfidence })
    expect(judge(0)).toEqual({ value: false, confidence: maxConfidence })
    expect(of({ eyewear: [40, 0, 0] }).eyewear).toEqual({ value: 'none', confidence: maxConfidence })
    expect(judge(0.8)).toEqual({ value: true, confidence: 0.8 })
    expect(judge(0.2)).toEqual({ value: false, confidence: 0.8 })
  })
})

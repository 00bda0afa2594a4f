import { describe, expect, it } from 'vitest'
import { goodSubject } from '../../../test/support/stub-engine.ts'
import type { Pose, Traits } from '../../engine/types.ts'
import { toLiveness } from './translate.ts'

const live = { outcome: 'live', score: 0.98, review: false, severalFaces: false } as const
const traits = goodSubject().allTraits!
const answerFor = (changes: Partial<Traits>, pose: Partial<Pose> = {}) => {
  const straight = { yaw: 0, pitch: 0, roll: 0, ...pose }
  const subject = goodSubject({ allTraits: { ...traits, ...changes }, pose: straight })
  return toLiveness(live, subject, { reference: 1, verificationId: 'a' })
}

describe('eyes_open', () => {
  const open = (confidence: number) => ({ value: true, confidence })
  const shut = (confidence: number) => ({ value: false, confidence })
  const bare = { value: 'none', confidence: 0.97 } as const
  const dark = { value: 'sunglasses', confidence: 0.97 } as const

  it.each([
    ['both open', open(0.97), open(0.95), bare, 0, open(96)],
    ['both shut', shut(0.9), shut(0.7), bare, 0, shut(90)],
    ['one clearly shut', open(0.97), shut(0.9), bare, 0, shut(90)],
    ['one in doubt', open(0.97), shut(0.6), bare, 0, open(68.5)],
    ['both in doubt, one way each', open(0.6), shut(0.7), bare, 0, shut(55)],
    ['turned to the own left, the far eye seems shut', shut(0.95), open(0.9), bare, 25, open(90)],
    ['turned to the own right, the far eye seems shut', open(0.9), shut(0.95), bare, -25, open(90)],
    ['turned a little, one clearly shut', shut(0.95), open(0.9), bare, 15, shut(95)],
    ['behind dark lenses', shut(0.8), shut(0.9), dark, 0, open(50)],
  ])('%s', (_what, leftEyeOpen, rightEyeOpen, eyewear, yaw, expected) => {
    expect(answerFor({ leftEyeOpen, rightEyeOpen, eyewear }, { yaw }).eyes_open).toEqual(expected)
  })
})

describe('age_range', () => {
  it.each([
    ['that is right eight times in ten', { years: 33, min: 25, max: 41, confidence: 0.8 }, 29, 37],
    ['that is right every second time', { years: 33, min: 29.5, max: 36.5, confidence: 0.5 }, 29, 37],
    ['at the beginning of life', { years: 2, min: 0, max: 6, confidence: 0.8 }, 1, 4],
  ])('of an estimate %s is right about every second time', (_what, age, min, max) => {
    expect(answerFor({ age }).age_range).toEqual({ min, max })
  })
})

it('no confidence is 100', () => {
  const sure = { value: true, confidence: 1 }
  expect(
    answerFor({
      gender: { value: 'male', confidence: 0.9999 },
      eyewear: { value: 'none', confidence: 1 },
      occluded: sure,
      leftEyeOpen: sure,
      rightEyeOpen: sure,
    }),
  ).toMatchObject({
    gender: { value: 'MALE', confidence: 99.9 },
    eye_wear: { value: false, confidence: 99.9 },
    face_occluded: { value: true, confidence: 99.9 },
    eyes_open: { value: true, confidence: 99.9 },
  })
})

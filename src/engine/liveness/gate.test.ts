import { describe, expect, it } from 'vitest'
import type { QualityFault } from '../types.ts'
import { minInterocular, refusal } from './gate.ts'

function subject({ interocular = 80, faults = [] as QualityFault[] } = {}) {
  return {
    quality: { interocular, luminance: 50, faults },
  }
}

describe('the gate before a liveness score', () => {
  it('lets a good face through', () => {
    expect(refusal(subject())).toBeNull()
  })

  it.each(['face_too_small', 'too_dark', 'too_bright', 'blurred', 'extreme_pose'] as const)(
    'names %s instead of scoring',
    (fault) => {
      expect(refusal(subject({ faults: [fault] }))).toBe(fault)
    },
  )

  it('scores faces whose fault leaves enough skin', () => {
    expect(refusal(subject({ faults: ['occluded', 'face_cut_off', 'face_too_large'] }))).toBeNull()
  })

  it('names the gravest fault that refuses', () => {
    expect(refusal(subject({ faults: ['face_cut_off', 'blurred', 'too_dark'] }))).toBe('blurred')
  })

  it('refuses sizes that were not measured', () => {
    expect(refusal(subject({ interocular: minInterocular - 1 }))).toBe('face_too_small')
    expect(refusal(subject({ interocular: minInterocular }))).toBeNull()
  })
})

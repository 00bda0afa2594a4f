/** Reports are made up: what is measured of a face is tested with the engine. */
import { expect, it } from 'vitest'
import { goodSubject, stubReport } from '../../test/support/stub-engine.ts'
import type { QualityFault } from '../engine/types.ts'
import { judgeEnrolment } from './enrolment.ts'

const judge = (score: number, faults: QualityFault[] = []) =>
  judgeEnrolment(stubReport({ subject: { quality: { ...goodSubject().quality, score, faults } } }))

it('takes a face from a score of 30 on', () => {
  expect(judge(30)).toEqual({ outcome: 'fit', faults: [], probability: 0.9142 })
  expect(judge(29.9)).toEqual({ outcome: 'unfit', faults: [], probability: 0.715 })
})

it('refuses a face with a fault, whatever its score', () => {
  expect(judge(80, ['occluded', 'too_dark'])).toMatchObject({
    outcome: 'unfit',
    faults: ['occluded', 'too_dark'],
  })
})

it('refuses nobody and several people', () => {
  expect(judgeEnrolment(stubReport({ faces: 0 }))).toEqual({ outcome: 'no_face' })
  expect(judgeEnrolment(stubReport({ faces: 2 }))).toEqual({ outcome: 'several_faces' })
})

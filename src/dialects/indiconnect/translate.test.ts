import { describe, expect, it } from 'vitest'
import type { PassiveVerdict } from '../../decisions/passive.ts'
import type { QualityFault } from '../../engine/types.ts'
import { toLiveness, toMatch } from './translate.ts'

const ids = { requestId: 'b9abbf40-e4de-46ea-8b17-6696722ba4ed', at: 1774522626811 }
const head = {
  __typename: 'LivenessDetectionResult',
  request_id: ids.requestId,
  case_id: 'LIVENESS-1774522626811',
}
const nothing = { is_live: null, liveness_score: null, review_needed: null, multiple_faces_detected: null }

describe('toLiveness', () => {
  const judged: [PassiveVerdict, object][] = [
    [
      { outcome: 'live', score: 0.987654, review: false, severalFaces: false },
      { is_live: true, liveness_score: 0.9877, review_needed: false, multiple_faces_detected: false },
    ],
    [
      { outcome: 'spoof', score: 0.45, review: true, severalFaces: true },
      { is_live: false, liveness_score: 0.45, review_needed: true, multiple_faces_detected: true },
    ],
  ]
  it.each(judged)('%j is 101', (verdict, fields) => {
    expect(toLiveness(verdict, [], ids)).toEqual({ ...head, status_code: 101, ...fields })
  })

  it('no face is 102, with nothing said of the face', () => {
    expect(toLiveness({ outcome: 'no_face', severalFaces: false }, [], ids)).toEqual({
      ...head,
      status_code: 102,
      ...nothing,
    })
  })

  it('a judged face that is cut off by the edge is 107 all the same', () => {
    const verdict = { outcome: 'live', score: 0.98, review: false, severalFaces: false } as const
    expect(toLiveness(verdict, ['face_cut_off'], ids)).toEqual({ ...head, status_code: 107, ...nothing })
    expect(toLiveness(verdict, ['face_too_large', 'occluded'], ids)).toMatchObject({ status_code: 101 })
  })

  const faults: [QualityFault, number][] = [
    ['blurred', 104],
    ['too_dark', 104],
    ['too_bright', 104],
    ['occluded', 104],
    ['extreme_pose', 105],
    ['face_too_small', 107],
    ['face_too_large', 107],
    ['face_cut_off', 107],
  ]
  it.each(faults)('%s is %i, with nothing said of the face', (reason, code) => {
    expect(toLiveness({ outcome: 'unjudgeable', reason, severalFaces: true }, [], ids)).toEqual({
      ...head,
      status_code: code,
      ...nothing,
    })
  })
})

describe('toMatch', () => {
  it.each([
    [0.9, 'same', false, false, { match: 'yes', match_score: 90, confidence: 80, review_needed: 'no' }],
    [1, 'same', false, false, { match: 'yes', match_score: 100, confidence: 100, review_needed: 'no' }],
    [0.75, 'same', true, false, { match: 'yes', match_score: 75, confidence: 50, review_needed: 'yes' }],
    [0.3, 'different', false, true, { match: 'no', match_score: 30, confidence: 80, review_needed: 'yes' }],
    [0, 'different', false, false, { match: 'no', match_score: 0, confidence: 100, review_needed: 'no' }],
  ] as const)(
    '%d is %s (near the threshold: %s, several faces: %s)',
    (similarity, outcome, review, several, answer) => {
      expect(toMatch({ outcome, similarity, review }, 0.75, several)).toEqual({
        __typename: 'FaceMatchResult',
        ...answer,
      })
    },
  )
})

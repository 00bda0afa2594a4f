import { describe, expect, it } from 'vitest'
import { goodSubject, stubReport } from '../../test/support/stub-engine.ts'
import type { FaceReport, Subject, Traits } from '../engine/types.ts'
import {
  type ChallengePhoto,
  type ChallengePolicy,
  type ChallengeSession,
  judgeChallenge,
} from './challenge.ts'

/** Unit templates a given angle (radians) apart: a person's photos lie close, another's lie far. */
function template(angle: number): Float32Array {
  const values = new Float32Array(128)
  values[0] = Math.cos(angle)
  values[1] = Math.sin(angle)
  return values
}

/** A report of one photo with bytes and a look of its own. */
function report(seed: number, changes: Partial<Subject> = {}, faces = 1): FaceReport {
  const made = stubReport({
    faces,
    subject: { template: template(seed / 10), mesh: shaped(seed), ...changes },
  })
  const picture = {
    ...made.picture,
    sha256: String(seed).repeat(64).slice(0, 64),
    fingerprint: (0x1111111111111111n * BigInt(seed)).toString(16).padStart(16, '0'),
  }
  return { ...made, picture }
}

/** A face of its own shape for each photo. */
const shaped = (seed: number) =>
  Float32Array.from({ length: 468 * 3 }, (_, index) => 200 + 80 * Math.sin(index * (1.7 + seed / 50)))

const smiling = { ...(goodSubject().allTraits as Traits), smile: { value: true, confidence: 0.95 } }
const live = (score: number) => ({ liveness: { judged: true as const, score, cues: [] } })

const turned = (changes: Partial<Subject> = {}, more: Partial<ChallengePhoto> = {}): ChallengePhoto => ({
  gesture: 'TURN_LEFT',
  report: report(1, { pose: { yaw: 30, pitch: 0, roll: 0 }, ...changes }),
  submittedAt: 1000,
  reused: false,
  ...more,
})
const smile = (changes: Partial<Subject> = {}, more: Partial<ChallengePhoto> = {}): ChallengePhoto => ({
  gesture: 'SMILE',
  report: report(2, { allTraits: smiling, ...changes }),
  submittedAt: 2000,
  reused: false,
  ...more,
})

/** What is left around a head that has moved, and around a face that was bent. */
const moved = { around: 0.1, rim: 0.1, likeness: 0.7, faceShift: 2 }
const bent = { around: 0.8, rim: 0.8, likeness: 0.97, faceShift: 1 }
const policy = {
  livenessThreshold: 0.5,
  matchThreshold: 0.75,
  similarity: (a: Float32Array, b: Float32Array) => a[0]! * b[0]! + a[1]! * b[1]!,
  compareScenes: () => moved,
  pace: 0,
}

const judge = (photos: ChallengePhoto[], more: Partial<ChallengeSession> = {}) =>
  judgeChallenge({ photos, expiresAt: 60_000, ...more }, policy)

describe('a session', () => {
  it('passes when everything holds, with the weakest photo and the weakest pair', () => {
    const selfie = { report: report(4), reused: false }
    const verdict = judge([turned(live(0.9)), smile(live(0.8))], { reference: selfie })
    expect(verdict).toMatchObject({ isAlive: true, failure: null, failureReason: null, antiSpoofScore: 0.8 })
    expect(verdict.faceMatchScore).toBeCloseTo(Math.cos(0.3))
    expect(verdict.confidence).toBeCloseTo((0.8 + Math.cos(0.3)) / 2)
    expect(verdict.gestures.map((gesture) => gesture?.satisfied)).toEqual([true, true])
  })

  it('compares people who look young more strictly, and says so', () => {
    const child = (traits: Traits): Partial<Subject> => ({
      allTraits: { ...traits, age: { ...traits.age, years: 9 } },
    })
    const photos = (look: (traits: Traits) => Partial<Subject>) => [
      turned(look(goodSubject().allTraits!)),
      smile({ template: template(0.6), ...look(smiling) }),
    ]
    expect(judge(photos((allTraits) => ({ allTraits }))).isAlive).toBe(true)
    const verdict = judge(photos(child))
    expect(verdict.failure).toEqual({ code: 'other_person', photo: null })
    expect(verdict.failureReason).toMatch(/looks too young/)
    expect(verdict.faceMatchScore).toBeLessThan(0.75)
  })

  const stranger = { template: template(2) }
  const sameStill = { template: template(0.1), mesh: shaped(1) }
  const rows: [string, ChallengePhoto[], Partial<ChallengeSession>, string, number | null, RegExp][] = [
    ['no photo', [], {}, 'no_photo', null, /start again/],
    ['a late photo', [turned(), smile({}, { submittedAt: 60_001 })], {}, 'late', 1, /time .* over/],
    [
      'no face',
      [turned(), smile({}, { report: report(2, {}, 0) })],
      {},
      'no_face',
      1,
      /No face .* SMILE photo/,
    ],
    ['two faces', [turned(), smile({}, { report: report(2, {}, 2) })], {}, 'several_faces', 1, /alone/],
    [
      'a blurred photo',
      [turned({ liveness: { judged: false, reason: 'blurred', cues: [] } }), smile()],
      {},
      'unjudgeable',
      0,
      /TURN_LEFT photo the picture is blurred/,
    ],
    [
      'a selfie without a face',
      [turned(), smile()],
      { reference: { report: report(4, {}, 0), reused: false } },
      'no_face',
      null,
      /reference selfie/,
    ],
    [
      'a photo of an earlier session',
      [turned(), smile({}, { reused: true })],
      {},
      'reused',
      1,
      /could not be accepted/,
    ],
    [
      'a re-used selfie',
      [turned(), smile()],
      { reference: { report: report(4), reused: true } },
      'reused',
      null,
      /could not be accepted/,
    ],
    [
      'the same bytes twice',
      [turned(), smile({}, { report: report(1, { allTraits: smiling }) })],
      {},
      'same_still',
      1,
      /could not be accepted/,
    ],
    [
      'the selfie as a challenge photo',
      [turned(), smile()],
      { reference: { report: report(2), reused: false } },
      'same_still',
      1,
      /could not be accepted/,
    ],
    [
      'one still over and over',
      [turned(sameStill), smile(sameStill)],
      {},
      'same_still',
      1,
      /could not be accepted/,
    ],
    ['two people', [turned(), smile(stranger)], {}, 'other_person', null, /same person/],
    [
      'a selfie of another',
      [turned(), smile()],
      { reference: { report: report(4, stranger), reused: false } },
      'other_person',
      null,
      /same person/,
    ],
    ['a spoof', [turned(), smile(live(0.49))], {}, 'spoof', 1, /could not be accepted/],
    [
      'a gesture not made',
      [turned(), smile({ allTraits: goodSubject().allTraits })],
      {},
      'gesture',
      1,
      /^Challenge SMILE not satisfied: a smile seen with 3 per cent/,
    ],
    [
      'a turn the wrong way, for it is a mirror',
      [turned(), smile()],
      { mirrored: true },
      'gesture',
      0,
      /^Challenge TURN_LEFT not satisfied: head turned 30 degrees to the right/,
    ],
  ]
  it.each(rows)('fails on %s', (_name, photos, more, code, photo, sentence) => {
    const verdict = judge(photos, more)
    expect(verdict.isAlive).toBe(false)
    expect(verdict.failure).toEqual({ code, photo })
    expect(verdict.failureReason).toMatch(sentence)
    expect(verdict.confidence).toBeLessThan(0.5)
  })

  it('names what cannot be repaired before what a better photo repairs', () => {
    const verdict = judge([turned({ pose: { yaw: 0, pitch: 0, roll: 0 }, ...live(0.1) }), smile(stranger)])
    expect(verdict.failure?.code).toBe('other_person')
    expect(verdict.gestures[0]).toMatchObject({ satisfied: false })
  })

  it('gives no credit for a photo without a face', () => {
    const verdict = judge([turned(live(0.9)), smile({}, { report: report(2, {}, 0) })])
    expect(verdict).toMatchObject({ antiSpoofScore: 0, faceMatchScore: null, confidence: 0 })
    expect(verdict.gestures[1]).toBeNull()
  })

  it('judges gestures against the selfie', () => {
    const selfie = { report: report(4, { pose: { yaw: 10, pitch: 0, roll: 0 } }), reused: false }
    const photo = turned({ pose: { yaw: 18, pitch: 0, roll: 0 } })
    expect(judge([photo, smile()]).isAlive).toBe(true)
    expect(judge([photo, smile()], { reference: selfie }).failure?.code).toBe('gesture')
  })

  describe('with a pace', () => {
    const paced = (pace: number, first: number, second: number) =>
      judgeChallenge(
        {
          photos: [turned({}, { submittedAt: first }), smile({}, { submittedAt: second })],
          expiresAt: 60_000,
        },
        { ...policy, pace },
      )

    it.each([
      ['just apart', 1000, 2000, 3000, null],
      ['at once', 1000, 2000, 2000, 'hasty'],
      ['too fast', 1000, 2000, 2999, 'hasty'],
      ['out of order', 1000, 3000, 1000, 'hasty'],
    ])('judges photos that come %s', (_name, pace, first, second, code) => {
      expect(paced(pace, first, second).failure?.code ?? null).toBe(code)
    })

    it('takes them in any order without one', () => {
      expect(paced(0, 3000, 1000).isAlive).toBe(true)
    })
  })

  describe('made of one still', () => {
    const judgeWith = (compareScenes: ChallengePolicy['compareScenes'], photos = [turned(), smile()]) =>
      judgeChallenge({ photos, expiresAt: 60_000 }, { ...policy, compareScenes })

    it('fails when nothing but the faces moved, and does not say how that was seen', () => {
      const verdict = judgeWith(() => bent)
      expect(verdict).toMatchObject({
        isAlive: false,
        failure: { code: 'same_still', photo: null },
        confidence: 0,
      })
      expect(verdict.failureReason).toBe(judge([turned(live(0.1)), smile()]).failureReason)
    })

    it('asks for more of what is around the face where nothing can be compared', () => {
      expect(judgeWith(() => null)).toMatchObject({
        failure: { code: 'unjudgeable' },
        failureReason: expect.stringMatching(/move back/),
      })
    })

    it('is not looked for where the installation says so', () => {
      expect(judgeWith(null).isAlive).toBe(true)
      expect(judgeWith(null, [turned({ scene: undefined as never }), smile()]).isAlive).toBe(true)
    })

    it('is never judged without scenes', () => {
      expect(() => judgeWith(() => moved, [turned({ scene: undefined as never }), smile()])).toThrow(
        RangeError,
      )
    })
  })

  it('is not judged on measurements that were not taken', () => {
    expect(() => judge([turned({ liveness: null }), smile()])).toThrow(RangeError)
    expect(() => judge([turned({ template: null }), smile()])).toThrow(RangeError)
  })

  it('is the same when judged again', () => {
    const session = [turned(), smile()]
    expect(judge(session)).toEqual(judge(session))
  })
})

/** Real sealing over reports that no engine made. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { goodSubject, stubReport } from '../../test/support/stub-engine.ts'
import { openMasterKey } from '../access/master-key.ts'
import type { FaceReport } from '../engine/types.ts'
import type { Course, Said } from '../records/course.ts'
import { createCourseNotes } from './course.ts'
import { openMeasurements } from './measurements.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-cases-'))
afterAll(() => rmSync(directory, { recursive: true }))
const masterKey = openMasterKey(directory)
const policy = {
  liveness: { threshold: 0.5, reviewBand: 0.1 },
  match: { threshold: 0.75, reviewBand: 0.05 },
  measurements: true,
}
const check = { id: 'check', clientId: 'client' }

function note(reports: FaceReport[], said: Partial<Said> = {}, changes: Partial<Course> = {}) {
  const times = { receivedAt: 1, readAt: 2, measuredAt: 3, status: 201 }
  const course: Course = { requestId: 'request', ...times, reports, matches: [], ...changes }
  return createCourseNotes(masterKey, policy)(check, course, { passed: true, ...said })
}
const live = (score: number) => stubReport({ subject: { liveness: { judged: true, score, cues: [] } } })

describe('the course of a check', () => {
  it('says what was answered, and when what happened', () => {
    expect(note([live(0.98)], { subject: 'person' })).toMatchObject({
      verdict: 'pass',
      case_state: 'automatic',
      warnings: '',
      subject: 'person',
      request_id: 'request',
      liveness: 0.98,
      similarity: null,
      course: '{"receivedAt":1,"readAt":2,"measuredAt":3,"status":201}',
    })
    expect(note([live(0.02)], { passed: false })).toMatchObject({ verdict: 'fail', case_state: 'automatic' })
  })

  it.each([
    ['a score in the grey band, whatever was answered', [live(0.45)], { passed: false }, ',liveness_unsure,'],
    ['several faces', [stubReport({ faces: 2 })], {}, ',several_faces,'],
    [
      'a fault of the picture',
      [stubReport({ subject: { quality: { ...goodSubject().quality, faults: ['blurred'] } } })],
      {},
      ',blurred,',
    ],
    ['a warning of the vendor', [live(0.98)], { warnings: ['DUPLICATED_FACE'] }, ',DUPLICATED_FACE,'],
  ] as const)('waits for a person when there is %s', (_name, reports, said, warnings) => {
    expect(note([...reports], said)).toMatchObject({ verdict: 'review', case_state: 'open', warnings })
  })

  it('has the liveness that the answer gives pictures which it judges together', () => {
    const pictures = [live(0.9), live(0.45), live(0.9)]
    expect(note(pictures)).toMatchObject({ liveness: 0.45, verdict: 'review' })
    expect(note(pictures, { liveness: 0.81 })).toMatchObject({
      liveness: 0.81,
      verdict: 'pass',
      warnings: '',
    })
    expect(note(pictures, { liveness: 0.52 })).toMatchObject({ liveness: 0.52, verdict: 'review' })
  })

  it('has no fault of a picture that only shows who it should be', () => {
    const onFile = stubReport({ faces: 2, subject: { liveness: { judged: true, score: 0.01, cues: [] } } })
    const noted = note([live(0.98), onFile], {}, { references: [onFile] })
    expect(noted).toMatchObject({ verdict: 'pass', case_state: 'automatic', warnings: '', liveness: 0.98 })
    const { pictures } = openMeasurements(masterKey, 'client', 'check', noted.measurements!)
    expect(pictures).toHaveLength(2)
  })

  it('that is refused for its warning waits for nobody', () => {
    expect(note([stubReport({ faces: 2 })], { passed: false })).toMatchObject({
      verdict: 'fail',
      case_state: 'automatic',
      warnings: ',several_faces,',
    })
  })

  it('has the weakest pair, also of a vendor that asks for no ages', () => {
    const [first, second] = [live(0.9), live(0.8)]
    const matches = [{ first, second, similarity: 0.77 }]
    expect(note([first, second], {}, { matches })).toMatchObject({
      liveness: 0.8,
      similarity: 0.77,
      warnings: ',similarity_unsure,',
    })
    const ageless = stubReport({ subject: { allTraits: null } })
    expect(
      note([ageless], {}, { matches: [{ first: ageless, second: ageless, similarity: 0.95 }] }),
    ).toMatchObject({ similarity: 0.95, verdict: 'pass' })
  })

  it('keeps what was measured sealed for its own check, without template and scene', () => {
    const mesh = new Float32Array(468 * 3).fill(10.4)
    const { measurements } = note([stubReport({ subject: { mesh } })])
    const opened = openMeasurements(masterKey, 'client', 'check', measurements!)
    expect(opened.pictures[0]).toMatchObject({ width: 640, height: 480, subject: { headTurned: false } })
    expect(opened.pictures[0]?.mesh).toEqual(new Array(468 * 2).fill(10))
    expect(JSON.stringify(opened)).not.toMatch(/template|scene/)
    expect(() => openMeasurements(masterKey, 'client', 'other', measurements!)).toThrow()
  })
})

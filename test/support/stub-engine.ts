import type { AnalyseOptions, Engine, FaceReport, MatchReport, Subject } from '../../src/engine/types.ts'
import { redraw } from './redraw.ts'

/** Parts of a report a test wants to differ from a good selfie. */
export interface StubReport {
  faces?: number
  subject?: Partial<Subject>
}

/** A subject as measured on a good, bona fide selfie. */
export function goodSubject(changes: Partial<Subject> = {}): Subject {
  const yes = { value: true, confidence: 0.97 }
  const no = { value: false, confidence: 0.97 }
  const point = { x: 320, y: 240 }
  return {
    box: { x: 220, y: 120, width: 200, height: 240 },
    confidence: 0.95,
    points: [point, point, point, point, point, point],
    mesh: new Float32Array(468 * 3),
    pose: { yaw: 0, pitch: 0, roll: 0 },
    alignment: 'CENTRE',
    headTurned: false,
    quality: {
      score: 84.2,
      luminance: 50.3,
      blur: no,
      bright: yes,
      exposure: { value: 'NEUTRAL', confidence: 0.9 },
      interocular: 90,
      faults: [],
    },
    allTraits: {
      gender: { value: 'female', confidence: 0.984 },
      age: { years: 33, min: 29, max: 37, confidence: 0.8 },
      eyewear: { value: 'glasses', confidence: 0.964 },
      occluded: no,
      mouthCovered: no,
      leftEyeOpen: yes,
      rightEyeOpen: yes,
      mouthOpen: no,
      smile: no,
    },
    liveness: { judged: true, score: 0.98, cues: [] },
    template: new Float32Array(128).fill(Math.sqrt(1 / 128)),
    scene: { grey: new Uint8Array(128 * 128).fill(128), points: new Float32Array(2 * 56) },
    ...changes,
  }
}

export function stubReport({ faces = 1, subject = {} }: StubReport = {}): FaceReport {
  const good = goodSubject(subject)
  const { box, confidence, points } = good
  return {
    picture: {
      format: 'jpeg',
      width: 640,
      height: 480,
      bytes: 1,
      sha256: '0'.repeat(64),
      fingerprint: '0'.repeat(16),
      turned: 0,
      cameraMarks: [],
    },
    faces: Array.from({ length: faces }, () => ({ box, confidence, points })),
    subject: faces > 0 ? good : null,
    timings: {},
  }
}

/** A report of a person of this estimated age. */
export function agedReport(years: number): FaceReport {
  const allTraits = goodSubject().allTraits!
  const age = { ...allTraits.age, years, min: years - 4, max: years + 4 }
  return stubReport({ subject: { allTraits: { ...allTraits, age } } })
}

/**
 * An engine that answers what the test says, for the answers a photograph can't be made to give
 * (busy, crashed, an exact score). Everything else is tested with the real engine.
 */
export function stubEngine(
  behaviour: {
    analyse?: (picture: Uint8Array, options?: AnalyseOptions) => FaceReport | Promise<FaceReport>
    compare?: (first: Uint8Array, second: Uint8Array) => MatchReport | Promise<MatchReport>
  } = {},
): Engine {
  return {
    analyse: async (picture, options) =>
      behaviour.analyse ? behaviour.analyse(picture, options) : stubReport(),
    compare: async (first, second) =>
      behaviour.compare
        ? behaviour.compare(first, second)
        : { similarity: 0.95, cosine: 0.97, first: stubReport(), second: stubReport() },
    redraw,
    stats: () => ({ workers: 1, queued: 0, completed: 0, restarts: 0 }),
    close: async () => {},
  }
}

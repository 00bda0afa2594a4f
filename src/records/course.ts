/** How a check went, beside its answer: for people who look at it later. */
import type { Comparison } from '../decisions/summary.ts'
import type { FaceReport } from '../engine/types.ts'

/** What the way of every check (checks/perform.ts) saw of one. */
export interface Course {
  /** The server's own id of the request. */
  requestId: string
  /** Unix milliseconds. */
  receivedAt: number
  readAt: number
  measuredAt: number
  /** HTTP status of the answer; null where none tells of this check alone: to a session's photo, or with nobody waiting. */
  status: number | null
  /** What the engine measured, in the order in which it was asked; both sides of a comparison are among them. */
  reports: FaceReport[]
  /** Of those, pictures that only show who it should be, like the one on file: their faults are not the check's. */
  references?: FaceReport[]
  matches: Comparison[]
}

/** What a dialect says of its answer in no vendor's words. */
export interface Said {
  /** The answer is the one that the caller hoped for: live, the same person, a session passed. */
  passed: boolean
  /** The answer asks for a person to look. */
  review?: boolean
  /** 0..1, null: none was judged. Where it is not said, that of the weakest picture counts. */
  liveness?: number | null
  /** The caller's own id of the person, or of the request where the vendor knows no person. */
  subject?: string | null
  /** The vendor's warnings that people should look at, by their own names. */
  warnings?: readonly string[]
}

/** Columns of the check's row that say how it went; all null where nobody noted it. */
export interface CourseColumns {
  verdict: 'pass' | 'fail' | 'review' | null
  case_state: 'open' | 'automatic' | null
  warnings: string | null
  subject: string | null
  request_id: string | null
  course: string | null
  measurements: string | null
  liveness: number | null
  similarity: number | null
}

/** Makes the columns. */
export type NoteCourse = (
  check: { id: string; clientId: string },
  course: Course,
  said: Said,
) => CourseColumns

/** Of checks that took another way. */
export const nothingNoted: CourseColumns = {
  verdict: null,
  case_state: null,
  warnings: null,
  subject: null,
  request_id: null,
  course: null,
  measurements: null,
  liveness: null,
  similarity: null,
}

import type { MasterKey } from '../access/master-key.ts'
import { type Band, summarise } from '../decisions/summary.ts'
import type { NoteCourse } from '../records/course.ts'
import { sealMeasurements, toMeasurements } from './measurements.ts'

export interface CoursePolicy {
  liveness: Band
  match: Band
  /** Keep what was measured, sealed. */
  measurements: boolean
}

/**
 * Makes a case of a check. It waits for a person when a score lies in the grey band, or when the answer was the one the
 * caller hoped for and there is a warning beside it.
 */
export function createCourseNotes(masterKey: MasterKey, policy: CoursePolicy): NoteCourse {
  const { liveness, match } = policy
  const { threshold: middle, reviewBand: half } = liveness
  const thresholds = {
    liveness: middle,
    match: match.threshold,
    review: [Math.max(0, middle - half), Math.min(1, middle + half)] as [number, number],
  }
  return (
    { id, clientId },
    { reports, references = [], matches, requestId, ...times },
    { passed, review = false, liveness: together, subject, warnings = [] },
  ) => {
    const taken = reports.filter((report) => !references.includes(report))
    const summary = summarise(taken, matches, policy, together)
    const everyWarning = [...new Set([...summary.warnings, ...warnings])]
    const isOpen = summary.unsure || review || (passed && everyWarning.length > 0)
    const verdict = passed ? 'pass' : 'fail'
    return {
      verdict: isOpen ? 'review' : verdict,
      case_state: isOpen ? 'open' : 'automatic',
      warnings: everyWarning.length > 0 ? `,${everyWarning.join(',')},` : '',
      subject: subject ?? null,
      request_id: requestId,
      course: JSON.stringify(times),
      measurements: policy.measurements
        ? sealMeasurements(masterKey, clientId, id, toMeasurements(reports, matches, thresholds))
        : null,
      liveness: summary.liveness,
      similarity: summary.similarity,
    }
  }
}

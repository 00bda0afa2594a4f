import { yearsOf } from '../../../decisions/likeness.ts'
import { judgePassive, type PassiveVerdict } from '../../../decisions/passive.ts'
import type { FaceReport } from '../../../engine/types.ts'
import { declines, inOrder, warning } from '../warnings.ts'
import { exampleFace, operation, type Tools, userImage } from './operation.ts'
import { screenAll, screeningQueries } from './screening.ts'
import {
  livenessWarnings,
  screeningWarnings,
  severalFacesWarnings,
  toAge,
  toCapture,
  toScore,
  toStoredMatch,
  toUserImage,
} from './translate.ts'

export interface LivenessMeasured {
  report: FaceReport
  verdict: PassiveVerdict
}

export const livenessThresholdField = {
  kind: 'number',
  description: 'Liveness score, 0 to 100, at or below which the face is declined. Default 30.',
} as const

/**
 * Measures a picture for liveness.
 * @param everyFace age and gender of every face, not of the first alone
 */
export async function measureLiveness(
  picture: Buffer,
  { rotate, everyFace }: { rotate: boolean; everyFace: boolean },
  { engine, config }: Tools,
): Promise<LivenessMeasured> {
  const report = await engine.analyse(picture, {
    want: { template: true, traits: true, liveness: true },
    everyFace,
    rotate,
  })
  return { report, verdict: judgePassive(report, { threshold: config.liveness.threshold }) }
}

/** Is the face in this picture a live person, and is it known? */
export const passiveLiveness = operation<LivenessMeasured>({
  name: 'passive-liveness',
  summary: 'Is the face in this picture a live person, and is it blocked or known already?',
  service: 'PASSIVE_LIVENESS',
  key: 'liveness',
  pictures: [userImage],
  documented: { face_liveness_score_decline_threshold: livenessThresholdField },
  read(form) {
    const threshold = form.number('face_liveness_score_decline_threshold', 30, 0, 100)
    return {
      measure: ([picture], { rotate }, tools) =>
        measureLiveness(picture!, { rotate, everyFace: true }, tools),
      search: {
        probe: ({ report }) => report.subject?.template ?? null,
        years: ({ report }) => yearsOf(report),
        queries: screeningQueries,
        enrols: true,
      },
      judge({ measured: { report, verdict }, matches, policy }) {
        const screening = screenAll(matches, policy)
        const warnings = inOrder(
          verdict.outcome === 'no_face'
            ? [warning('NO_FACE_DETECTED')]
            : [
                ...livenessWarnings(verdict, threshold),
                ...severalFacesWarnings(report),
                ...screeningWarnings(screening),
              ],
        )
        const status = declines(warnings) ? 'Declined' : 'Approved'
        const score = toScore(verdict)
        const capture = toCapture(report)
        const found = [screening.blocked?.match, screening.duplicate?.match].filter((match) => !!match)
        return {
          status,
          warnings,
          body: {
            status,
            method: 'PASSIVE',
            score,
            user_image: toUserImage(report, 'all'),
            warnings,
            ...capture,
          },
          report: {
            status,
            score,
            age_estimation: toAge(report),
            ...capture,
            warnings,
            matches: found.map(toStoredMatch),
          },
        }
      },
    }
  },
  sandbox: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 95,
    user_image: { entities: [{ ...exampleFace, age: 26.91, gender: 'male', race: null }], best_angle: 0 },
    warnings: [],
    face_quality: 84.21,
    face_luminance: 50.33,
  },
})

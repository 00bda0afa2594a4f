import { yearsOf } from '../../../decisions/likeness.ts'
import { inOrder, warning } from '../warnings.ts'
import { exampleFace, operation, userImage } from './operation.ts'
import { type LivenessMeasured, livenessThresholdField, measureLiveness } from './passive-liveness.ts'
import { livenessWarnings, toAge, toCapture, toScore, toUserImage } from './translate.ts'

/** How old is the face in this picture, and is it a live person? Any warning declines. */
export const ageEstimation = operation<LivenessMeasured>({
  name: 'age-estimation',
  summary: 'How old is the largest face in this picture, and is it a live person?',
  service: 'AGE_ESTIMATION',
  key: 'age_estimation',
  pictures: [userImage],
  documented: {
    face_liveness_score_decline_threshold: livenessThresholdField,
    age_estimation_decline_threshold: {
      kind: 'number',
      description: 'Age in whole years, 0 to 100, below which the face is declined; 0: never. Default 18.',
    },
  },
  read(form) {
    const threshold = form.number('face_liveness_score_decline_threshold', 30, 0, 100)
    const minimum = form.integer('age_estimation_decline_threshold', 18, 0, 100)
    return {
      measure: ([picture], { rotate }, tools) =>
        measureLiveness(picture!, { rotate, everyFace: true }, tools),
      // Screens nobody; later searches and screenings find the face.
      search: {
        probe: ({ report }) => report.subject?.template ?? null,
        years: ({ report }) => yearsOf(report),
        queries: () => [],
        enrols: true,
      },
      judge({ measured: { report, verdict } }) {
        const age = toAge(report)
        const warnings = inOrder([
          // The vendor excludes a score's warning where there was no face to give one.
          ...(verdict.outcome === 'no_face'
            ? [warning('NO_FACE_DETECTED')]
            : livenessWarnings(verdict, threshold)),
          ...(age === null ? [warning('AGE_NOT_DETECTED')] : []),
          ...(age !== null && age < minimum ? [warning('AGE_BELOW_MINIMUM')] : []),
        ])
        const status = warnings.length > 0 ? 'Declined' : 'Approved'
        const score = toScore(verdict)
        return {
          status,
          warnings,
          body: {
            status,
            method: 'PASSIVE',
            score,
            user_image: toUserImage(report, 'without_race'),
            age_estimation: age,
            warnings,
          },
          report: { status, score, age_estimation: age, ...toCapture(report), warnings, matches: [] },
        }
      },
    }
  },
  sandbox: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 95,
    user_image: { entities: [{ ...exampleFace, age: 30, gender: 'male' }], best_angle: 0 },
    age_estimation: 30,
    warnings: [],
  },
})

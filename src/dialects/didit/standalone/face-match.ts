import { likenessAt, yearsOf } from '../../../decisions/likeness.ts'
import type { MatchReport } from '../../../engine/types.ts'
import { type Warning, warning } from '../warnings.ts'
import { exampleFace, operation, userImage } from './operation.ts'
import { round, toUserImage } from './translate.ts'

const face = { entities: [{ ...exampleFace, age: 26.91, gender: 'male', race: null }], best_angle: 0 }

/** Do two pictures show one person? Enrols nobody and screens nobody. */
export const faceMatch = operation<MatchReport>({
  name: 'face-match',
  summary: 'Do two pictures show one person?',
  service: 'FACE_MATCH',
  key: 'face_match',
  pictures: [userImage, 'ref_image'],
  documented: {
    face_match_score_decline_threshold: {
      kind: 'number',
      description: 'Similarity, 0 to 100, at or below which the pair is declined. Default 30.',
    },
  },
  read(form) {
    const threshold = form.number('face_match_score_decline_threshold', 30, 0, 100)
    return {
      measure: ([first, second], { rotate }, { engine }) =>
        engine.compare(first!, second!, {
          want: { template: true, traits: false, liveness: false },
          everyFace: true,
          rotate,
        }),
      judge({ measured: { similarity, first, second }, fields: { save } }) {
        // Rounded only where it is stored; without a pair null is stored, and 0 answered.
        const exact = similarity === null ? null : 100 * likenessAt(similarity, yearsOf(first, second))
        const score = save ? exact && round(exact, 2) : (exact ?? 0)
        const problems: Warning[] = []
        if (exact === null) problems.push(warning('NO_REFERENCE_IMAGE', null, 'FACEMATCH'))
        else if ((score ?? 0) <= threshold) {
          problems.push(warning('LOW_FACE_MATCH_SIMILARITY', null, 'FACEMATCH'))
        }
        const status = problems.length > 0 ? 'Declined' : 'Approved'
        return {
          status,
          warnings: problems,
          body: {
            status,
            score,
            user_image: toUserImage(first, 'all'),
            ref_image: toUserImage(second, 'all'),
            warnings: problems,
          },
          report: { status, score, warnings: problems },
        }
      },
    }
  },
  sandbox: { status: 'Approved', score: 95, user_image: face, ref_image: face, warnings: [] },
})

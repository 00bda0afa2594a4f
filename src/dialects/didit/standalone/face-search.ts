import { yearsOf } from '../../../decisions/likeness.ts'
import { hasSeveralFaces } from '../../../decisions/passive.ts'
import { DiditError } from '../errors.ts'
import { toMatch } from '../matches.ts'
import { declines, inOrder, warning } from '../warnings.ts'
import { exampleFace, operation, userImage } from './operation.ts'
import { type LivenessMeasured, measureLiveness } from './passive-liveness.ts'
import { screenAll, screeningQueries } from './screening.ts'
import { screeningWarnings, toAge, toCapture, toScore, toStoredMatch, toUserImage } from './translate.ts'

const searchTypes = ['most_similar', 'blocklisted_or_approved'] as const
const most = 5
/** Similarity, 0..1, from which a face is reported at all: what a person should look at, not a verdict. */
const floor = 0.7

/**
 * Who of the enrolled looks like this? Searches everybody, the caller's own vendor data included, and
 * enrols nobody. Liveness is measured too, for the session.
 */
export const faceSearch = operation<LivenessMeasured>({
  name: 'face-search',
  summary: 'Which enrolled faces look like the largest face in this picture?',
  service: 'FACE_SEARCH',
  key: 'face_search',
  pictures: [userImage],
  documented: {
    search_type: {
      kind: 'text',
      description:
        '`most_similar` (default) or `blocklisted_or_approved`: listed faces and approved sessions only, blocked ones first.',
    },
  },
  read(form) {
    const type = form.choice('search_type', 'most_similar', searchTypes)
    return {
      async measure([picture], { rotate }, tools) {
        const measured = await measureLiveness(picture!, { rotate, everyFace: false }, tools)
        if (!measured.report.subject) throw new DiditError('noFace')
        return measured
      },
      search: {
        probe: ({ report }) => report.subject?.template ?? null,
        years: ({ report }) => yearsOf(report),
        queries: (clientId) => [
          ...screeningQueries(clientId, null),
          ...(type === 'most_similar'
            ? [{ clientId, limit: most }]
            : [
                { clientId, limit: most, filter: ({ list }: { list: string }) => list === 'block' },
                {
                  clientId,
                  limit: most,
                  filter: ({ list, approved }: { list: string; approved: boolean }) =>
                    list === 'allow' || (list === 'none' && approved),
                },
              ]),
        ],
        enrols: false,
      },
      judge({ measured: { report, verdict }, matches, policy, link }) {
        const screening = screenAll(matches.slice(0, 3), policy)
        const found = matches
          .slice(3)
          .flat()
          .filter(({ similarity }) => similarity >= floor)
          .slice(0, most)
        const warnings = inOrder([
          ...(hasSeveralFaces(report.faces) ? [warning('MULTIPLE_FACES_DETECTED')] : []),
          ...screeningWarnings(screening),
        ])
        const status = declines(warnings) ? 'Declined' : 'Approved'
        return {
          status,
          warnings,
          body: {
            status,
            total_matches: found.length,
            matches: found.map((face) => toMatch(toStoredMatch(face), face.session, link)),
            user_image: toUserImage(report, 'boxes'),
            warnings,
          },
          report: {
            status,
            score: toScore(verdict),
            age_estimation: toAge(report),
            ...toCapture(report),
            warnings,
            matches: found.map(toStoredMatch),
          },
        }
      },
    }
  },
  sandbox: {
    status: 'Approved',
    total_matches: 0,
    matches: [],
    user_image: { entities: [exampleFace], best_angle: 0 },
    warnings: [],
  },
})

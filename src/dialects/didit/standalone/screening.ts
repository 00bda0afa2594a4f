import {
  type Screening,
  type ScreeningMatch,
  type ScreeningPolicy,
  screen,
} from '../../../decisions/screening.ts'
import type { Query } from '../../../gallery/types.ts'

/**
 * The closest blocked face, the closest allowed one, and the closest of an approved session: all that a
 * screening looks at.
 * @param vendorData faces with the same vendor data are left out of every search
 */
export function screeningQueries(clientId: string, vendorData: string | null): Query[] {
  const own = vendorData === null ? {} : { excludeVendorData: vendorData }
  return [
    { clientId, ...own, limit: 1, filter: ({ list }) => list === 'block' },
    { clientId, ...own, limit: 1, filter: ({ list }) => list === 'allow' },
    { clientId, ...own, limit: 1, filter: ({ list, approved }) => list === 'none' && approved },
  ]
}

export function screenAll<Match extends ScreeningMatch>(
  matches: readonly (readonly Match[])[],
  policy: ScreeningPolicy,
): Screening<Match> {
  return screen(matches.flat(), policy)
}

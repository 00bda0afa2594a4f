import type { CaseRow } from '../cases/list.ts'
import { isoTime } from './iso-time.ts'
import type { ConsoleServices } from './services.ts'

/**
 * How the photos of a challenge session came, of a case that is one; null for every other.
 * `page` or `upload` (of all photos together: `page` where each came so), and for each photo what spoke against a camera.
 */
export async function sessionOf({ challenges }: Pick<ConsoleServices, 'challenges'>, row: CaseRow) {
  const session = await challenges.find(row.client_id, row.id)
  if (!session) return null
  const { consent } = session
  return {
    captured: session.verdict?.captured ?? null,
    consent: consent && { at: isoTime(consent.at), textSha256: consent.digest },
    photos: session.challenges.map(({ gesture, passed, captured, signals, evidenceId }) => ({
      ...{ gesture, passed, captured, signals },
      picture: evidenceId,
    })),
  }
}

import { z } from 'zod'
import type { CaseRow } from '../cases/list.ts'
import { challengeFailures } from '../decisions/challenge.ts'
import { gestures } from '../decisions/gesture.ts'
import { isoTime } from '../iso-time.ts'
import type { ConsoleServices } from './services.ts'

const captured = z.enum(['page', 'upload']).nullable()

/** What a case shows of the challenge session that it is. */
export const caseSession = z
  .object({
    captured: captured.describe(
      '`page` where every photo came from the capture page; null before the verdict.',
    ),
    consent: z
      .object({ at: z.iso.datetime(), textSha256: z.string() })
      .nullable()
      .describe(
        'When the person agreed at the capture page, and the SHA-256 of that text; null: they were not asked, or the user does not see people.',
      ),
    failedAttempts: z
      .array(
        z.object({
          at: z.iso.datetime(),
          reason: z.enum(challengeFailures),
          gesture: z.enum(gestures).nullable().describe('Of the photo at fault; null where none is.'),
        }),
      )
      .describe('Those before the attempt whose photos and verdict the case shows, oldest first.'),
    photos: z.array(
      z.object({
        gesture: z.enum(gestures),
        passed: z.boolean().nullable(),
        captured: captured.describe('Null before the photo.'),
        signals: z.array(z.string()).describe('What speaks against a camera behind the photo.'),
        picture: z.string().nullable().describe("Id among the case's pictures; null where it is not kept."),
      }),
    ),
  })
  .meta({ id: 'CaseSession', description: 'How the photos of a challenge session came.' })

/** The challenge session of a case that is one; null for every other. */
export async function sessionOf(
  { challenges }: Pick<ConsoleServices, 'challenges'>,
  row: CaseRow,
): Promise<z.infer<typeof caseSession> | null> {
  const session = await challenges.find(row.client_id, row.id)
  if (!session) return null
  const { consent } = session
  return {
    captured: session.verdict?.captured ?? null,
    consent: consent && { at: isoTime(consent.at), textSha256: consent.digest },
    failedAttempts: session.failedAttempts.map(({ at, code, gesture }) => ({
      at: isoTime(at),
      reason: code,
      gesture,
    })),
    photos: session.challenges.map(({ gesture, passed, captured, signals, evidenceId }) => ({
      ...{ gesture, passed, captured, signals },
      picture: evidenceId,
    })),
  }
}

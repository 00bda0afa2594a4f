import type { Kysely } from 'kysely'
import type { Tables } from '../database/index.ts'
import type { ChallengePhotosTable, ChallengeSessionsTable } from '../database/schema-challenges.ts'
import type { Gesture } from '../decisions/gesture.ts'
import { forgetImprints } from '../records/imprints.ts'
import type { Session } from './types.ts'

/** The challenge id under which a session's reference selfie is kept. */
export const selfieId = 'selfie'

/** A challenge as the session's row keeps it. */
export interface DrawnChallenge {
  id: string
  gesture: Gesture
}

/** How long a person has where the caller says nothing else, and at most; milliseconds. */
export const sessionLife = 10 * 60_000
export const maximumLife = 60 * 60_000
/** How long a link waits to be opened, where the person's time begins only then. */
export const linkLife = 24 * 60 * 60_000

/** A time before the session was made means that the clock was set back, which must not prolong it. */
export function isOver(
  { createdAt, expiresAt }: Pick<Session, 'createdAt' | 'expiresAt'>,
  time: number,
): boolean {
  return time >= expiresAt || time < createdAt - 60_000
}

/** Joins a session's row with its photos' rows. @param time Unix milliseconds, to tell whether it has expired */
export function toSession(
  row: ChallengeSessionsTable,
  photos: readonly ChallengePhotosTable[],
  time: number,
): Session {
  const drawn: DrawnChallenge[] = JSON.parse(row.challenges)
  const challenges = drawn.map(({ id, gesture }) => {
    const photo = photos.find((candidate) => candidate.challenge_id === id)
    const passed = photo?.passed ?? null
    return {
      id,
      gesture,
      submittedAt: photo?.submitted_at ?? null,
      passed: passed === null ? null : passed === 1,
      evidenceId: photo?.evidence_id ?? null,
      captured: photo?.captured ?? null,
      signals: photo ? JSON.parse(photo.signals) : [],
    }
  })
  // A session whose photos all came in time is not over only because its verdict is still being made.
  const times = { createdAt: row.created_at, expiresAt: row.expires_at }
  const waiting = challenges.some(({ submittedAt }) => submittedAt === null)
  return {
    id: row.id,
    reference: row.reference,
    clientId: row.client_id,
    token: row.token,
    userId: row.user_id,
    mirrored: row.mirrored === 1,
    state: row.state !== 'completed' && waiting && isOver(times, time) ? 'expired' : row.state,
    challenges,
    gesturesChosen: row.gestures_chosen === 1,
    attempts: row.attempts,
    failedAttempts: JSON.parse(row.failed_attempts),
    returnUrl: row.return_url,
    branding: row.branding === null ? null : JSON.parse(row.branding),
    consent: row.consent_at === null ? null : { at: row.consent_at, digest: row.consent_digest ?? '' },
    hasSelfie: photos.some((photo) => photo.challenge_id === selfieId),
    // Verdicts from before there were streams say nothing of them.
    verdict: row.verdict === null ? null : { captured: 'upload', ...JSON.parse(row.verdict) },
    ...times,
    completedAt: row.completed_at,
  }
}

export function photosOf(db: Kysely<Tables>, sessionIds: readonly string[]): Promise<ChallengePhotosTable[]> {
  if (sessionIds.length === 0) return Promise.resolve([])
  return db.selectFrom('challenge_photos').selectAll().where('session_id', 'in', sessionIds).execute()
}

/** Deletes photos, with what refers to them. */
export async function deletePhotos(db: Kysely<Tables>, photoIds: readonly string[]): Promise<void> {
  if (photoIds.length === 0) return
  await db.deleteFrom('challenge_photo_bands').where('photo_id', 'in', photoIds).execute()
  await forgetImprints(db, photoIds)
  await db.deleteFrom('challenge_photos').where('id', 'in', photoIds).execute()
}

import type { Transaction } from 'kysely'
import type { Tables } from '../database/index.ts'
import type { ChallengePhotosTable } from '../database/schema-challenges.ts'
import { type ChallengePolicy, judgeChallenge } from '../decisions/challenge.ts'
import type { FaceReport } from '../engine/types.ts'
import type { Course } from '../records/course.ts'
import { AttemptFailed, mayTryAgain } from './attempts.ts'
import { wasSubmittedBefore } from './duplicates.ts'
import { openReport } from './measurements.ts'
import type { PhotoKeys } from './photos.ts'
import { photosOf, selfieId } from './store.ts'
import { type Session, SessionError } from './types.ts'

/**
 * Judges a session that has all its photos, in the transaction that stores the verdict, and erases the measurements it
 * was made of.
 * @param seen is told what the photos showed
 * @throws SessionError `completed` when another request was first, with a verdict or with the next attempt
 * @throws AttemptFailed where the person may try again
 */
export async function completeSession(
  transaction: Transaction<Tables>,
  { masterKey, imprints }: PhotoKeys,
  policy: ChallengePolicy,
  session: Session,
  time: number,
  seen: Pick<Course, 'reports' | 'matches' | 'references'>,
): Promise<Session> {
  const locked = await transaction
    .updateTable('challenge_sessions')
    .set({ state: 'completed', completed_at: time, link_digest: null })
    .where('id', '=', session.id)
    .where('state', '!=', 'completed')
    .where('failed_attempts', '=', JSON.stringify(session.failedAttempts))
    .executeTakeFirst()
  if (locked.numUpdatedRows === 0n) throw new SessionError('completed')
  const rows = await photosOf(transaction, [session.id])
  const reportOf = (row: ChallengePhotosTable): FaceReport => {
    if (row.report === null) throw new Error('The measurements of a photo are gone before the verdict.')
    return openReport(masterKey, row.client_id, row.id, row.report)
  }
  const taken = session.challenges.map(({ id }) => rows.find((row) => row.challenge_id === id)!)
  const selfie = rows.find((row) => row.challenge_id === selfieId)
  const present = [...taken, ...(selfie ? [selfie] : [])].map(({ id }) => id)
  const photos = []
  for (const [index, row] of taken.entries()) {
    const report = reportOf(row)
    photos.push({
      gesture: session.challenges[index]!.gesture,
      report,
      submittedAt: row.submitted_at,
      reused: await wasSubmittedBefore(transaction, imprints, row, present, report),
    })
  }
  // A selfie may be the one on file and come with every session; only as a photo of a challenge must it be new.
  const reference = selfie && { report: reportOf(selfie), reused: false }
  const reports = [...photos, ...(reference ? [reference] : [])].map(({ report }) => report)
  seen.reports.push(...reports)
  seen.references = reference ? [reference.report] : []
  seen.matches.push(...comparePairs(reports, policy))
  const judged = judgeChallenge(
    {
      photos,
      reference,
      expiresAt: session.expiresAt,
      mirrored: session.mirrored,
    },
    policy,
  )
  if (judged.failure && mayTryAgain(session, time)) {
    const { code, photo } = judged.failure
    const gesture = photo === null ? null : session.challenges[photo]!.gesture
    throw new AttemptFailed({ code, gesture, sentence: judged.failureReason ?? '', at: time })
  }
  const passed = photos.map(({ report }, index) => {
    const liveness = report.subject?.liveness
    const isLive = liveness?.judged === true && liveness.score >= policy.livenessThreshold
    return isLive && judged.gestures[index]?.satisfied === true && judged.failure?.photo !== index
  })
  const { isAlive, confidence, antiSpoofScore, faceMatchScore, failure, failureReason } = judged
  const captured = taken.every((row) => row.captured === 'page') ? ('page' as const) : ('upload' as const)
  const verdict = { isAlive, captured, confidence, antiSpoofScore, faceMatchScore, failure, failureReason }
  for (const [index, row] of taken.entries()) {
    await transaction
      .updateTable('challenge_photos')
      .set({ passed: passed[index] ? 1 : 0 })
      .where('id', '=', row.id)
      .execute()
  }
  await transaction.deleteFrom('capture_streams').where('session_id', '=', session.id).execute()
  // Templates live as long as the question they answer.
  await transaction
    .updateTable('challenge_photos')
    .set({ report: null })
    .where('session_id', '=', session.id)
    .execute()
  await transaction
    .updateTable('challenge_sessions')
    .set({ verdict: JSON.stringify(verdict) })
    .where('id', '=', session.id)
    .execute()
  return {
    ...session,
    state: 'completed',
    challenges: session.challenges.map((challenge, index) => ({ ...challenge, passed: passed[index]! })),
    verdict,
    completedAt: time,
  }
}

function comparePairs(reports: readonly FaceReport[], { similarity }: ChallengePolicy): Course['matches'] {
  return reports.flatMap((first, index) =>
    reports.slice(index + 1).flatMap((second) => {
      const templates = [first.subject?.template, second.subject?.template]
      if (!templates[0] || !templates[1]) return []
      return [{ first, second, similarity: similarity(templates[0], templates[1]) }]
    }),
  )
}

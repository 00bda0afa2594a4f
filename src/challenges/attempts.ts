/** A session whose attempt failed, and which allows another. */
import type { Database } from '../database/index.ts'
import { holdReserved } from '../records/hold.ts'
import { drawGestures, toChallenges } from './draw.ts'
import { dropSelfie } from './photos.ts'
import type { FailedAttempt, Session } from './types.ts'

/** The attempt has failed and is not the last: the transaction that would store a verdict ends here. */
export class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed'
  readonly failure: FailedAttempt

  constructor(failure: FailedAttempt) {
    super(failure.sentence)
    this.failure = failure
  }
}

/** May the person try again after a failure at `time`? */
export function mayTryAgain({ attempts, failedAttempts, expiresAt }: Session, time: number): boolean {
  return failedAttempts.length + 1 < attempts && time < expiresAt
}

/**
 * Begins the next attempt: other gestures unless the caller chose them, other photos, another picture of the person looking
 * ahead. The photos of the one before stay to be recognised, without their measurements. Where another request was first,
 * nothing happens.
 */
export async function beginNextAttempt(
  db: Database,
  session: Session,
  failure: FailedAttempt,
): Promise<void> {
  const { id, challenges, gesturesChosen, failedAttempts } = session
  const gestures = gesturesChosen ? challenges.map(({ gesture }) => gesture) : drawGestures(challenges.length)
  await db.transaction().execute(async (transaction) => {
    if (!(await holdReserved(transaction, id))) return
    const { numUpdatedRows } = await transaction
      .updateTable('challenge_sessions')
      .set({
        challenges: JSON.stringify(toChallenges(gestures)),
        failed_attempts: JSON.stringify([...failedAttempts, failure]),
      })
      .where('id', '=', id)
      .where('state', '!=', 'completed')
      .where('failed_attempts', '=', JSON.stringify(failedAttempts))
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return
    await dropSelfie(transaction, id)
    await transaction
      .updateTable('challenge_photos')
      .set({ report: null })
      .where('session_id', '=', id)
      .execute()
    await transaction.deleteFrom('capture_streams').where('session_id', '=', id).execute()
  })
}

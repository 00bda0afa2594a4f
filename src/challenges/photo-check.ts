/** A photo as a check (checks/perform.ts) whose reservation, paid when the session began, lives in its session. */
import type { MasterKey } from '../access/master-key.ts'
import { type CheckCall, withPictures } from '../checks/call.ts'
import type { CheckRecord } from '../checks/perform.ts'
import type { Database } from '../database/index.ts'
import type { SubmittedPictures } from '../records/submitted-pictures.ts'
import { storePhoto } from './photos.ts'
import { isOver, selfieId } from './store.ts'
import { type PhotoCheck, type PhotoPlace, type Session, SessionError, type SubmittedPhoto } from './types.ts'

export interface PhotoCheckOptions {
  database: Database
  masterKey: MasterKey
  /** Keeps the pictures themselves, where the operator wants them; undefined: nobody does. */
  pictures: SubmittedPictures | undefined
  now: () => number
  /** The session as it is once the photo is stored: with its verdict after the last one. */
  reload(session: Session, requestId: string): Promise<Session>
}

export function createPhotoChecks(
  options: PhotoCheckOptions,
): (read: (call: CheckCall) => Promise<SubmittedPhoto>) => PhotoCheck {
  const { database, masterKey, pictures, now, reload } = options
  const record: CheckRecord<SubmittedPhoto, PhotoPlace, void, Session> = {
    async reserve({ session, challengeId }) {
      const submittedAt = now()
      requirePlace(session, challengeId, submittedAt)
      return { session, submittedAt }
    },
    async complete({ session }, keep, { requestId }) {
      await database.transaction().execute(keep)
      return reload(session, requestId)
    },
    // The challenge still waits for its photo, and the session stays paid.
    release: async () => {},
  }
  return (read) => ({
    admit: withPictures,
    read,
    record,
    async measure({ session, challengeId, picture }, engine) {
      const report = await engine.analyse(picture, {
        want: { template: true, traits: true, liveness: true, scene: true },
      })
      const role = challengeId ?? selfieId
      return { report, kept: (await pictures?.stage(session.clientId, { [role]: picture })) ?? null }
    },
    keep: ({ input, place, findings }, transaction) =>
      storePhoto(transaction, masterKey, {
        ...place,
        ...findings,
        challengeId: input.challengeId ?? selfieId,
      }),
  })
}

/** @throws SessionError when the session does not take this photo now */
function requirePlace(session: Session, challengeId: string | null, time: number): void {
  const { state, challenges, expiresAt } = session
  if (state === 'completed' || state === 'expired') throw new SessionError(state)
  if (challengeId !== null) {
    const challenge = challenges.find(({ id }) => id === challengeId)
    if (!challenge) throw new SessionError('challenge_unknown')
    if (challenge.submittedAt !== null) throw new SessionError('challenge_taken')
  }
  if (isOver(expiresAt, time)) throw new SessionError('expired')
}

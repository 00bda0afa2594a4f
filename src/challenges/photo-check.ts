/** A photo as a check (checks/perform.ts) whose reservation, paid when the session began, lives in its session. */
import { createClients } from '../access/clients.ts'
import { type CheckCall, withPictures } from '../checks/call.ts'
import type { CheckRecord } from '../checks/perform.ts'
import type { Database } from '../database/index.ts'
import type { FaceReport } from '../engine/types.ts'
import type { SubmittedPictures } from '../records/submitted-pictures.ts'
import { requirePatienceToBegin } from './failures.ts'
import { type PhotoKeys, storePhoto } from './photos.ts'
import { type Captured, type CaptureSignal, capturedOf, showsOtherMoment } from './signals.ts'
import { isOver, selfieId } from './store.ts'
import type { CaptureStreams } from './streams.ts'
import {
  type PhotoCheck,
  type PhotoPlace,
  type Session,
  SessionError,
  type StreamedPhoto,
  type SubmittedPhoto,
} from './types.ts'

export interface PhotoCheckOptions extends PhotoKeys {
  database: Database
  /** Keeps the pictures themselves, where the operator wants them; undefined: nobody does. */
  pictures: SubmittedPictures | undefined
  streams: Pick<CaptureStreams, 'follow'>
  now: () => number
  /** The session as it is once the photo is stored: with its verdict after the last one. */
  reload(session: Session, requestId: string): Promise<Session>
}

export function createPhotoChecks(
  options: PhotoCheckOptions,
): (read: (call: CheckCall) => Promise<SubmittedPhoto>) => PhotoCheck {
  const { database, masterKey, imprints, pictures, streams, now, reload } = options
  const record: CheckRecord<SubmittedPhoto, PhotoPlace, void, Session> = {
    async reserve({ session, challengeId, picture, burst }) {
      const submittedAt = now()
      requirePlace(session, challengeId, submittedAt)
      if (challengeId !== null) await requirePatienceToBegin(database, session, submittedAt)
      const streamed = burst ? await streams.follow(session, challengeId, picture, burst) : null
      // What cannot be taken in the end is not measured either.
      if (!streamed) await requireTaken('upload', session, challengeId)
      return { session, submittedAt, streamed }
    },
    async complete({ session }, keep, { requestId }) {
      await database.transaction().execute(keep)
      return reload(session, requestId)
    },
    // The challenge still waits for its photo, and the session stays paid.
    release: async () => {},
  }
  const clients = createClients(database, masterKey)

  /**
   * The reference selfie may always be one on file.
   * @throws SessionError where the client takes no uploads
   */
  async function requireTaken(captured: Captured, { clientId }: Session, challengeId: string | null) {
    if (captured === 'page' || challengeId === null) return
    const client = await clients.find(clientId)
    if (client?.settings.refuseUploads) throw new SessionError('upload_refused')
  }

  return (read) => ({
    admit: withPictures,
    read,
    record,
    async measure({ session, challengeId, picture }, engine, { streamed }) {
      const report = await engine.analyse(picture, {
        want: { template: true, traits: true, liveness: true, scene: true, imprint: true },
      })
      const signals = streamed ? signalsOf(streamed, report) : []
      const captured = streamed ? capturedOf(signals) : 'upload'
      await requireTaken(captured, session, challengeId)
      const kept = (await pictures?.stage(session.clientId, { [challengeId ?? selfieId]: picture })) ?? null
      return { report, kept, captured, signals }
    },
    keep: ({ input, place, findings }, transaction) =>
      storePhoto(
        transaction,
        { masterKey, imprints },
        {
          ...place,
          ...findings,
          challengeId: input.challengeId ?? selfieId,
        },
      ),
  })
}

function signalsOf({ signals, last }: StreamedPhoto, { picture }: FaceReport): CaptureSignal[] {
  return showsOtherMoment(last, picture.fingerprint) ? [...signals, 'other_moment'] : signals
}

/** @throws SessionError when the session does not take this photo now */
function requirePlace(session: Session, challengeId: string | null, time: number): void {
  const { state, challenges } = session
  if (state === 'completed' || state === 'expired') throw new SessionError(state)
  if (challengeId !== null) {
    const challenge = challenges.find(({ id }) => id === challengeId)
    if (!challenge) throw new SessionError('challenge_unknown')
    if (challenge.submittedAt !== null) throw new SessionError('challenge_taken')
  }
  if (isOver(session, time)) throw new SessionError('expired')
}

/**
 * Streams of the capture page. The server gives each a mark when it begins and another with each gesture, at a moment of
 * its own choosing; a photo counts as captured there when its frames are chained to the present mark.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { type Burst, isLink, linkOf, readFrames } from './burst.ts'
import { requirePatienceToBegin } from './failures.ts'
import { type CameraSettings, signalsOfCamera, signalsOfFrames } from './signals.ts'
import { type Prompt, type Session, SessionError, type StreamedPhoto } from './types.ts'

/** Milliseconds that a gesture is held back, drawn each time. */
const held = { minimum: 200, maximum: 1200 }

export interface CaptureStreams {
  /** Begins a stream, in place of any before it. @returns its first mark. @throws SessionError, TooManyFailures */
  begin(session: Session, camera: CameraSettings): Promise<string>
  /**
   * Waits for a moment, then asks for the session's next gesture.
   * @throws SessionError `stream_unknown` where none was begun, or that of a session that is over
   */
  prompt(session: Session): Promise<Prompt>
  /**
   * @param challengeId null: the person looks ahead
   * @throws SessionError `stream_unknown` where the frames do not continue the session's stream, as those of another do not
   */
  follow(
    session: Session,
    challengeId: string | null,
    photo: Uint8Array,
    burst: Burst,
  ): Promise<StreamedPhoto>
}

export function createCaptureStreams(db: Database, now: () => number): CaptureStreams {
  const draw = () => ({ mark: randomBytes(24).toString('base64url'), marked_at: now() })
  const next = (session: Session) => {
    const { state, challenges } = session
    if (state === 'completed' || state === 'expired') throw new SessionError(state)
    return challenges.find(({ submittedAt }) => submittedAt === null)!
  }

  return {
    async begin(session, camera) {
      next(session)
      await requirePatienceToBegin(db, session, now())
      const signals = JSON.stringify(signalsOfCamera(camera))
      const row = { ...draw(), challenge_id: null, head: '', signals }
      await db
        .insertInto('capture_streams')
        .values({ session_id: session.id, ...row })
        .onConflict((conflict) => conflict.column('session_id').doUpdateSet(row))
        .execute()
      return row.mark
    },

    async prompt(session) {
      const { id, gesture } = next(session)
      await sleep(randomInt(held.minimum, held.maximum + 1))
      const drawn = draw()
      const { numUpdatedRows } = await db
        .updateTable('capture_streams')
        .set({ ...drawn, challenge_id: id })
        .where('session_id', '=', session.id)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw new SessionError('stream_unknown')
      return { challengeId: id, gesture, mark: drawn.mark }
    },

    async follow(session, challengeId, photo, burst) {
      const row = await db
        .selectFrom('capture_streams')
        .selectAll()
        .where('session_id', '=', session.id)
        .executeTakeFirst()
      const frames = readFrames(burst.bytes)
      const last = frames?.at(-1)
      if (!row || !frames || !last || row.challenge_id !== challengeId)
        throw new SessionError('stream_unknown')
      const link = linkOf(row.mark, row.head, burst.bytes, photo)
      if (!isLink(burst.link, link)) throw new SessionError('stream_unknown')
      const times = { elapsed: now() - row.marked_at, prompted: challengeId !== null }
      const signals = [...JSON.parse(row.signals), ...signalsOfFrames(frames, times)]
      return { signals, last, link }
    },
  }
}

/** The session's next photo continues from this link, under another mark: this one has served. */
export async function advanceStream(
  transaction: Transaction<Tables>,
  sessionId: string,
  link: string,
): Promise<void> {
  await transaction
    .updateTable('capture_streams')
    .set({ head: link, mark: randomBytes(24).toString('base64url') })
    .where('session_id', '=', sessionId)
    .execute()
}

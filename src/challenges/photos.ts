import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Tables } from '../database/index.ts'
import { isUniqueViolation } from '../database/portable.ts'
import { holdReserved, ReservationLost } from '../records/hold.ts'
import type { Imprints } from '../records/imprints.ts'
import { sealReport } from './measurements.ts'
import { deletePhotos, selfieId } from './store.ts'
import { advanceStream } from './streams.ts'
import { type PhotoFindings, type PhotoPlace, SessionError } from './types.ts'

export interface NewPhoto extends PhotoPlace, PhotoFindings {
  challengeId: string
}

/** What a photo's measurements are sealed with, and noted by. */
export interface PhotoKeys {
  masterKey: MasterKey
  imprints: Imprints
}

/**
 * Writes what was measured on a photo. The row of the session's check is held first, so that photos of one session come
 * one after the other, the last of them sees all, and an erasure comes before a photo or after it.
 * @throws SessionError, ReservationLost where the session was erased
 */
export async function storePhoto(
  transaction: Transaction<Tables>,
  { masterKey, imprints }: PhotoKeys,
  { session, challengeId, report, kept, submittedAt, streamed, captured, signals }: NewPhoto,
): Promise<void> {
  const { id: sessionId, clientId } = session
  if (!(await holdReserved(transaction, sessionId))) {
    const isThere = await transaction
      .selectFrom('challenge_sessions')
      .select('id')
      .where('id', '=', sessionId)
      .executeTakeFirst()
    throw isThere ? new SessionError('completed') : new ReservationLost(sessionId)
  }
  const { numUpdatedRows } = await transaction
    .updateTable('challenge_sessions')
    .set({ state: 'in_progress' })
    .where('id', '=', sessionId)
    .where('state', '!=', 'completed')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new SessionError('completed')
  if (challengeId === selfieId) await dropSelfie(transaction, sessionId)
  const id = randomUUID()
  await kept?.insert(transaction, sessionId)
  try {
    await transaction
      .insertInto('challenge_photos')
      .values({
        id,
        client_id: clientId,
        session_id: sessionId,
        challenge_id: challengeId,
        sha256: report.picture.sha256,
        fingerprint: report.picture.fingerprint,
        report: sealReport(masterKey, clientId, id, report),
        geometry: null,
        submitted_at: submittedAt,
        passed: null,
        evidence_id: kept?.ids[challengeId] ?? null,
        captured,
        signals: JSON.stringify(signals),
      })
      .execute()
  } catch (error) {
    if (isUniqueViolation(error)) throw new SessionError('challenge_taken')
    throw error
  }
  if (streamed) await advanceStream(transaction, sessionId, streamed.link)
  const imprint = report.subject?.imprint
  if (imprint) await imprints.note(transaction, { id, checkId: sessionId, clientId }, imprint, submittedAt)
}

/** A later selfie, or another attempt, replaces the one before. */
export async function dropSelfie(transaction: Transaction<Tables>, sessionId: string): Promise<void> {
  const before = await transaction
    .selectFrom('challenge_photos')
    .select('id')
    .where('session_id', '=', sessionId)
    .where('challenge_id', '=', selfieId)
    .execute()
  await deletePhotos(
    transaction,
    before.map(({ id }) => id),
  )
}

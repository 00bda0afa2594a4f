import type { Kysely } from 'kysely'
import type { Tables } from '../database/index.ts'
import type { DialectRecords } from '../records/types.ts'
import { openGeometry, openReport } from './measurements.ts'
import { deletePhotos, photosOf } from './store.ts'

/** Erases and shows sessions with everything measured in them. */
export const challengeRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    const ids = (await sessionsOf(transaction, clientId, checkIds)).map(({ id }) => id)
    if (ids.length === 0) return
    const photos = await photosOf(transaction, ids)
    await deletePhotos(
      transaction,
      photos.map(({ id }) => id),
    )
    await transaction.deleteFrom('capture_streams').where('session_id', 'in', ids).execute()
    await transaction.deleteFrom('challenge_sessions').where('id', 'in', ids).execute()
  },

  async read(db, masterKey, clientId, checkIds) {
    const rows = await sessionsOf(db, clientId, checkIds)
    const photos = await photosOf(
      db,
      rows.map(({ id }) => id),
    )
    return {
      challenge_sessions: rows.map(({ link_digest: _link, page_digest: _page, ...row }) => ({
        ...row,
        challenges: JSON.parse(row.challenges),
        verdict: row.verdict && JSON.parse(row.verdict),
        branding: row.branding && JSON.parse(row.branding),
      })),
      challenge_photos: photos.map((row) => ({
        ...row,
        report: row.report && withPlainNumbers(openReport(masterKey, clientId, row.id, row.report)),
        signals: JSON.parse(row.signals),
        geometry: row.geometry && [...openGeometry(masterKey, clientId, row.id, row.geometry)],
      })),
    }
  },

  async ofPerson(db, clientId, person) {
    const rows = await db
      .selectFrom('challenge_sessions')
      .select('id')
      .where('client_id', '=', clientId)
      .where('user_id', '=', person)
      .execute()
    return rows.map(({ id }) => id)
  },
}

async function sessionsOf(db: Kysely<Tables>, clientId: string, checkIds: readonly string[]) {
  if (checkIds.length === 0) return []
  return db
    .selectFrom('challenge_sessions')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('id', 'in', [...checkIds])
    .execute()
}

/** JSON writes typed arrays as objects. */
function withPlainNumbers(report: object): object {
  return JSON.parse(
    JSON.stringify(report, (_name, value) =>
      ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value,
    ),
  )
}

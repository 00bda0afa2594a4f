import type { DialectRecords } from '../records/types.ts'
import { deletePhotos, photosOf } from './store.ts'

/** Erases sessions with everything measured in them. */
export const challengeRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    const rows = await transaction
      .selectFrom('challenge_sessions')
      .select('id')
      .where('client_id', '=', clientId)
      .where('id', 'in', [...checkIds])
      .execute()
    const ids = rows.map(({ id }) => id)
    if (ids.length === 0) return
    const photos = await photosOf(transaction, ids)
    await deletePhotos(
      transaction,
      photos.map(({ id }) => id),
    )
    await transaction.deleteFrom('challenge_sessions').where('id', 'in', ids).execute()
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

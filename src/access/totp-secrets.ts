import type { Database } from '../database/index.ts'
import { rewrap } from './envelope.ts'
import type { MasterKey } from './master-key.ts'

/** What the secret of a console user's authenticator app is sealed for. */
export const totpContext = (userId: string) => `console/${userId}/totp`

/**
 * Wraps secrets of authenticator apps that are under a retired master key under the current one. One that was only
 * offered is not moved: it is accepted within minutes, or offered again.
 * @returns how many
 */
export async function rewrapTotpSecrets(db: Database, masterKey: MasterKey): Promise<number> {
  let count = 0
  const rows = await db
    .selectFrom('console_users')
    .select(['id', 'totp_secret'])
    .where('totp_secret', 'is not', null)
    .execute()
  for (const { id, totp_secret: sealed } of rows) {
    const renewed = sealed && rewrap(masterKey, 'credentials', totpContext(id), sealed)
    if (!renewed) continue
    const update = await db
      .updateTable('console_users')
      .set({ totp_secret: renewed })
      .where('id', '=', id)
      // What its owner replaced meanwhile must not come back.
      .where('totp_secret', '=', sealed)
      .executeTakeFirst()
    count += Number(update.numUpdatedRows)
  }
  return count
}

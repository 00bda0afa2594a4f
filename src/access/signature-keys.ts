import type { Database } from '../database/index.ts'
import { signatureContext } from './clients.ts'
import { rewrap } from './envelope.ts'
import type { MasterKey } from './master-key.ts'
import { parseClientSettings } from './settings.ts'

/**
 * Wraps clients' private keys of request signatures that are under a retired master key under the current one.
 * @returns how many
 */
export async function rewrapSignatureKeys(db: Database, masterKey: MasterKey): Promise<number> {
  let count = 0
  for (const { id, settings } of await db.selectFrom('clients').select(['id', 'settings']).execute()) {
    const { signatureKey } = parseClientSettings(JSON.parse(settings))
    const renewed = signatureKey && rewrap(masterKey, 'credentials', signatureContext(id), signatureKey)
    if (!renewed) continue
    const update = await db
      .updateTable('clients')
      .set({ settings: JSON.stringify({ ...JSON.parse(settings), signatureKey: renewed }) })
      .where('id', '=', id)
      // What an operator changed meanwhile must not come back.
      .where('settings', '=', settings)
      .executeTakeFirst()
    count += Number(update.numUpdatedRows)
  }
  return count
}

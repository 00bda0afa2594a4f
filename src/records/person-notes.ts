/** How the audit log speaks of a person. */
import { createHmac } from 'node:crypto'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { Audit } from './types.ts'

/** How the audit log names a person without their id. */
export function personDigest(masterKey: MasterKey, person: string): string {
  return createHmac('sha256', masterKey.derive('persons')).update(person).digest('hex')
}

/** Writes a row of the audit log for each client whose records were given out. */
export async function noteExport(
  { database, masterKey, audit }: { database: Database; masterKey: MasterKey; audit: Pick<Audit, 'append'> },
  person: string,
  found: readonly { clientId: string }[],
  actor: string,
): Promise<void> {
  const subject = personDigest(masterKey, person)
  await database.transaction().execute(async (transaction) => {
    for (const { clientId } of found) {
      await audit.append(transaction, { actor, clientId, action: 'person.exported', subject })
    }
  })
}

import { findKeySource } from '../access/key-source.ts'
import { addMasterKey, type MasterKey } from '../access/master-key.ts'
import type { Config } from '../config/index.ts'
import type { Database } from '../database/index.ts'
import { createGallery, type Gallery } from '../gallery/index.ts'
import { recordKey } from '../installation/index.ts'
import { createAudit } from '../records/audit.ts'
import { createEvidence } from '../records/evidence.ts'
import { type EvidencePlace, openEvidencePlace } from '../records/evidence-place.ts'
import type { Audit, Evidence } from '../records/types.ts'
import { createWebhooks, type Webhooks } from '../webhooks/index.ts'
import { openRecords } from './open-records.ts'
import { readSettings } from './settings.ts'

/** What a command works on: the records themselves, without a server. */
export interface CommandPlatform {
  config: Config
  database: Database
  masterKey: MasterKey
  databaseId: string
  audit: Audit
  evidence: Evidence
  /** Where its files lie. */
  place: EvidencePlace
  gallery: Gallery
  webhooks: Webhooks
}

/**
 * Opens the records, also beside a running server, and closes them after `work`.
 * @param options.newKey puts a new master key before the others first
 */
export async function withPlatform<T>(
  work: (platform: CommandPlatform) => Promise<T>,
  { newKey = false } = {},
): Promise<T> {
  const config = readSettings()
  const { database, databaseId, masterKey: known } = await openRecords(config)
  const masterKey = newKey ? addMasterKey(config.dataDirectory, findKeySource(config)) : known
  if (newKey) await recordKey(database, masterKey)
  const gallery = createGallery({ database, masterKey })
  const place = openEvidencePlace(config)
  const audit = createAudit(database, masterKey)
  try {
    return await work({
      config,
      database,
      masterKey,
      databaseId,
      gallery,
      place,
      audit,
      evidence: createEvidence({ database, masterKey, files: place.files }),
      // Never started: commands send nothing.
      webhooks: createWebhooks({
        database,
        masterKey,
        formats: new Map(),
        note: audit.append,
        post: async () => ({ status: null, reason: 'network' }),
        onError: () => {},
      }),
    })
  } finally {
    await gallery.close()
    await database.destroy()
  }
}

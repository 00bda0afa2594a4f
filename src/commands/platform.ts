import { join } from 'node:path'
import { type MasterKey, openMasterKey } from '../access/master-key.ts'
import { type Config, readConfig } from '../config.ts'
import { type Database, openDatabase } from '../database/index.ts'
import { createGallery, type Gallery } from '../gallery/index.ts'
import { createAudit } from '../records/audit.ts'
import { createEvidence } from '../records/evidence.ts'
import type { Audit, Evidence } from '../records/types.ts'
import { databaseLocation } from '../server.ts'
import { createWebhooks, type Webhooks } from '../webhooks/index.ts'

/** What a command works on: the records themselves, without a server. */
export interface CommandPlatform {
  config: Config
  database: Database
  masterKey: MasterKey
  audit: Audit
  evidence: Evidence
  gallery: Gallery
  webhooks: Webhooks
}

/**
 * Opens the records, also beside a running server, and closes them after `work`.
 * @param openKey gives the master key; default: as a server does
 */
export async function withPlatform<T>(
  work: (platform: CommandPlatform) => Promise<T>,
  openKey: (directory: string, encoded?: string) => MasterKey = openMasterKey,
): Promise<T> {
  const config = readConfig(process.env)
  const masterKey = openKey(config.dataDirectory, config.LIVEFACE_MASTER_KEY)
  const database = await openDatabase(databaseLocation(config))
  const gallery = createGallery({ database, masterKey })
  try {
    return await work({
      config,
      database,
      masterKey,
      gallery,
      audit: createAudit(database, masterKey),
      evidence: createEvidence({ database, masterKey, directory: join(config.dataDirectory, 'evidence') }),
      // Never started: commands send nothing.
      webhooks: createWebhooks({
        database,
        masterKey,
        formats: new Map(),
        post: async () => ({ status: null, reason: 'network' }),
        onError: () => {},
      }),
    })
  } finally {
    await gallery.close()
    await database.destroy()
  }
}

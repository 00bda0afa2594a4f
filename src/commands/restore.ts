import { Command } from 'commander'
import { findKeySource } from '../access/key-source.ts'
import { restoreBackup } from '../backup/restore.ts'
import { openEvidencePlace } from '../records/evidence-place.ts'
import { withPlatform } from './platform.ts'
import { readSettings } from './settings.ts'
import { counted } from './terminal.ts'

/** `liveface restore FOLDER`: before the server is started. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'Put a backup into an empty data folder, which already holds its master.key (or LIVEFACE_MASTER_KEY gives it). ' +
        'Every byte is checked first. On PostgreSQL, restore its dump first; this restores the pictures.',
    )
    .argument('<folder>', 'what liveface backup made')
    .action(restore)
}

async function restore(folder: string): Promise<void> {
  const config = readSettings()
  const { dataDirectory } = config
  const manifest = await restoreBackup(folder, {
    dataDirectory,
    keySource: findKeySource(config),
    pictures: openEvidencePlace(config).files,
    postgres: config.databaseUrl !== undefined,
  })
  // Opens what was restored, as a server will: another key or a newer version is found now.
  await withPlatform(({ database, audit }) =>
    database.transaction().execute((transaction) =>
      audit.append(transaction, {
        actor: 'operator',
        clientId: null,
        action: 'backup.restored',
        subject: manifest.madeAt,
        details: { pictures: manifest.pictures },
      }),
    ),
  )
  process.stdout.write(
    `Restored what was kept at ${manifest.madeAt}, with ${counted(manifest.pictures, 'picture')}, into ${dataDirectory}.\n` +
      'Who was erased after that moment is back: erase them again. Webhooks that were waiting then are sent again.\n',
  )
}

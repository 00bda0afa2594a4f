import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findMasterKey, type KeySource } from '../access/master-key.ts'
import { BackupError, databaseName, evidenceName, type Manifest, verifyBackup } from './manifest.ts'

/**
 * Puts a backup's rows and pictures into an installation that has neither, after reading all of it once.
 * @param options.dataDirectory where the master key already is, unless `keySource` gives it
 * @param options.postgres whether the rows are kept by PostgreSQL, into which they were restored before
 * @throws BackupError when the backup is damaged, the target holds something, or the key is another
 */
export async function restoreBackup(
  folder: string,
  options: { dataDirectory: string; keySource: KeySource | null; postgres: boolean },
): Promise<Manifest> {
  const { dataDirectory, keySource, postgres } = options
  for (const name of [databaseName, evidenceName]) {
    if (!existsSync(join(dataDirectory, name))) continue
    throw new BackupError(
      `There is ${name} in ${dataDirectory} already: a backup is restored where there is nothing, lest it mix with ` +
        'what is there. Move it away, or set LIVEFACE_DATA_DIR to another folder.',
    )
  }
  const { manifest, paths } = await verifyBackup(folder)
  if ((manifest.database === 'PostgreSQL') !== postgres) {
    throw new BackupError(
      postgres
        ? 'The rows of this backup are in SQLite: unset LIVEFACE_DATABASE_URL.'
        : 'The rows of this backup are in PostgreSQL: restore its dump, and set LIVEFACE_DATABASE_URL to it.',
    )
  }
  if (!findMasterKey(dataDirectory, keySource)?.has(manifest.masterKey)) {
    throw new BackupError(
      `The master key of this backup (${manifest.masterKey}) is not in ${dataDirectory}: put its master.key there, or ` +
        'set LIVEFACE_MASTER_KEY to it. Nothing else opens what was backed up.',
    )
  }
  try {
    for (const path of paths.filter((name) => name !== 'backup.json')) {
      await copyDurably(join(folder, path), join(dataDirectory, path))
    }
  } catch (error) {
    // Half of a backup would look like an installation.
    for (const name of [databaseName, evidenceName]) {
      await rm(join(dataDirectory, name), { recursive: true, force: true })
    }
    throw error
  }
  return manifest
}

async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await copyFile(from, to)
  const file = await open(to, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

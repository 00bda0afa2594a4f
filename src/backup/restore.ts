import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { findMasterKey, type KeySource } from '../access/master-key.ts'
import type { EvidenceFiles } from '../records/evidence-files.ts'
import { BackupError, databaseName, evidenceName, type Manifest, verifyBackup } from './manifest.ts'

/**
 * Puts a backup's rows and pictures into an installation that has neither, after reading all of it once.
 * @param options.dataDirectory where the master key already is, unless `keySource` gives it
 * @param options.pictures where they are put, in a folder or an object store
 * @param options.postgres whether the rows are kept by PostgreSQL, into which they were restored before
 * @throws BackupError when the backup is damaged, the target holds something, or the key is another
 */
export async function restoreBackup(
  folder: string,
  options: { dataDirectory: string; keySource: KeySource | null; pictures: EvidenceFiles; postgres: boolean },
): Promise<Manifest> {
  const { dataDirectory, keySource, pictures, postgres } = options
  for (const name of [databaseName, evidenceName]) {
    if (!existsSync(join(dataDirectory, name))) continue
    throw new BackupError(
      `There is ${name} in ${dataDirectory} already: a backup is restored where there is nothing, lest it mix with ` +
        'what is there. Move it away, or set LIVEFACE_DATA_DIR to another folder.',
    )
  }
  for await (const _ of pictures.older(Number.POSITIVE_INFINITY)) {
    throw new BackupError(
      'The object store holds pictures already: set LIVEFACE_EVIDENCE_URL to another prefix.',
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
      if (path === databaseName) await copyDurably(join(folder, path), join(dataDirectory, path))
      else await pictures.write(basename(path), await readFile(join(folder, path)))
    }
  } catch (error) {
    // Half of a backup would look like an installation. What a store holds of it nobody can read, and it is swept.
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

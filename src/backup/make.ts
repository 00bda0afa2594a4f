import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import { evidencePath } from '../records/evidence-files.ts'
import { version } from '../version.ts'
import { BackupError, databaseName, evidenceName, type Manifest, sha256, writeManifest } from './manifest.ts'

/** Picture ids taken at a time. */
const batch = 500

export interface BackupReport extends Manifest {
  /** Pictures of rows in the backup that were erased before they could be copied. */
  erasedMeanwhile: number
}

/**
 * Copies an installation into `folder` while servers go on using it: first the rows as they stand at one moment, then
 * the pictures they name. A picture is written before its row and never changed, so each is there unless it was erased
 * in between. The master key is left out: whoever finds the backup can read nothing.
 *
 * On PostgreSQL only the pictures are copied; its rows are dumped before, with its own tools.
 * @param options.evidenceDirectory where the pictures are
 * @param folder new or empty
 * @throws BackupError when `folder` holds something
 */
export async function makeBackup(
  options: { database: Database; masterKey: MasterKey; evidenceDirectory: string },
  folder: string,
): Promise<BackupReport> {
  const { database, masterKey, evidenceDirectory } = options
  if (existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new BackupError(`${folder} is not empty: name a new folder for each backup.`)
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const madeAt = new Date().toISOString()
  const sums = new Map<string, string>()
  if (!isPostgres(database)) {
    const file = join(folder, databaseName)
    // One reading transaction over all of it; what was deleted does not come along.
    await sql`vacuum into ${file}`.execute(database)
    await sync(file)
    sums.set(databaseName, await sha256(file))
  }
  let erasedMeanwhile = 0
  for await (const id of pictureIds(database, folder)) {
    const path = join(evidenceName, evidencePath(id))
    const copied = await copyPicture(join(evidenceDirectory, evidencePath(id)), join(folder, path))
    if (copied) sums.set(path, await sha256(join(folder, path)))
    else erasedMeanwhile++
  }
  const manifest: Manifest = {
    liveface: version,
    madeAt,
    database: isPostgres(database) ? 'PostgreSQL' : 'SQLite',
    masterKey: masterKey.id,
    pictures: [...sums.keys()].filter((path) => path !== databaseName).length,
  }
  await writeManifest(folder, manifest, sums)
  return { ...manifest, erasedMeanwhile }
}

/** Of the copied rows where there is a copy: rows that came later have pictures that it does not name. */
async function* pictureIds(database: Database, folder: string): AsyncGenerator<string> {
  const copy = join(folder, databaseName)
  const attached = !isPostgres(database)
  if (attached) await sql`attach ${copy} as backup`.execute(database)
  const table = attached ? sql`backup.evidence` : sql`evidence`
  try {
    for (let last = ''; ; ) {
      const { rows } = await sql<{ id: string }>`
        select id from ${table} where id > ${last} order by id limit ${batch}`.execute(database)
      for (const { id } of rows) yield id
      const newest = rows.at(-1)?.id
      if (newest === undefined) return
      last = newest
    }
  } finally {
    if (attached) await sql`detach backup`.execute(database)
  }
}

/** @returns false when there is no such picture any more */
async function copyPicture(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  try {
    // Shares the blocks on a file system that can; elsewhere the bytes are copied.
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  await sync(to)
  return true
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import { createEvidenceFiles, type EvidenceFiles, evidencePath } from '../records/evidence-files.ts'
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
 * @param options.pictures where they are, in a folder or an object store
 * @param folder new or empty
 * @throws BackupError when `folder` holds something
 */
export async function makeBackup(
  options: { database: Database; masterKey: MasterKey; pictures: EvidenceFiles },
  folder: string,
): Promise<BackupReport> {
  const { database, masterKey, pictures } = options
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
  const copies = createEvidenceFiles(join(folder, evidenceName))
  let erasedMeanwhile = 0
  for await (const id of pictureIds(database, folder)) {
    const bytes = await pictures.read(id)
    if (bytes) {
      await copies.write(id, bytes)
      sums.set(`${evidenceName}/${evidencePath(id)}`, createHash('sha256').update(bytes).digest('hex'))
    } else erasedMeanwhile++
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

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

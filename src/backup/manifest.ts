/** What stands in a backup's folder, and whether all of it is still as it was written. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export const databaseName = 'liveface.db'
export const evidenceName = 'evidence'
const manifestName = 'backup.json'
/** The last file written: a folder without it holds part of a backup. `sha256sum -c SHA256SUMS` reads it too. */
const sumsName = 'SHA256SUMS'

const manifestSchema = z.object({
  /** Version of Liveface that made the backup. */
  liveface: z.string(),
  madeAt: z.iso.datetime(),
  /** `PostgreSQL`: the rows are in a dump of their own. */
  database: z.enum(['SQLite', 'PostgreSQL']),
  /** Id of the master key, which is not in the backup. */
  masterKey: z.string(),
  pictures: z.number(),
})
export type Manifest = z.infer<typeof manifestSchema>

/** A backup that cannot be made or restored; the message says why, and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}

/** @param sums SHA-256 of each file by its path within `folder` */
export async function writeManifest(
  folder: string,
  manifest: Manifest,
  sums: Map<string, string>,
): Promise<void> {
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
  sums.set(manifestName, await sha256(join(folder, manifestName)))
  const lines = [...sums].map(([path, sum]) => `${sum}  ${path}\n`)
  await writeFile(join(folder, sumsName), lines.join(''), { flush: true })
}

/**
 * Reads every byte of a backup.
 * @returns what it is, and the paths of its files within `folder`
 * @throws BackupError when it is incomplete or a file was changed
 */
export async function verifyBackup(folder: string): Promise<{ manifest: Manifest; paths: string[] }> {
  const sums = await readFile(join(folder, sumsName), 'utf8').catch(() => {
    throw new BackupError(`There is no complete backup in ${folder}: ${sumsName} is missing.`)
  })
  const paths: string[] = []
  for (const line of sums.split('\n').filter(Boolean)) {
    const [sum, path] = line.split('  ')
    // A path that leads out of the folder would be copied over something else.
    if (!path || !/^(liveface\.db|backup\.json|evidence\/[0-9a-f]{2}\/[0-9a-f-]{36})$/.test(path)) {
      throw new BackupError(`${sumsName} of the backup in ${folder} has a line that no backup has: ${line}`)
    }
    const found = await sha256(join(folder, path)).catch(() => null)
    if (found !== sum) {
      throw new BackupError(
        `The backup in ${folder} is damaged: ${path} ${found ? 'was changed' : 'is missing'}.`,
      )
    }
    paths.push(path)
  }
  const text = await readFile(join(folder, manifestName), 'utf8')
  return { manifest: manifestSchema.parse(JSON.parse(text)), paths }
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash.digest('hex')
}

/** Everything that is kept about one person, in files that a person can read: JSON, and the pictures beside it. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringifyExact } from '../exact-json.ts'
import { noteExport } from './person-notes.ts'
import { type PersonTablesOptions, readTables } from './person-tables.ts'
import type { Audit, Evidence, EvidenceFacts, PersonRecords } from './types.ts'
import type { NamedFile } from './zip.ts'

export interface PersonExportOptions extends PersonTablesOptions {
  evidence: Pick<Evidence, 'list' | 'read'>
  audit: Pick<Audit, 'append'>
}

const forOwnerAlone = { mode: 0o600, flag: 'wx' }

/**
 * Writes `person.json` and `pictures/` into the folder, readable by their owner alone, and a row of the audit log.
 * @param found what `Persons.find` found
 * @param folder is made; an empty one may be there
 * @throws Error when the folder holds something
 */
export async function exportPerson(
  options: PersonExportOptions,
  person: string,
  found: readonly PersonRecords[],
  folder: string,
  actor: string,
): Promise<{ pictures: number }> {
  if ((await listed(folder)).length > 0) throw new Error(`${folder} is not empty.`)
  await mkdir(join(folder, 'pictures'), { recursive: true, mode: 0o700 })
  let files = 0
  for await (const { name, content } of personFiles(options, person, found)) {
    await writeFile(join(folder, name), content, forOwnerAlone)
    files++
  }
  await noteExport(options, person, found, actor)
  // One of them is person.json.
  return { pictures: files - 1 }
}

/** The pictures one after the other, then `person.json`, which names them. */
export async function* personFiles(
  options: Omit<PersonExportOptions, 'audit'>,
  person: string,
  found: readonly PersonRecords[],
): AsyncGenerator<NamedFile> {
  const clients: object[] = []
  for (const records of found) {
    const { clientId, dialect } = records
    const tables = await readTables(options, records)
    for await (const { facts, ...file } of picturesOf(options, records)) {
      tables.evidence = [...(tables.evidence ?? []), { ...facts, file: file.name }]
      yield file
    }
    clients.push({ client: clientId, dialect, ...tables })
  }
  const text = stringifyExact({ person, exportedAt: new Date().toISOString(), clients })
  yield { name: 'person.json', content: `${text}\n` }
}

async function listed(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}

async function* picturesOf(
  { evidence }: Pick<PersonExportOptions, 'evidence'>,
  { clientId, checkIds, entryIds }: PersonRecords,
): AsyncGenerator<NamedFile & { facts: EvidenceFacts }> {
  for (const owner of [...checkIds, ...entryIds]) {
    for (const facts of await evidence.list(clientId, owner)) {
      const picture = await evidence.read(clientId, facts.id)
      // Erased by somebody else meanwhile.
      if (!picture) continue
      const name = `pictures/${facts.id}.${facts.mediaType.replace('image/', '')}`
      yield { name, content: picture.bytes, facts }
    }
  }
}

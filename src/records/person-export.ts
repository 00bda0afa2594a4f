/** Everything that is kept about one person, in files that a person can read: JSON, and the pictures beside it. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { open } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { parseExact, stringifyExact } from '../exact-json.ts'
import { keyContext } from '../gallery/change-log.ts'
import { openTemplate } from '../gallery/template.ts'
import { batches } from './batches.ts'
import { type PersonRecords, personDigest } from './persons.ts'
import type { Audit, DialectRecords, Evidence, EvidenceFacts, ExportedRow } from './types.ts'
import type { NamedFile } from './zip.ts'

export interface PersonExportOptions {
  database: Database
  masterKey: MasterKey
  evidence: Pick<Evidence, 'list' | 'read'>
  audit: Pick<Audit, 'append'>
  /** Those with tables of their own about checks. */
  dialectRecords: readonly DialectRecords[]
}

/** Rows by the name of their table; what is sealed in the database is open here. */
type ExportedTables = Record<string, ExportedRow[]>

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

/** Writes down that everything about a person was given out. */
export async function noteExport(
  { database, masterKey, audit }: Pick<PersonExportOptions, 'database' | 'masterKey' | 'audit'>,
  person: string,
  found: readonly PersonRecords[],
  actor: string,
): Promise<void> {
  const subject = personDigest(masterKey, person)
  await database.transaction().execute(async (transaction) => {
    for (const { clientId } of found) {
      await audit.append(transaction, { actor, clientId, action: 'person.exported', subject })
    }
  })
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

async function readTables(
  { database, masterKey, dialectRecords }: Omit<PersonExportOptions, 'audit' | 'evidence'>,
  { clientId, checkIds, entryIds }: PersonRecords,
): Promise<ExportedTables> {
  const tables: ExportedTables = {}
  const add = (found: ExportedTables) => {
    for (const [name, rows] of Object.entries(found)) tables[name] = [...(tables[name] ?? []), ...rows]
  }
  for (const ids of batches(checkIds)) {
    const checks = await database
      .selectFrom('checks')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('id', 'in', ids)
      .execute()
    // What is sealed in them is opened by the records of cases.
    add({
      checks: checks.map(({ measurements: _sealed, ...row }) => ({ ...row, result: parsed(row.result) })),
    })
    for (const records of dialectRecords) add(await records.read(database, masterKey, clientId, ids))
    add(await readEvents(database, clientId, ids))
  }
  for (const ids of batches(entryIds)) {
    add({ gallery_entries: await readFaces(database, masterKey, clientId, ids) })
  }
  for (const ids of batches([...checkIds, ...entryIds])) {
    const acts = await database
      .selectFrom('audit')
      .select(['sequence', 'at', 'actor', 'action', 'subject', 'details'])
      .where('client_id', '=', clientId)
      .where('subject', 'in', ids)
      .execute()
    add({ audit: acts.map((row) => ({ ...row, details: parsed(row.details) })) })
  }
  return tables
}

async function readEvents(db: Database, clientId: string, checkIds: string[]): Promise<ExportedTables> {
  const events = await db
    .selectFrom('webhook_events')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('subject_id', 'in', checkIds)
    .execute()
  const deliveries = []
  for (const ids of batches(events.map(({ id }) => id))) {
    deliveries.push(
      ...(await db.selectFrom('webhook_deliveries').selectAll().where('event_id', 'in', ids).execute()),
    )
  }
  const attempts = []
  for (const ids of batches(deliveries.map(({ id }) => id))) {
    attempts.push(
      ...(await db.selectFrom('webhook_attempts').selectAll().where('delivery_id', 'in', ids).execute()),
    )
  }
  return {
    webhook_events: events.map((row) => ({ ...row, payload: parsed(row.payload) })),
    webhook_deliveries: deliveries.map((row) => ({ ...row })),
    webhook_attempts: attempts.map((row) => ({ ...row })),
  }
}

/** Enrolled faces with their templates, 128 numbers each. */
async function readFaces(
  db: Database,
  masterKey: MasterKey,
  clientId: string,
  ids: string[],
): Promise<ExportedRow[]> {
  const rows = await db
    .selectFrom('gallery_entries')
    .innerJoin('gallery_heads', 'gallery_heads.client_id', 'gallery_entries.client_id')
    .selectAll('gallery_entries')
    .select('wrapped_key')
    .where('gallery_entries.client_id', '=', clientId)
    .where('id', 'in', ids)
    .execute()
  return rows.map(({ wrapped_key, template, ...row }) => {
    const key = open(masterKey, 'templates', keyContext(clientId), wrapped_key)
    return { ...row, template: template && [...openTemplate(key, clientId, row.id, template)] }
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

function parsed(json: string | null): unknown {
  return json === null ? null : parseExact(json)
}

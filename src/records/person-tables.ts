/** Rows of every table about one person, as a person may read them; their pictures are read apart. */
import { open } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { parseExact } from '../exact-json.ts'
import { keyContext } from '../gallery/change-log.ts'
import { openTemplate } from '../gallery/template.ts'
import { batches } from './batches.ts'
import type { DialectRecords, ExportedRow, PersonRecords } from './types.ts'

export interface PersonTablesOptions {
  database: Database
  masterKey: MasterKey
  /** Those with tables of their own about checks. */
  dialectRecords: readonly DialectRecords[]
}

/** Rows by the name of their table; what is sealed in the database is open here. */
export type ExportedTables = Record<string, ExportedRow[]>

/** Without templates and what else is measured of a face: each can be turned into a likeness, or compared with others. */
export function withoutBiometrics(tables: ExportedTables): ExportedTables {
  const withheld: Record<string, string[]> = {
    gallery_entries: ['template'],
    check_measurements: ['pictures'],
    challenge_photos: ['report', 'geometry'],
    imprints: ['code'],
  }
  return Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => {
      const columns = withheld[table] ?? []
      const shown = (row: ExportedRow) =>
        Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column)))
      return [table, rows.map(shown)]
    }),
  )
}

/** What one client has of a person. @param found what `Persons.find` found */
export async function readTables(
  { database, masterKey, dialectRecords }: PersonTablesOptions,
  { clientId, checkIds, entryIds }: Pick<PersonRecords, 'clientId' | 'checkIds' | 'entryIds'>,
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

function parsed(json: string | null): unknown {
  return json === null ? null : parseExact(json)
}

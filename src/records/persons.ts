/** Everything that clients made under their own id of one person, in every dialect: found, and erased. */
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { Gallery } from '../gallery/types.ts'
import { batches } from './batches.ts'
import { createLists } from './lists.ts'
import { noteExport, personDigest } from './person-notes.ts'
import { type ExportedTables, readTables } from './person-tables.ts'
import type {
  Audit,
  AuditPlace,
  DialectRecords,
  Evidence,
  EvidenceFacts,
  PersonRecords,
  Retention,
} from './types.ts'

export interface PersonsOptions {
  database: Database
  masterKey: MasterKey
  retention: Pick<Retention, 'erase'>
  gallery: Gallery
  evidence: Evidence
  audit: Audit
  /** Those with tables of their own about checks. */
  dialectRecords: readonly DialectRecords[]
}

export interface Persons {
  /**
   * @param person the caller's own id: Didit's vendor_data, VerifyHQ's userId, Cashfree's verification_id, Liveface's
   *   person, or the id of a check, as IndiConnect's request_id, whose callers have no id of their own
   * @param where absent: every client
   * @returns clients that have something, oldest first
   */
  find(person: string, where?: { clientId?: string; dialect?: string }): Promise<PersonRecords[]>
  /** Erases what was found, faces on a blocklist too. The audit log gets a keyed digest of the person's id. @returns its rows, in the order of `found` */
  erase(person: string, found: readonly PersonRecords[], actor: string): Promise<AuditPlace[]>
  /** Reads what was found of one client for whoever asks for it, with its kept pictures, and writes that into the audit log. */
  read(
    person: string,
    found: PersonRecords,
    actor: string,
  ): Promise<{ tables: ExportedTables; pictures: EvidenceFacts[] }>
}

export function createPersons(options: PersonsOptions): Persons {
  const { database, masterKey, retention, gallery, evidence, audit, dialectRecords } = options
  const lists = createLists(options)

  async function checksOf(clientId: string, person: string): Promise<string[]> {
    const own = await database
      .selectFrom('checks')
      .select('id')
      .where('client_id', '=', clientId)
      .where((where) =>
        where.or((['external_id', 'person', 'id'] as const).map((name) => where(name, '=', person))),
      )
      .execute()
    const kept = await Promise.all(
      dialectRecords.map((records) => records.ofPerson?.(database, clientId, person) ?? []),
    )
    return [...new Set([...own.map(({ id }) => id), ...kept.flat()])]
  }

  async function entriesOf(clientId: string, person: string, checkIds: readonly string[]): Promise<string[]> {
    const enrolled = database
      .selectFrom('gallery_entries')
      .select('id')
      .where('client_id', '=', clientId)
      .where('template', 'is not', null)
    const rows = await enrolled.where('vendor_data', '=', person).execute()
    for (const ids of batches(checkIds)) rows.push(...(await enrolled.where('check_id', 'in', ids).execute()))
    return [...new Set(rows.map(({ id }) => id))]
  }

  return {
    async find(person, { clientId, dialect } = {}) {
      let query = database.selectFrom('clients').select(['id', 'dialect']).orderBy('created_at')
      if (clientId !== undefined) query = query.where('id', '=', clientId)
      if (dialect !== undefined) query = query.where('dialect', '=', dialect)
      const found: PersonRecords[] = []
      for (const { id, dialect: name } of await query.execute()) {
        const checkIds = await checksOf(id, person)
        const entryIds = await entriesOf(id, person, checkIds)
        if (checkIds.length + entryIds.length > 0) {
          found.push({ clientId: id, dialect: name, checkIds, entryIds })
        }
      }
      return found
    },

    async erase(person, found, actor) {
      const certificates: AuditPlace[] = []
      for (const { clientId, checkIds, entryIds } of found) {
        // First, so that a death in between leaves the word of what was begun; the same command ends it.
        const subject = personDigest(masterKey, person)
        const details = { checks: checkIds.length, faces: entryIds.length }
        const certificate = await database
          .transaction()
          .execute((transaction) =>
            audit.append(transaction, { actor, clientId, action: 'person.erased', subject, details }),
          )
        certificates.push(certificate)
        // Faces put on a list by hand belong to no check.
        for (const entry of entryIds) {
          if (await gallery.find(clientId, entry)) await lists.forget(clientId, { entry }, actor)
        }
        await retention.erase(clientId, checkIds, { actor })
      }
      return certificates
    },

    async read(person, found, actor) {
      const tables = await readTables(options, found)
      const pictures: EvidenceFacts[] = []
      for (const owner of [...found.checkIds, ...found.entryIds]) {
        pictures.push(...(await evidence.list(found.clientId, owner)))
      }
      await noteExport(options, person, [found], actor)
      return { tables, pictures }
    },
  }
}

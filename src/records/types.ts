/**
 * What is kept beside the check's row: evidence (submitted pictures, encrypted), the audit log
 * (append-only, each row sealed over the one before), and retention (what erases them again).
 */
import type { CompiledQuery, Kysely, QueryResult, Transaction } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Tables } from '../database/schema.ts'
import type { EvidenceTable } from '../database/schema-platform.ts'

export interface NewEvidence {
  clientId: string
  /** Check, session or entry of a list that the picture belongs to. */
  checkId: string
  /** Role of the picture in the dialect's words, for example `user_image`. */
  role: string
  /** For example `image/jpeg`. */
  mediaType: string
  bytes: Uint8Array
  /** SHA-256 of the picture that this is a copy of, hex; absent: it is itself what was sent. */
  source?: string
}

export interface EvidenceFacts {
  id: string
  clientId: string
  checkId: string
  role: string
  mediaType: string
  /** Size of the picture in bytes. */
  size: number
  /** Unix milliseconds. */
  createdAt: number
  /** SHA-256 of the picture that this is a copy of, hex; null where nobody noted it. */
  source: string | null
}

/** A picture whose file is written, but which nobody can open before its row is. */
export interface StagedEvidence {
  id: string
  /** Writes the row in the caller's transaction. */
  insert(transaction: Transaction<Tables>, checkId: string): Promise<void>
  /** The row, for whoever writes many (`insertAll`). */
  rowOf(checkId: string): EvidenceTable
}

export interface Evidence {
  /**
   * Encrypts the picture into a file, before the transaction that will keep it: disks are slow, and a
   * transaction makes others wait. A file whose row never comes is unreadable, and swept later.
   */
  stage(picture: Omit<NewEvidence, 'checkId'>): Promise<StagedEvidence>
  /** Writes the rows of staged pictures in the caller's transaction, many in one statement. */
  insertAll(transaction: Transaction<Tables>, rows: readonly EvidenceTable[]): Promise<void>
  /** Stages the picture and writes its row, where a transaction may wait for the disk. @returns the picture's id */
  keep(transaction: Transaction<Tables>, picture: NewEvidence): Promise<string>
  /** Pictures of one check, oldest first. */
  list(clientId: string, checkId: string): Promise<EvidenceFacts[]>
  /** Opens a picture. @returns null when the client has none with this id */
  read(clientId: string, id: string): Promise<{ facts: EvidenceFacts; bytes: Buffer } | null>
  /**
   * Deletes rows in the caller's transaction; with a row goes the only key to its file. Call
   * `removeFiles` after the commit; should the process die in between, `sweepFiles` does it.
   */
  erase(
    transaction: Transaction<Tables>,
    clientId: string,
    checkIds: readonly string[],
  ): Promise<{ pictures: number; removeFiles(): Promise<void> }>
  /** Path with query of a link that opens one picture without a key until it expires, after 60 minutes. */
  link(id: string): string
  /** Opens a link's picture. @returns null when the signature is wrong, the time is over or the picture gone */
  readLink(
    id: string,
    expires: string,
    signature: string,
  ): Promise<{ facts: EvidenceFacts; bytes: Buffer } | null>
  /** Deletes files that have no row and are older than an hour. @returns how many */
  sweepFiles(): Promise<number>
  /** Rewraps every data key that is under a retired master key. @returns how many */
  rewrap(): Promise<number>
}

export interface AuditEntry {
  /** Who did it: a client's id, `operator` for the command line, `server` for the sweeper. */
  actor: string
  /** Whose records it was about; null for the installation. */
  clientId: string | null
  /** Noun and verb, for example `session.deleted`. */
  action: string
  /** Id of what it was about; never a name, a picture or a template. */
  subject: string | null
  /** Further facts, no personal data. */
  details?: Record<string, unknown>
}

export interface AuditRow extends AuditEntry {
  sequence: number
  /** Unix milliseconds. */
  at: number
}

/** A row of the audit log that someone wrote down elsewhere. */
export interface AuditMark {
  sequence: number
  hash: string
}

export type AuditVerdict =
  /** `head`: the newest row. Kept somewhere else, it later proves that no newest rows were cut off. */
  | { intact: true; rows: number; head: AuditMark }
  /** `sequence`: first row that does not follow from the ones before it. */
  | { intact: false; rows: number; sequence: number; reason: string }

/** Which row of the log, and when. `at`: Unix milliseconds. */
export type AuditPlace = Pick<AuditRow, 'sequence' | 'at'>

export interface Audit {
  /**
   * Adds one row in the caller's transaction. Call it last: writers wait for each other from here
   * until the commit, so that every row can cover the one before.
   * @returns where the row stands
   */
  append(transaction: Transaction<Tables>, entry: AuditEntry): Promise<AuditPlace>
  /** The same after a query of the caller's, which shares its round trip. @returns what the query found */
  appendAfter<Row>(
    transaction: Transaction<Tables>,
    query: CompiledQuery<Row>,
    entry: AuditEntry,
  ): Promise<QueryResult<Row>>
  /** Recomputes the whole chain. @param mark a head kept from an earlier verification, which must still be in it */
  verify(mark?: AuditMark): Promise<AuditVerdict>
  /** Newest entries, newest first; `before`: sequence to go on from. */
  list(options?: { clientId?: string; limit?: number; before?: number }): Promise<AuditRow[]>
}

/** A row as a person may read it: what is JSON in a column is parsed, what is sealed is open. */
export type ExportedRow = Record<string, unknown>

/** Whoever has tables of its own about checks, so that nothing of an erased check stays in them. */
export interface DialectRecords {
  /** Deletes the rows of these checks or sessions, and of no other client. */
  erase(transaction: Transaction<Tables>, clientId: string, checkIds: readonly string[]): Promise<void>
  /** The rows that `erase` would delete, by table, without keys and links. */
  read(
    db: Kysely<Tables>,
    masterKey: MasterKey,
    clientId: string,
    checkIds: readonly string[],
  ): Promise<Record<string, ExportedRow[]>>
  /** Ids of the checks or sessions that a client made under its own id of a person. */
  ofPerson?(db: Kysely<Tables>, clientId: string, person: string): Promise<string[]>
}

export interface Erased {
  checks: number
  pictures: number
  templates: number
}

export interface Retention {
  /**
   * Deletes checks with their pictures, templates, events and whatever the records of dialects hold, a hundred in each
   * transaction, which also writes an audit row. Entries of a blocklist or allow list stay, without their check, when
   * `keepListed`. Ids of other clients are passed over. Resolves when nothing of it is in the database's log any more.
   */
  erase(
    clientId: string,
    checkIds: readonly string[],
    options: { actor: string; keepListed?: boolean },
  ): Promise<Erased>
  /**
   * Erases what is older than each client's retention months, except entries on a list, then files
   * without a row and webhook deliveries that ended long ago.
   */
  sweep(): Promise<Erased>
  /** Sweeps soon and then every `intervalMs` (default one hour). */
  start(intervalMs?: number): void
  stop(): Promise<void>
}

/** What one client has of a person. */
export interface PersonRecords {
  clientId: string
  dialect: string
  checkIds: string[]
  /** Enrolled faces, those on a list among them. */
  entryIds: string[]
}

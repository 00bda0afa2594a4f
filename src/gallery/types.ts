/**
 * The words of this folder.
 *
 * template: 128 float32 values of unit length that stand for one face.
 * gallery: the templates a client (application) has enrolled; probe: the template searched for.
 * entry: one enrolled template with what is known about it.
 * sequence: number of a change in one client's gallery, rising in the order of the commits; it is how
 * every server knows what it has not seen yet.
 */
import type { Transaction } from 'kysely'
import type { Tables } from '../database/schema.ts'

/** `session`: enrolled by a check; `list_entry`: put on a list by hand. */
export type EntryKind = 'session' | 'list_entry'
export type EntryList = 'none' | 'block' | 'allow'

/** What a search may choose by. */
export interface EntryTraits {
  kind: EntryKind
  list: EntryList
  /** The check that enrolled it ended in approval. */
  approved: boolean
}

export interface Entry extends EntryTraits {
  id: string
  clientId: string
  /** The caller's own id of the person. */
  vendorData: string | null
  checkId: string | null
  /** A note for people. */
  label: string | null
  /** Unix milliseconds. */
  createdAt: number
}

export interface NewEntry extends Partial<EntryTraits> {
  clientId: string
  /** Unit length is enforced: any other length is scaled. @see Gallery.add */
  template: Float32Array
  vendorData?: string | null
  checkId?: string | null
  label?: string | null
}

export interface EntryFilter {
  list?: EntryList
  /** Part of the note, of the vendor data or of the check's id, in any letter case of A to Z. */
  text?: string
}

export interface Query {
  clientId: string
  /** Entries with this vendor data are left out; absent: nothing is. */
  excludeVendorData?: string
  /** Entries with this vendor data alone; absent: those with any, and with none. */
  onlyVendorData?: string
  /** Maximum number of matches; default 5. */
  limit?: number
  /** Minimum cosine; default -1. */
  minCosine?: number
  /** Which entries count; default all. Asked once per combination of traits, not per entry. */
  filter?(traits: EntryTraits): boolean
}

export interface Match extends Entry {
  /** -1..1. */
  cosine: number
}

export interface Gallery {
  /**
   * Best matches of each query, closest first, over everything committed before the call, by any server: one scan for
   * all queries, which must name the same client.
   */
  search(probe: Float32Array, queries: readonly Query[]): Promise<Match[][]>
  /**
   * Takes the client's place in line, then searches. Of two such calls at once, on any server, one waits until the
   * other has committed and then sees what it enrolled: they cannot both miss each other. Decide from the matches whom
   * to `add`, in the same transaction; what the transaction itself has enrolled is not searched. The wait ends with the
   * transaction, so keep it short; `head` (from `prepare`, same probe and queries) moves the long scan before it.
   */
  searchInLine(
    transaction: Transaction<Tables>,
    probe: Float32Array,
    queries: readonly Query[],
    head?: Prepared,
  ): Promise<Match[][]>
  /** Scans before the transaction; `searchInLine` then looks only at what has changed since. */
  prepare(probe: Float32Array, queries: readonly Query[]): Promise<Prepared>
  /** Enrols. @returns the entry's id. @throws RangeError when the template is not 128 finite numbers or is all zero */
  add(transaction: Transaction<Tables>, entry: NewEntry): Promise<string>
  /** Changes list, approval or label. @returns false when the client has no such entry */
  change(
    transaction: Transaction<Tables>,
    clientId: string,
    id: string,
    change: Partial<Pick<Entry, 'list' | 'approved' | 'label'>>,
  ): Promise<boolean>
  /** The same for every entry of one check. @returns how many */
  changeCheck(
    transaction: Transaction<Tables>,
    clientId: string,
    checkId: string,
    change: Partial<Pick<Entry, 'list' | 'approved' | 'label'>>,
  ): Promise<number>
  /** Deletes the template and everything about the entry. @returns false when the client has no such entry */
  forget(transaction: Transaction<Tables>, clientId: string, id: string): Promise<boolean>
  /**
   * Forgets the entries of these checks. With `keepListed`, entries on a list stay without their check.
   * @returns how many templates were deleted
   */
  forgetChecks(
    transaction: Transaction<Tables>,
    clientId: string,
    checkIds: readonly string[],
    options?: { keepListed?: boolean },
  ): Promise<number>
  /** Entries of one client, newest first unless asked for otherwise. */
  list(
    clientId: string,
    options?: EntryFilter & { oldestFirst?: boolean; limit?: number; offset?: number },
  ): Promise<Entry[]>
  /** How many entries of one client there are. */
  count(clientId: string, filter: EntryFilter): Promise<number>
  /** Entries of one check. */
  listCheck(clientId: string, checkId: string): Promise<Entry[]>
  /** Entries of several checks, 500 at most, oldest first. @param from a transaction sees its own changes */
  listChecks(clientId: string, checkIds: readonly string[], from?: Transaction<Tables>): Promise<Entry[]>
  find(clientId: string, id: string): Promise<Entry | null>
  /** Rewraps the keys of templates that are under a retired master key. @returns how many */
  rewrap(): Promise<number>
  /** Templates in memory, for metrics. */
  size(): number
  /** Loads every client's templates into memory ahead of the first search. */
  load(): Promise<void>
  close(): Promise<void>
}

/** What a scan found, and how much of the gallery it saw. Opaque to callers. */
export interface Prepared {
  readonly clientId: string
  readonly count: number
  readonly generation: number
  readonly hits: readonly (readonly { id: string; cosine: number }[])[]
}

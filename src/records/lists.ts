/** Blocklist and allow list: what an operator or a dialect does to them, written into the audit log. */
import type { Transaction } from 'kysely'
import { emptyLog } from '../database/erased.ts'
import type { Database, Tables } from '../database/index.ts'
import type { Entry, EntryList, Gallery, NewEntry } from '../gallery/types.ts'
import type { KeptPictures } from './submitted-pictures.ts'
import type { Audit, Evidence } from './types.ts'

/** A face that is not enrolled yet. */
export interface NewFace {
  template: Float32Array
  /** The caller's own id of the person. */
  vendorData?: string | null
  /** The picture it was found in, kept with the entry. */
  kept?: KeptPictures
}

/**
 * What goes on a list: an entry, every entry of a check, or a face that was not enrolled before.
 * `face` beside `check`: enrolled when the check has no entry.
 */
export type ListTarget = { entry: string } | { check: string; face?: NewFace | null } | { face: NewFace }

export interface ListOptions {
  /** A client's id, or `operator`. */
  actor: string
  /** A note for people; absent: that of an entry stays. */
  label?: string | null
  /** Runs with the change, to store what must not be lost apart from it; not when there is nothing to list. */
  inSameTransaction?(transaction: Transaction<Tables>): Promise<void>
}

export interface Lists {
  /**
   * Puts a face on the blocklist or allow list, or takes it off with `none`, which forgets what was enrolled for a list
   * alone. @returns the ids of the entries; none when the client has no such entry
   */
  put(clientId: string, target: ListTarget, list: EntryList, options: ListOptions): Promise<string[]>
  /** Deletes templates for good, with the pictures that were kept of entries alone. @returns the ids they had */
  forget(clientId: string, target: { entry: string } | { check: string }, actor: string): Promise<string[]>
}

export function createLists(parts: {
  database: Database
  gallery: Gallery
  evidence: Evidence
  audit: Audit
}): Lists {
  const { database, gallery, evidence, audit } = parts

  async function entriesOf(clientId: string, target: ListTarget): Promise<Entry[]> {
    if ('check' in target) return gallery.listCheck(clientId, target.check)
    const entry = 'entry' in target ? await gallery.find(clientId, target.entry) : null
    return entry ? [entry] : []
  }

  /** Enrols a face for a list alone. */
  async function enrol(
    transaction: Transaction<Tables>,
    { kept, ...face }: NewFace,
    entry: Pick<NewEntry, 'list' | 'checkId' | 'label'> & { clientId: string },
  ): Promise<string> {
    const id = await gallery.add(transaction, { ...entry, ...face, kind: 'list_entry', approved: false })
    await kept?.insert(transaction, id)
    return id
  }

  /** Deletes entries inside a transaction; what is left of them is removed by the function returned. */
  async function forgetIn(transaction: Transaction<Tables>, clientId: string, known: readonly Entry[]) {
    const ids: string[] = []
    for (const { id } of known) if (await gallery.forget(transaction, clientId, id)) ids.push(id)
    const { removeFiles } = await evidence.erase(transaction, clientId, ids)
    const removeRest = async () => {
      await removeFiles()
      if (ids.length > 0) await emptyLog(database)
    }
    return { ids, removeRest }
  }

  return {
    async put(clientId, target, list, { actor, label, inSameTransaction }) {
      const known = await entriesOf(clientId, target)
      if ('entry' in target && known.length === 0) return []
      const forLists = list === 'none' ? known.filter(({ kind }) => kind === 'list_entry') : []
      const change = label == null ? { list } : { list, label }
      const { ids, removeRest } = await database.transaction().execute(async (transaction) => {
        const { ids, removeRest } = await forgetIn(transaction, clientId, forLists)
        let changed = 0
        if ('check' in target)
          changed = await gallery.changeCheck(transaction, clientId, target.check, change)
        else if ('entry' in target && (await gallery.change(transaction, clientId, target.entry, change)))
          changed = 1
        const face = 'face' in target && changed === 0 && list !== 'none' ? target.face : null
        if (face) {
          const checkId = 'check' in target ? target.check : null
          ids.push(await enrol(transaction, face, { clientId, checkId, list, label: label ?? null }))
        }
        const isDone = changed + ids.length > 0
        if (isDone || list === 'none') await inSameTransaction?.(transaction)
        if (isDone) {
          const subject =
            'check' in target ? target.check : 'entry' in target ? target.entry : (ids[0] ?? null)
          await audit.append(transaction, { actor, clientId, ...wordOf(list), subject })
        }
        return { ids, removeRest }
      })
      await removeRest()
      return [...new Set([...ids, ...(await entriesOf(clientId, target)).map(({ id }) => id)])]
    },

    async forget(clientId, target, actor) {
      const known = await entriesOf(clientId, target)
      const { ids, removeRest } = await database.transaction().execute(async (transaction) => {
        const forgotten = await forgetIn(transaction, clientId, known)
        for (const id of forgotten.ids) {
          await audit.append(transaction, { actor, clientId, action: 'face.forgotten', subject: id })
        }
        return forgotten
      })
      await removeRest()
      return ids
    },
  }
}

/** How the audit log says that a face went on a list, or off with `none`. */
function wordOf(list: EntryList) {
  return list === 'none' ? { action: 'face.unlisted' } : { action: 'face.listed', details: { list } }
}

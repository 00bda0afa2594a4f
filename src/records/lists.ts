/** Blocklist and allow list: what an operator or a dialect does to them, written into the audit log. */
import { emptyLog } from '../database/erased.ts'
import type { Database } from '../database/index.ts'
import type { EntryList, Gallery } from '../gallery/types.ts'
import type { Audit, AuditEntry, Evidence } from './types.ts'

/** What goes on a list: an entry, every entry of a check, or a face that was not enrolled before. */
export type ListTarget = { entry: string } | { check: string } | { template: Float32Array; label?: string }

export interface Lists {
  /**
   * Puts entries on the blocklist or allow list, or takes them off with `none`. A template becomes a new
   * entry of kind `list_entry`. @returns the ids of the entries; none when the client has no such entry
   */
  put(clientId: string, target: ListTarget, list: EntryList, actor: string): Promise<string[]>
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

  async function idsOf(clientId: string, target: { entry: string } | { check: string }): Promise<string[]> {
    if ('entry' in target) return (await gallery.find(clientId, target.entry)) ? [target.entry] : []
    return (await gallery.listCheck(clientId, target.check)).map(({ id }) => id)
  }

  return {
    async put(clientId, target, list, actor) {
      const known = 'template' in target ? [] : await idsOf(clientId, target)
      return database.transaction().execute(async (transaction) => {
        const ids: string[] = []
        if ('template' in target) {
          const { template, label = null } = target
          const entry = { clientId, template, label, list, kind: 'list_entry' as const, approved: false }
          ids.push(await gallery.add(transaction, entry))
        }
        for (const id of known) if (await gallery.change(transaction, clientId, id, { list })) ids.push(id)
        for (const id of ids) {
          await audit.append(transaction, { actor, clientId, ...listed(list), subject: id })
        }
        return ids
      })
    },

    async forget(clientId, target, actor) {
      const known = await idsOf(clientId, target)
      const { ids, removeFiles } = await database.transaction().execute(async (transaction) => {
        const ids: string[] = []
        for (const id of known) if (await gallery.forget(transaction, clientId, id)) ids.push(id)
        const { removeFiles } = await evidence.erase(transaction, clientId, ids)
        for (const id of ids) {
          await audit.append(transaction, { actor, clientId, action: 'face.forgotten', subject: id })
        }
        return { ids, removeFiles }
      })
      await removeFiles()
      if (ids.length > 0) await emptyLog(database)
      return ids
    },
  }
}

/** How the audit log says that a face went on a list, or off with `none`. */
export function listed(list: EntryList): Pick<AuditEntry, 'action' | 'details'> {
  return list === 'none' ? { action: 'face.unlisted' } : { action: 'face.listed', details: { list } }
}

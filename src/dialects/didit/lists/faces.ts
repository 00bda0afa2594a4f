/** Putting faces on the blocklist or allow list, and taking them off. */
import type { ServerResponse } from 'node:http'
import type { Client } from '../../../access/clients.ts'
import type { EntryFilter, EntryList } from '../../../gallery/types.ts'
import { createLists } from '../../../records/lists.ts'
import type { Services } from '../../dialect.ts'
import { DiditError } from '../errors.ts'
import type { Page } from '../paging.ts'
import { changeSession, findSessions, type Session } from '../sessions/records.ts'

/** Which entries of a list, and in which order: newest first unless asked for otherwise. */
export type Selection = Pick<EntryFilter, 'text'> & { oldestFirst?: boolean }

/** Part of a list with the sessions that its faces came from and how long the whole list is. */
export async function pageOfFaces(
  { database, gallery }: Services,
  client: Client,
  list: EntryList,
  page: Page,
  { text, oldestFirst }: Selection = {},
) {
  const filter = { list, ...(text ? { text } : {}) }
  const entries = await gallery.list(client.id, { ...filter, oldestFirst: oldestFirst ?? false, ...page })
  const ids = entries.flatMap(({ checkId }) => checkId ?? [])
  const sessions = await findSessions(database, client.id, ids)
  return {
    count: await gallery.count(client.id, filter),
    faces: entries.map((entry) => ({ entry, session: sessions.get(entry.checkId ?? '') })),
  }
}

/**
 * Puts the face of a session on a list, or with `none` takes it off. A session whose face was not
 * enrolled (a match, an age) has it enrolled now, from its kept picture.
 * @param response the answer that waits for it; the picture takes its place among the others until that is closed
 * @returns the ids of the session's entries
 * @throws DiditError when the session has no face; EngineError when there is no room for one more picture
 */
export async function listSessionFace(
  services: Services,
  response: ServerResponse,
  client: Client,
  session: Session,
  list: EntryList,
  label: string | null = null,
): Promise<string[]> {
  const template = list === 'none' ? null : await templateOf(services, response, client, session)
  const face = template && { template, vendorData: session.vendorData }
  const ids = await createLists(services).put(client.id, { check: session.id, face }, list, {
    actor: client.id,
    label,
    inSameTransaction: async (transaction) => {
      await changeSession(transaction, session, { blocklistedAt: list === 'block' ? Date.now() : null })
    },
  })
  if (ids.length === 0 && list !== 'none') throw new DiditError('noSessionFace')
  return ids
}

/** Null when the face is enrolled already, no picture was kept, or it shows no face. */
async function templateOf(
  { admission, evidence, engine, gallery }: Services,
  response: ServerResponse,
  client: Client,
  session: Session,
): Promise<Float32Array | null> {
  if ((await gallery.listCheck(client.id, session.id)).length > 0) return null
  const id = session.pictures.user_image
  const picture = id ? await evidence.read(client.id, id) : null
  if (!picture) return null
  await admission.enter(response, client.id)
  const report = await engine.analyse(picture.bytes, {
    want: { template: true, traits: false, liveness: false },
  })
  return report.subject?.template ?? null
}

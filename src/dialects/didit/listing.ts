/** Putting faces on the blocklist or allow list, and taking them off. */
import type { ServerResponse } from 'node:http'
import type { Client } from '../../access/clients.ts'
import { emptyLog } from '../../database/erased.ts'
import type { Entry, EntryList } from '../../gallery/types.ts'
import { listed } from '../../records/lists.ts'
import type { Services } from '../dialect.ts'
import { DiditError } from './errors.ts'
import { changeSession, type Session } from './store.ts'

/** Entries read at a time; a list longer than that is read in parts. */
const batch = 1000

/** Every entry of a list, newest first. */
export async function entriesOf({ gallery }: Services, client: Client, list: EntryList): Promise<Entry[]> {
  const entries: Entry[] = []
  for (;;) {
    const part = await gallery.list(client.id, { list, limit: batch, offset: entries.length })
    entries.push(...part)
    if (part.length < batch) return entries
  }
}

/**
 * Puts the face of a session on a list, or with `none` takes it off. A session whose face was not
 * enrolled (a match, an age) has it enrolled now, from its kept picture.
 * @param response the answer that waits for it; the picture takes its place among the others until that is closed
 * @throws DiditError when the session has no face; EngineError when there is no room for one more picture
 */
export async function listSessionFace(
  services: Services,
  response: ServerResponse,
  client: Client,
  session: Session,
  list: EntryList,
  label: string | null = null,
): Promise<void> {
  const { gallery, audit, database } = services
  const change = label === null ? { list } : { list, label }
  const template = list === 'none' ? null : await templateOf(services, response, client, session)
  // What was enrolled for a list alone goes with it.
  const forLists = list === 'none' ? await enrolledForLists(services, client, session) : []
  await database.transaction().execute(async (transaction) => {
    for (const { id } of forLists) await gallery.forget(transaction, client.id, id)
    const count = await gallery.changeCheck(transaction, client.id, session.id, change)
    if (count === 0 && list !== 'none') {
      if (!template) throw new DiditError('noSessionFace')
      await gallery.add(transaction, {
        clientId: client.id,
        template,
        kind: 'list_entry',
        list,
        label,
        checkId: session.id,
        vendorData: session.vendorData,
      })
    }
    await changeSession(transaction, session, { blocklistedAt: list === 'block' ? Date.now() : null })
    await audit.append(transaction, {
      actor: client.id,
      clientId: client.id,
      ...listed(list),
      subject: session.id,
    })
  })
  if (forLists.length > 0) await emptyLog(database)
}

async function enrolledForLists(services: Services, client: Client, { id }: Session): Promise<Entry[]> {
  const entries = [
    ...(await entriesOf(services, client, 'block')),
    ...(await entriesOf(services, client, 'allow')),
  ]
  return entries.filter(({ checkId, kind }) => checkId === id && kind === 'list_entry')
}

/** Null when no picture was kept or it shows no face. */
async function templateOf(
  { admission, evidence, engine }: Services,
  response: ServerResponse,
  client: Client,
  session: Session,
): Promise<Float32Array | null> {
  // A session that enrolled its face needs no picture; whether it did is known inside the transaction.
  if (session.service === 'PASSIVE_LIVENESS') return null
  const id = session.pictures.user_image
  const picture = id ? await evidence.read(client.id, id) : null
  if (!picture) return null
  await admission.enter(response, client.id)
  const report = await engine.analyse(picture.bytes, {
    want: { template: true, traits: false, liveness: false },
  })
  return report.subject?.template ?? null
}

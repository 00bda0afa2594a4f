/**
 * What was erased is gone from the disk when the answer comes. Database, log and files are real; the engine is a stub,
 * so no claim is made here about the memory of a worker.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyLog } from '../src/database/erased.ts'
import { openConnection } from '../src/database/sqlite.ts'
import { enter } from './support/console.ts'
import { type DiditCaller, diditCaller, selfie, templateOf } from './support/didit.ts'
import { portrait } from './support/pictures.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let server: TestServer
let caller: DiditCaller
let picture: Buffer
let people = 0
beforeAll(async () => {
  picture = await portrait('personA')
  server = await startTestServer({
    engine: stubEngine({ analyse: () => selfie({ template: templateOf(people++ % 127) }) }),
  })
  caller = await diditCaller(server, { settings: { ratePerMinute: 1_000_000 } })
  await caller.send('POST', '/v3/webhook/destinations/', {
    label: 'nobody hears',
    url: 'https://receiver.invalid/',
    subscribed_events: ['status.updated'],
  })
})
afterAll(() => server.stop())

const save = async (vendorData: string, metadata: object) => {
  const { body } = await caller.post('/v3/passive-liveness/', {
    user_image: picture,
    vendor_data: vendorData,
    metadata: JSON.stringify(metadata),
  })
  return body.request_id as string
}

/** Names of the files of the data folder in which `text` stands. */
function filesWith(text: string): string[] {
  return readdirSync(server.dataDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text))
    .map((file) => file.slice(server.dataDirectory.length + 1))
}

/** What stands in the database about a session and nowhere else. */
async function tracesOf(id: string): Promise<Record<string, string>> {
  const { database } = server
  const key = await database.selectFrom('evidence').select('wrapped_key').where('check_id', '=', id).execute()
  const face = await database.selectFrom('gallery_entries').selectAll().where('check_id', '=', id).execute()
  expect([key.length, face.length]).toEqual([1, 1])
  return { 'picture key': key[0]!.wrapped_key, template: face[0]!.template! }
}

describe('an erased session', () => {
  it('is in no file of the data folder when 204 comes, whatever lies around it', async () => {
    const before = []
    for (let i = 0; i < 30; i++) before.push(await save(`somebody-${i}`, { note: `note ${i}` }))
    const id = await save('ERASED-vendor-data', { note: 'ERASED-metadata' })
    for (let i = 0; i < 30; i++) before.push(await save(`somebody-else-${i}`, { note: `note ${i}` }))
    // Erased rows between others move pages about.
    for (const other of before.slice(20, 28)) await caller.send('DELETE', `/v3/session/${other}/delete/`)
    const texts = {
      'vendor data': 'ERASED-vendor-data',
      metadata: 'ERASED-metadata',
      ...(await tracesOf(id)),
    }
    for (const [name, text] of Object.entries(texts)) expect(filesWith(text), name).not.toEqual([])
    expect((await caller.send('DELETE', `/v3/session/${id}/delete/`)).status).toBe(204)
    for (const [name, text] of Object.entries(texts)) expect(filesWith(text), name).toEqual([])
  })

  it('is gone too when many are erased at once', async () => {
    const ids = []
    for (let i = 0; i < 5; i++) ids.push(await save(`MANY-${i}`, {}))
    expect(filesWith('MANY-')).not.toEqual([])
    expect((await caller.send('POST', '/v3/sessions/delete/', { delete_all: true })).status).toBe(204)
    expect(filesWith('MANY-')).toEqual([])
  })

  it('waits for another process that reads the database, and is gone when that is done', async () => {
    const id = await save('READ-meanwhile', {})
    const reader = openConnection(join(server.dataDirectory, 'liveface.db'))
    reader.exec('begin')
    reader.prepare('select count(*) from checks').get()
    setTimeout(() => reader.close(), 300)
    expect((await caller.send('DELETE', `/v3/session/${id}/delete/`)).status).toBe(204)
    expect(filesWith('READ-meanwhile')).toEqual([])
  })

  it('is reported, and goes with the next sweep, when a reader does not end', async () => {
    await save('LONG-read', {})
    const reader = openConnection(join(server.dataDirectory, 'liveface.db'))
    reader.exec('begin')
    reader.prepare('select count(*) from checks').get()
    expect(await emptyLog(server.database, 100)).toBe(false)
    // Calls go on meanwhile.
    await save('meanwhile', {})
    reader.close()
    await server.services.retention.sweep()
    expect(await emptyLog(server.database, 100)).toBe(true)
  })
})

describe('somebody whom others were found to look like', () => {
  /** One face, three people: the first is named in the answers to the others, in their reports and in their webhooks. */
  async function threeAlike(name: string): Promise<{ erased: string; others: string[] }> {
    const face = people + 3
    const alike = async (path: string, vendorData: string) => {
      people = face
      const fields = { user_image: picture, vendor_data: vendorData }
      return (await caller.post(path, fields)).body.request_id as string
    }
    const erased = await alike('/v3/passive-liveness/', name)
    const others = [
      await alike('/v3/passive-liveness/', 'other'),
      await alike('/v3/face-search/', 'searcher'),
    ]
    return { erased, others }
  }

  /** Where others' records name the session, by table. */
  async function mentions(id: string): Promise<Record<string, number>> {
    const { database } = server
    const [checks, reports, events] = await Promise.all([
      database.selectFrom('checks').select('result as text').where('id', '!=', id).execute(),
      database.selectFrom('didit_sessions').select('report as text').where('id', '!=', id).execute(),
      database.selectFrom('webhook_events').select('payload as text').where('subject_id', '!=', id).execute(),
    ])
    const count = (rows: { text: string | null }[]) => rows.filter(({ text }) => text?.includes(id)).length
    return { checks: count(checks), reports: count(reports), events: count(events) }
  }

  const ways: Record<string, (id: string, name: string) => Promise<unknown>> = {
    "the vendor's call": (id) => caller.send('DELETE', `/v3/session/${id}/delete/`),
    'the console': async (_id, name) => {
      const administrator = await enter(server, 'administrator')
      await administrator.confirm()
      const asked = { client: caller.id, subject: name }
      expect((await administrator.ask('POST', '/people/erase', asked)).status).toBe(200)
    },
  }
  it.each(Object.entries(ways))('is gone from what is kept of those: %s', async (_way, erase) => {
    const name = `ALIKE-${people}`
    const { erased, others } = await threeAlike(name)
    expect(await mentions(erased)).toEqual({ checks: 2, reports: 2, events: 2 })
    const portraits = await server.database
      .selectFrom('evidence')
      .select('id')
      .where('check_id', '=', erased)
      .execute()
    expect(filesWith(name)).not.toEqual([])
    await erase(erased, name)
    expect(await mentions(erased)).toEqual({ checks: 0, reports: 0, events: 0 })
    expect(filesWith(name)).toEqual([])
    for (const { id } of portraits) expect(filesWith(id)).toEqual([])
    for (const id of others) {
      const { status, body } = await caller.send('GET', `/v3/session/${id}/decision/`)
      expect(status).toBe(200)
      const [liveness] = body.liveness_checks
      const gone = { session_id: null, session_number: null, vendor_data: null, match_image_url: null }
      const still = { ...gone, similarity_percentage: expect.any(Number) }
      expect(liveness.matches).toContainEqual(expect.objectContaining(still))
    }
  })
})

describe('a face taken off a list', () => {
  it('is in no file when 204 comes', async () => {
    const { body: lists } = await caller.send('GET', '/v3/lists/')
    const list = lists.results?.[0]?.uuid ?? lists[0]?.uuid
    const { body: entry } = await caller.send('POST', `/v3/lists/${list}/entries/face-upload/`, {
      image: picture.toString('base64'),
      comment: 'ERASED-comment',
    })
    const row = await server.database
      .selectFrom('gallery_entries')
      .select('template')
      .where('id', '=', entry.uuid)
      .executeTakeFirstOrThrow()
    expect(filesWith(row.template!)).not.toEqual([])
    expect((await caller.send('DELETE', `/v3/lists/${list}/entries/${entry.uuid}/`)).status).toBe(204)
    expect(filesWith(row.template!)).toEqual([])
    expect(filesWith('ERASED-comment')).toEqual([])
  })
})

/** What LIVEFACE_EVIDENCE keeps, in every dialect. The engine is a stub, which hides measuring; copies and files are real. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulator } from '../src/dialects/cashfree/client-switches.ts'
import { actedPhoto, analyseAct, greyJpeg } from './support/acted-photo.ts'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { form } from './support/form.ts'
import { stubEngine } from './support/stub-engine.ts'

let calls: EveryDialect

/** One server for the tests of a value of the setting. */
function withEvidence(value?: string): void {
  beforeAll(async () => {
    calls = await startEveryDialect({
      engine: stubEngine({ analyse: analyseAct }),
      settings: value === undefined ? {} : { LIVEFACE_EVIDENCE: value },
    })
  })
  afterAll(() => calls.stop())
}

async function keptRows() {
  const { database } = calls.server
  const rows = await database.selectFrom('evidence').selectAll().orderBy('created_at').execute()
  const clients = await database.selectFrom('clients').select(['id', 'dialect']).execute()
  const dialectOf = new Map(clients.map(({ id, dialect }) => [id, dialect]))
  return rows.map((row) => ({ ...row, dialect: dialectOf.get(row.client_id) }))
}

const files = () =>
  readdirSync(calls.server.dataDirectory, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter(
    (file) => file.isFile() && file.parentPath.includes('evidence'),
  )

const post = (path: string, headers: Record<string, string>, body: FormData | object) =>
  fetch(calls.server.url + path, {
    method: 'POST',
    headers: { ...headers, ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
    body: body instanceof FormData ? body : JSON.stringify(body),
  })

describe('with LIVEFACE_EVIDENCE=true', () => {
  withEvidence('true')

  it.each(dialectNames)('a picture of %s is kept until its check is erased', async (name) => {
    const { status } = await calls[name]('somebody', { picture: actedPhoto() })
    expect(status).toBeLessThan(300)
    const [row, ...more] = await keptRows()
    expect(more).toEqual([])
    expect(row).toMatchObject({ dialect: name, media_type: 'image/jpeg' })
    const { evidence, retention } = calls.server.services
    // Without the comment, as everything that stands beside the pixels.
    expect((await evidence.read(row!.client_id, row!.id))?.bytes).toEqual(greyJpeg)
    const [file, ...others] = files()
    expect(others).toEqual([])
    expect(readFileSync(join(file!.parentPath, file!.name)).includes(greyJpeg)).toBe(false)
    await retention.erase(row!.client_id, [row!.check_id], { actor: 'operator' })
    expect(await keptRows()).toEqual([])
    expect(files()).toEqual([])
  })

  it('nothing is kept of calls that fail, that ask for it, or whose answer is scripted', async () => {
    const broken = actedPhoto({ broken: true })
    expect((await calls.cashfree('broken', { picture: broken })).status).toBe(400)
    expect((await calls.didit('broken', { picture: broken })).status).toBe(400)
    expect((await calls.verifyhq('broken', { picture: broken })).status).toBe(422)
    const { body } = await calls.indiconnect('', { picture: broken })
    expect(body.data.verify.result.status_code).toBe(103)
    const forgotten = form({ user_image: actedPhoto(), save_api_request: 'false' })
    expect((await post('/v3/passive-liveness/', calls.headers.didit, forgotten)).status).toBe(200)
    const scripted = await calls.server.client('cashfree', { settings: simulator.set(true) })
    const { status } = await calls.cashfree('2222-x', { headers: scripted.headers, picture: actedPhoto() })
    expect(status).toBe(200)
    expect(await keptRows()).toEqual([])
    expect(files()).toEqual([])
  })

  it('pictures have the names of the fields that they were sent in', async () => {
    const picture = actedPhoto()
    const match = form({ verification_id: 'match', first_image: picture, second_image: picture })
    await post('/verification/face-match', calls.headers.cashfree, match)
    await post('/v3/face-match/', calls.headers.didit, form({ user_image: picture, ref_image: picture }))
    await calls.indiconnect('', { picture })
    const roles = (await keptRows()).map(({ dialect, role }) => `${dialect} ${role}`)
    expect(roles.sort()).toEqual([
      ...['cashfree first_image', 'cashfree second_image', 'didit ref_image', 'didit user_image'],
      'indiconnect url',
    ])
  })

  it('a sweep takes the pictures of every dialect with their checks', async () => {
    for (const name of dialectNames) await calls[name]('somebody', { picture: actedPhoto() })
    const { clients, retention } = calls.server.services
    for (const { id } of await clients.list()) await clients.update(id, { retentionMonths: 1 })
    const old = Date.now() - 40 * 24 * 60 * 60_000
    await calls.server.database.updateTable('checks').set({ created_at: old }).execute()
    expect(new Set((await keptRows()).map(({ dialect }) => dialect))).toEqual(new Set(dialectNames))
    await retention.sweep()
    expect(await keptRows()).toEqual([])
    expect(files()).toEqual([])
  })
})

describe('without a setting', () => {
  withEvidence()

  it('pictures are kept where answers must link to them, as those of Didit do', async () => {
    for (const name of dialectNames) await calls[name]('somebody', { picture: actedPhoto() })
    expect((await keptRows()).map(({ dialect }) => dialect)).toEqual(['didit'])
  })
})

describe('with LIVEFACE_EVIDENCE=false', () => {
  withEvidence('false')

  it.each(dialectNames)('no picture of %s is kept', async (name) => {
    expect((await calls[name]('somebody', { picture: actedPhoto() })).status).toBeLessThan(300)
    expect(await keptRows()).toEqual([])
    expect(files()).toEqual([])
  })

  it('Didit answers null for each link, and its lists go on', async () => {
    const headers = calls.headers.didit
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    const get = async (path: string): Promise<any> =>
      (await fetch(calls.server.url + path, { headers })).json()
    const { body } = await calls.didit('somebody', { picture: actedPhoto() })
    const decision = await get(`/v3/session/${body.request_id}/decision/`)
    expect(decision.liveness_checks[0].reference_image).toBeNull()
    expect((await get('/v3/sessions/')).results[0].portrait_image).toBeNull()
    const [list] = (await get('/v3/lists/')).results
    const image = actedPhoto({ person: 2 }).toString('base64')
    const uploaded = await post(`/v3/lists/${list.uuid}/entries/face-upload/`, headers, { image })
    expect(uploaded.status).toBe(201)
    expect(((await uploaded.json()) as { metadata: object }).metadata).toEqual({ reference_image_url: null })
    const blocked = await post('/v3/blocklist/add/', headers, {
      session_id: body.request_id,
      blocklist_face: true,
    })
    expect(blocked.status).toBeLessThan(300)
    expect(files()).toEqual([])
  })
})

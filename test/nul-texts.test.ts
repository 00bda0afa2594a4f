/** Texts with the character U+0000, which PostgreSQL refuses, on the real PostgreSQL. A stub engine hides the nets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabases } from './support/databases.ts'
import { jpeg } from './support/didit.ts'
import { form } from './support/form.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const nul = 'a\0b'
const cursor = Buffer.from(nul).toString('base64url')
const hook = { url: 'https://example.com/hook', events: ['check.completed'] }

type Row = [method: string, path: string, body: FormData | object | null, status: number, field?: string]
/** Every place of the native API where a caller's own text comes in. */
const rows: Row[] = [
  ['GET', '/checks/a%00b', null, 404],
  ['GET', '/people/a%00b', null, 404],
  ['DELETE', '/people/a%00b', null, 404],
  ['GET', '/sessions/a%00b', null, 404],
  ['GET', '/checks?person=a%00b', null, 422, 'person'],
  ['GET', '/checks?a%00b=1', null, 422, 'ab'],
  ['GET', `/people?cursor=${cursor}`, null, 422, 'cursor'],
  ['PATCH', '/people/x', { note: nul, list: 'block' }, 422, 'note'],
  ['PATCH', '/people/x', { consent: nul }, 422, 'consent'],
  ['POST', '/sessions', { person: nul }, 422, 'person'],
  ['POST', '/webhooks', { ...hook, url: `https://example.com/${nul}` }, 422, 'url'],
  ['POST', '/webhooks', { ...hook, events: [nul] }, 422, 'events.0'],
  ['POST', '/liveness', { picture: jpeg.toString('base64'), person: nul }, 422, 'person'],
  ['POST', '/liveness', { picture: jpeg.toString('base64'), callback_url: nul }, 422, 'callback_url'],
  ['POST', '/liveness', form({ picture: jpeg, person: nul }), 422, 'person'],
  ['POST', '/people', form({ picture: jpeg, person: nul }), 422, 'person'],
  ['POST', '/people', form({ picture: jpeg, person: 'x', consent: nul }), 422, 'consent'],
]

const postgres = (await testDatabases()).find(({ name }) => name === 'PostgreSQL')!
describe.skipIf(postgres.unavailable)('a text with U+0000 on PostgreSQL', () => {
  let server: TestServer
  let headers: Record<string, string>
  beforeAll(async () => {
    const location = await postgres.location()
    const settings = 'url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}
    server = await startTestServer({ engine: stubEngine(), settings })
    ;({ headers } = await server.client('liveface'))
  })
  afterAll(() => server.stop())

  it.each(rows)('is refused: %s %s %j', async (method, path, body, status, field) => {
    const isForm = body instanceof FormData
    const type: Record<string, string> = body && !isForm ? { 'content-type': 'application/json' } : {}
    const sent = body && { body: isForm ? body : JSON.stringify(body) }
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { ...headers, ...type },
      ...sent,
    })
    const answer = (await response.json()) as { code: string; errors?: { field: string }[] }
    expect({ status: response.status, fields: answer.errors?.map(({ field }) => field) }).toEqual({
      status,
      fields: field && [field],
    })
  })
})

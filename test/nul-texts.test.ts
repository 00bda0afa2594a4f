/** Texts with the character U+0000, which PostgreSQL refuses, on the real PostgreSQL. A stub engine hides the nets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DialectName } from '../src/dialects/index.ts'
import { makeUser, post, signIn } from './support/console.ts'
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
const nativeRows: Row[] = [
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

/** A destination of the Didit dialect. */
const destination = {
  label: 'x',
  url: 'https://example.com/',
  subscribed_events: ['status.updated'],
  webhook_version: 'v3',
}
const liveness = '/verifications/liveness'
const verify = (input: string) => ({ query: `mutation { verify(input: { ${input} }) { ok } }` })
const address = 'url: "http://127.0.0.1/"'

type VendorRow = [method: string, path: string, body: FormData | object | null, status: number]
const vendorRows: Record<Exclude<DialectName, 'liveface'>, VendorRow[]> = {
  cashfree: [
    ['POST', '/verification/face-liveness', form({ image: jpeg, verification_id: nul }), 400],
    ['GET', '/verification/a%00b', null, 404],
  ],
  didit: [
    ['POST', '/v3/passive-liveness/', form({ user_image: jpeg, vendor_data: nul }), 400],
    // Kept as the JSON that it is.
    ['POST', '/v3/passive-liveness/', form({ user_image: jpeg, metadata: '{"a":"b\\u0000"}' }), 200],
    ['GET', '/v3/sessions/?vendor_data=a%00b', null, 400],
    ['GET', '/v3/sessions/?search=a%00b', null, 400],
    ['GET', '/v3/sessions/?status=a%00b', null, 400],
    ['GET', '/v3/blocklist/?item_type=a%00b', null, 400],
    ['GET', '/v3/session/a%00b/decision/', null, 404],
    ['GET', '/v3/sessions/a%00b/reviews/', null, 404],
    ['GET', '/v3/lists/a%00b/', null, 404],
    ['GET', '/v3/webhook/destinations/a%00b/', null, 404],
    ['PATCH', '/v3/webhook/destinations/a%00b/', {}, 404],
    ['DELETE', '/v3/webhook/destinations/a%00b/', null, 404],
    ['POST', '/v3/webhook/destinations/', { ...destination, label: nul }, 400],
    ['POST', '/v3/webhook/destinations/', { ...destination, url: `https://example.com/${nul}` }, 400],
    ['POST', '/v3/webhook/destinations/', { ...destination, subscribed_events: [nul] }, 400],
    ['PATCH', '/v3/webhook/', { webhook_url: `https://example.com/${nul}` }, 400],
  ],
  indiconnect: [
    ['POST', '/idverifygr/verification', { query: '{ a\0 }' }, 400],
    ['POST', '/idverifygr/verification', { ...verify(address), operationName: nul }, 400],
    // What comes of a document is never an error of HTTP.
    ['POST', '/idverifygr/verification', verify(`documentType: "a\\u0000b" ${address}`), 200],
    [
      'POST',
      '/idverifygr/verification',
      verify(`documentType: "Face Liveness Passive" url: "a\\u0000b"`),
      200,
    ],
  ],
  verifyhq: [
    ['POST', `${liveness}/session`, { userId: nul }, 422],
    ['POST', `${liveness}/capture-link`, { sessionToken: nul }, 422],
    ['POST', `${liveness}/challenge`, form({ sessionToken: nul, challengeId: 'x', photo: jpeg }), 422],
    ['POST', `${liveness}/challenge`, form({ sessionToken: 'x', challengeId: nul, photo: jpeg }), 422],
    ['POST', `${liveness}/reference-selfie`, form({ sessionToken: nul, selfie: jpeg }), 422],
    ['GET', `${liveness}/user/a%00b`, null, 404],
    ['GET', '/verifications/identity/user/a%00b', null, 404],
    ['GET', '/verifications/identity/a%00b', null, 404],
    ['POST', '/webhooks/configure', { clientId: nul, callbackUrl: 'x', events: [] }, 422],
    ['POST', '/webhooks/configure', { clientId: 'x', callbackUrl: nul, events: [] }, 422],
    ['GET', '/webhooks/client/a%00b', null, 404],
    ['DELETE', '/webhooks/a%00b', null, 404],
    ['POST', '/admin/api-clients', { name: nul }, 422],
  ],
}
const adminSecret = 'a secret of an administrator, long enough'

const postgres = (await testDatabases()).find(({ name }) => name === 'PostgreSQL')!
describe.skipIf(postgres.unavailable)('a text with U+0000 on PostgreSQL', () => {
  let server: TestServer
  const headers: Record<string, Record<string, string>> = {}
  beforeAll(async () => {
    const location = await postgres.location()
    server = await startTestServer({
      engine: stubEngine(),
      settings: {
        LIVEFACE_ADMIN_SECRET: adminSecret,
        ...('url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}),
      },
    })
    for (const name of ['liveface', ...Object.keys(vendorRows)]) {
      headers[name] = { ...(await server.client(name)).headers, 'x-admin-secret': adminSecret }
    }
  })
  afterAll(() => server.stop())

  function send(dialect: string, method: string, path: string, body: FormData | object | null) {
    const isForm = body instanceof FormData
    const type: Record<string, string> = body && !isForm ? { 'content-type': 'application/json' } : {}
    const sent = body && { body: isForm ? body : JSON.stringify(body) }
    return fetch(server.url + path, { method, headers: { ...headers[dialect], ...type }, ...sent })
  }

  it.each(nativeRows)('is refused: %s %s %j', async (method, path, body, status, field) => {
    const response = await send('liveface', method, `/api/v1${path}`, body)
    const answer = (await response.json()) as { code: string; errors?: { field: string }[] }
    expect({ status: response.status, fields: answer.errors?.map(({ field }) => field) }).toEqual({
      status,
      fields: field && [field],
    })
  })

  for (const [dialect, rows] of Object.entries(vendorRows)) {
    it.each(rows)(
      `is answered by ${dialect} as an error of the caller, or as a result: %s %s %j`,
      async (method, path, body, status) => {
        expect((await send(dialect, method, path, body)).status).toBe(status)
      },
    )
  }

  it('is refused at the console', async () => {
    await makeUser(server, 'administrator')
    const user = await signIn(server, 'administrator@example.org')
    expect((await post(server, '/session', { email: nul, password: 'x' })).status).toBe(400)
    const response = await user.ask('GET', '/cases?q=a%00b')
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      400,
      'q: must not have the character U+0000',
    ])
    expect((await user.ask('GET', '/cases/a%00b')).status).toBe(404)
  })
})

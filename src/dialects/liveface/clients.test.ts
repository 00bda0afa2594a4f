/** Real requests, keys, limits and records; a stub engine hides the nets. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { documentedRoutes } from '../../../test/support/documented-routes.ts'
import { drawnFace } from '../../../test/support/drawn-face.ts'
import { form } from '../../../test/support/form.ts'
import { patience } from '../../../test/support/patience.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { stubEngine } from '../../../test/support/stub-engine.ts'

let server: TestServer
/** The administrative client. */
let administrator: Awaited<ReturnType<TestServer['client']>>
let ordinary: typeof administrator
beforeAll(async () => {
  server = await startTestServer({
    engine: stubEngine(),
    // So that each test has an address of its own, whose wrong guesses count alone.
    settings: { LIVEFACE_TRUST_PROXY: 'true', LIVEFACE_RATE_PER_IP: '1000000' },
  })
  const settings = { ratePerMinute: 1_000_000 }
  administrator = await server.client('liveface', { settings: { ...settings, administrative: true } })
  ordinary = await server.client('liveface', { name: 'ordinary', settings })
})
afterAll(() => server.stop())

/** @param from the caller's address */
function callerAt(from: string) {
  return async (method: string, path: string, body?: object, sent: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        ...administrator.headers,
        'x-forwarded-for': from,
        ...(body && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}),
        ...sent,
      },
      ...(body ? { body: body instanceof FormData ? body : JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as any }
  }
}
const call = callerAt('192.0.2.1')
const actsOf = async (clientId: string) =>
  (await server.services.audit.list({ clientId })).reverse().map(({ actor, action }) => ({ actor, action }))

it('a client is made, given a key, limited, and loses its key', async () => {
  const made = await call('POST', '/clients', { name: 'Branch office', balance: 2, retention_months: 6 })
  expect(made).toMatchObject({
    status: 201,
    body: { name: 'Branch office', environment: 'production', requests_per_minute: null, balance: 2 },
  })
  const { id } = made.body
  const issued = await call('POST', `/clients/${id}/keys`, { name: 'server 2' })
  expect(issued).toMatchObject({ status: 201, body: { name: 'server 2', revoked_at: null } })
  const { key, ...shown } = issued.body
  expect(key).toMatch(new RegExp(`^${shown.begins_with}[0-9a-f]{32}$`))
  expect((await call('GET', `/clients/${id}/keys`)).body).toEqual({ data: [shown] })

  const bearer = { Authorization: `Bearer ${key}` }
  const check = async () => call('POST', '/liveness', form({ picture: await drawnFace() }), bearer)
  expect((await check()).status).toBe(200)
  const limited = await call('PATCH', `/clients/${id}`, { balance: 0, requests_per_minute: 100 })
  expect(limited).toMatchObject({
    status: 200,
    body: { id, balance: 0, requests_per_minute: 100, retention_months: 6 },
  })
  expect(await check()).toMatchObject({ status: 402, body: { code: 'balance_empty' } })
  expect((await call('GET', `/clients/${id}`)).body).toEqual(limited.body)

  expect((await call('DELETE', `/clients/${id}/keys/${shown.id}`)).status).toBe(204)
  expect((await check()).status).toBe(401)
  expect((await call('DELETE', `/clients/${id}/keys/${shown.id}`)).body.code).toBe('client_key_unknown')
  const { id: actor } = administrator
  expect((await actsOf(id)).filter(({ action }) => action !== 'check.decided')).toEqual([
    { actor, action: 'client.created' },
    { actor, action: 'credential.created' },
    { actor, action: 'client.changed' },
    { actor, action: 'client.changed' },
    { actor, action: 'credential.revoked' },
  ])
})

it('a repeated request makes one client and one key', async () => {
  const twice = async (path: string, body: object) => {
    const once = { 'idempotency-key': `twice ${path}`.replaceAll(/[^a-z0-9]/g, '-') }
    const [first, second] = [await call('POST', path, body, once), await call('POST', path, body, once)]
    expect(second).toEqual(first)
    return first.body
  }
  const { id } = await twice('/clients', { name: 'once' })
  const { key } = await twice(`/clients/${id}/keys`, {})
  expect(key).toMatch(/^lf_live_/)
  expect((await call('GET', `/clients/${id}/keys`)).body.data).toHaveLength(1)
})

it('the list has every client once, a page at a time, and no administrative one', async () => {
  await call('POST', '/clients', { name: 'another', environment: 'sandbox' })
  const seen: string[] = []
  for (let path: string | null = '/clients?limit=1'; path !== null; ) {
    const { body } = await call('GET', path)
    const { data, next_cursor } = body as { data: { id: string }[]; next_cursor: string | null }
    seen.push(...data.map(({ id }) => id))
    path = next_cursor && `/clients?limit=1&cursor=${next_cursor}`
  }
  const known = (await server.services.clients.list('liveface')).map(({ id }) => id)
  expect(seen.toSorted()).toEqual(known.filter((id) => id !== administrator.id).toSorted())
})

it('an administrative client is out of reach of its own keys', async () => {
  const path = `/clients/${administrator.id}`
  for (const [method, own, body] of [
    ['GET', path],
    ['PATCH', path, { balance: 1 }],
    ['GET', `${path}/keys`],
    ['POST', `${path}/keys`, {}],
    ['DELETE', `${path}/keys/${administrator.id}`],
  ] as const) {
    expect(await call(method, own, body)).toMatchObject({ status: 404, body: { code: 'client_unknown' } })
  }
  expect((await call('POST', '/clients', { name: 'x', administrative: true })).status).toBe(422)
})

it('no other key reaches one of these routes, nor an administrative key any other route', async () => {
  const routes = await documentedRoutes(server.url, 'liveface')
  const managing = routes.filter(({ path }) => path.startsWith('/api/v1/clients'))
  expect(managing).toHaveLength(7)
  const before = await server.services.clients.find(ordinary.id)
  const keys = await server.services.clients.credentials('liveface')
  for (const [index, { method, path }] of routes.entries()) {
    const isManaging = managing.some((route) => route.path === path)
    const at = path
      .replace('/api/v1', '')
      .replace('{id}', ordinary.id)
      .replace(/\{\w+\}/, keys[0]!.id)
    const body = method === 'GET' || method === 'DELETE' ? undefined : { name: 'x' }
    const own = isManaging ? ordinary.headers : administrator.headers
    const answer = await callerAt(`198.51.100.${index}`)(method, at, body, own)
    const code = isManaging ? 'key_not_administrative' : 'key_administrative'
    expect(answer, `${method} ${path}`).toMatchObject({ status: 403, body: { code } })
  }
  expect(await server.services.clients.find(ordinary.id)).toEqual(before)
  expect(await server.services.clients.credentials('liveface')).toEqual(keys)
})

it.each([
  ['wrong keys', '203.0.113.1', { Authorization: `Bearer lf_live_${'0'.repeat(48)}` }, 401],
  ['keys that may not', '203.0.113.2', null, 403],
])('an address that sends %s is refused for a while, and noted', async (_, from, headers, status) => {
  const strange = callerAt(from)
  const sent = headers ?? ordinary.headers
  // Within one minute: the next one forgets what was counted.
  await expect
    .poll(
      async () => {
        for (let attempt = 0; attempt < 10; attempt++)
          expect([status, 429]).toContain((await strange('GET', '/clients', undefined, sent)).status)
        return (await strange('GET', '/clients')).body.code
      },
      { timeout: patience.poll },
    )
    .toBe('too_many_requests')
  expect((await call('GET', '/clients')).status).toBe(200)
  const noted = (await server.services.audit.list()).filter(({ action }) => action === 'admin.refused')
  expect(noted.length).toBeGreaterThan(0)
})

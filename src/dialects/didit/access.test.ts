/** Server, keys and databases are real. A stub engine hides decoding and nets: who may call is asked, not what is seen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DiditCaller, diditCaller, jpeg } from '../../../test/support/didit.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { stubEngine } from '../../../test/support/stub-engine.ts'

const forbidden = { detail: 'You do not have permission to perform this action.' }
const credits =
  "You don't have enough credits to perform this request. Please top up at https://business.didit.me"

let server: TestServer
let newer: TestServer
let analysed = 0
let caller: DiditCaller

beforeAll(async () => {
  const engine = stubEngine()
  const counting = {
    ...engine,
    analyse: (...given: Parameters<typeof engine.analyse>) => {
      analysed++
      return engine.analyse(...given)
    },
  }
  server = await startTestServer({ engine: counting })
  newer = await startTestServer({ engine, settings: { LIVEFACE_DIDIT_STATUS_CODES: '401' } })
  caller = await diditCaller(server)
})
afterAll(async () => {
  await server.stop()
  await newer.stop()
})

const live = (from: DiditCaller, headers?: Record<string, string>) =>
  from.post('/v3/passive-liveness/', { user_image: jpeg }, headers)

describe('who may call', () => {
  it.each([
    ['passive-liveness', forbidden],
    ['face-match', forbidden],
    ['face-search', forbidden],
    ['age-estimation', forbidden],
  ])('%s without a key, with a wrong one', async (name, body) => {
    const path = `/v3/${name}/`
    const parts = { user_image: jpeg, ref_image: jpeg }
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { 'x-api-key': '' }]) {
      const answer = await caller.post(path, parts, headers as Record<string, string>)
      expect([answer.status, answer.body]).toEqual([403, body])
    }
  })

  it.each([
    ['GET', '/v3/sessions/', forbidden],
    ['POST', '/v3/sessions/delete/', forbidden],
    ['GET', '/v3/webhook/destinations/', forbidden],
    ['POST', '/v3/webhook/destinations/', forbidden],
    ['GET', '/v3/webhook/', forbidden],
    ['PATCH', '/v3/webhook/', forbidden],
    ['GET', '/v3/blocklist/', forbidden],
    ['POST', '/v3/blocklist/add/', forbidden],
    ['POST', '/v3/blocklist/remove/', forbidden],
    ['GET', '/v3/lists/', forbidden],
  ])('%s %s without a key', async (method, path, body) => {
    const answer = await caller.send(method, path, undefined, {})
    expect([answer.status, answer.body]).toEqual([403, body])
  })

  it('the key of another dialect', async () => {
    const { headers } = await server.client('verifyhq')
    const key = Object.values(headers)[0] ?? ''
    expect((await live(caller, { 'x-api-key': key })).status).toBe(403)
  })

  it('a revoked key', async () => {
    const other = await diditCaller(server)
    const [row] = (await server.services.clients.credentials('didit')).filter(
      ({ clientId }) => clientId === other.id,
    )
    await server.services.clients.revoke(row?.id ?? '')
    expect((await live(other)).body).toEqual(forbidden)
  })

  it('an address that is not on the list', async () => {
    const other = await diditCaller(server, { settings: { ipAllowList: ['203.0.113.0/24'] } })
    const answer = await live(other)
    expect([answer.status, answer.body]).toEqual([403, forbidden])
  })

  it('without credits, before the picture is looked at', async () => {
    const other = await diditCaller(server, { balance: 0 })
    const before = analysed
    const answer = await live(other)
    expect([answer.status, answer.body]).toEqual([403, { error: credits }])
    expect(analysed).toBe(before)
  })

  it('the key is asked for before the form', async () => {
    const answer = await caller.post('/v3/passive-liveness/', { a: 'b' }, {})
    expect(answer.status).toBe(403)
  })
})

describe('the newer generation of status codes', () => {
  it('401 for an invalid key, 403 for none, 402 without credits', async () => {
    const other = await diditCaller(newer, { balance: 0 })
    const wrong = await live(other, { 'x-api-key': 'wrong' })
    expect([wrong.status, wrong.body]).toEqual([401, { detail: 'Invalid API Key.' }])
    expect((await live(other, {})).status).toBe(403)
    const poor = await live(other)
    expect([poor.status, poor.body]).toEqual([402, { error: credits }])
  })
})

describe('rate limits', () => {
  it('writes share one budget, reads have another; the headers show the write budget', async () => {
    const other = await diditCaller(server, { settings: { ratePerMinute: 2 } })
    await live(other)
    await other.send('POST', '/v3/sessions/delete/', { session_numbers: ['1'] })
    const answer = await live(other)
    expect([answer.status, answer.body]).toEqual([
      429,
      { detail: 'Write request rate limit exceeded. You can make up to 2 requests per minute.' },
    ])
    const number = (name: string) => Number(answer.headers.get(name))
    expect(number('x-ratelimit-limit')).toBe(2)
    expect(number('x-ratelimit-remaining')).toBe(0)
    expect(number('x-ratelimit-reset')).toBeGreaterThan(Date.now() / 1000)
    expect(number('retry-after')).toBeGreaterThan(0)
    expect(number('retry-after')).toBeLessThanOrEqual(60)
    const read = () => other.send('GET', '/v3/sessions/')
    expect([(await read()).status, (await read()).status]).toEqual([200, 200])
    const last = await read()
    expect([last.status, last.body]).toEqual([
      429,
      { detail: 'GET request rate limit exceeded. You can make up to 2 requests per minute.' },
    ])
  })

  it('300 writes by default', async () => {
    const other = await diditCaller(server)
    const take = () => other.send('POST', '/v3/sessions/delete/', { session_numbers: ['1'] })
    const answers = await Promise.all(Array.from({ length: 301 }, take))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(300)
    expect(answers.find(({ status }) => status === 429)?.body.detail).toContain('300 requests per minute')
  })

  it('limits guesses by address', async () => {
    const limited = await startTestServer({
      engine: stubEngine(),
      settings: { LIVEFACE_RATE_PER_IP: '2' },
    })
    const other = await diditCaller(limited)
    const statuses: number[] = []
    for (let count = 0; count < 3; count++) {
      statuses.push((await live(other, { 'x-api-key': String(count) })).status)
    }
    const unknown = '/v3/session/00000000-0000-4000-8000-000000000000/decision/'
    statuses.push((await other.send('GET', unknown)).status)
    expect(statuses).toEqual([403, 403, 429, 429])
    await limited.stop()
  })
})

describe('sandbox keys', () => {
  it('are answered with the same approval every time, and nothing is kept', async () => {
    const sandbox = await diditCaller(server, { environment: 'sandbox' })
    const before = analysed
    const { status, body } = await sandbox.post('/v3/passive-liveness/', {
      user_image: jpeg,
      vendor_data: 'user-9',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      vendor_data: 'user-9',
      liveness: { status: 'Approved', score: 95, warnings: [], face_quality: 84.21, face_luminance: 50.33 },
    })
    for (const name of ['face-match', 'face-search', 'age-estimation']) {
      const other = await sandbox.post(`/v3/${name}/`, { user_image: jpeg, ref_image: jpeg })
      expect(other.body[name.replace('-', '_')].status).toBe('Approved')
      if (name === 'age-estimation') expect(other.body.age_estimation.age_estimation).toBe(30)
    }
    expect(analysed).toBe(before)
    expect((await sandbox.send('GET', '/v3/sessions/')).body.count).toBe(0)
    expect((await sandbox.send('GET', `/v3/session/${body.request_id}/decision/`)).status).toBe(404)
    const checks = await server.database
      .selectFrom('checks')
      .selectAll()
      .where('client_id', '=', sandbox.id)
      .execute()
    expect(checks).toEqual([])
  })

  it('have their fields checked', async () => {
    const sandbox = await diditCaller(server, { environment: 'sandbox' })
    const answer = await sandbox.post('/v3/passive-liveness/', { a: 'b' })
    expect([answer.status, answer.body]).toEqual([400, { user_image: ['No file was submitted.'] }])
  })

  it.each([
    ['production', 'sandbox'],
    ['sandbox', 'production'],
  ] as const)('a server for %s refuses %s keys', async (served, environment) => {
    const only = await startTestServer({ engine: stubEngine(), settings: { LIVEFACE_ENVIRONMENT: served } })
    const refused = await diditCaller(only, { environment })
    const taken = await diditCaller(only, { environment: served })
    expect((await live(refused)).status).toBe(403)
    expect((await live(taken)).status).toBe(200)
    await only.stop()
  })
})

describe('bodies and paths that are not quite right', () => {
  it.each([
    ['JSON', 'application/json', '{"user_image":"x"}'],
    ['plain text', 'text/plain', 'hello'],
    ['an url-encoded form', 'application/x-www-form-urlencoded', 'user_image=x'],
  ])('%s instead of a multipart form', async (_name, type, body) => {
    const response = await fetch(`${server.url}/v3/passive-liveness/`, {
      method: 'POST',
      headers: { ...caller.headers, 'content-type': type },
      body,
    })
    expect(response.status).toBe(415)
    expect(await response.json()).toEqual({ detail: `Unsupported media type "${type}" in request.` })
  })

  it('a multipart form that is cut off', async () => {
    const response = await fetch(`${server.url}/v3/passive-liveness/`, {
      method: 'POST',
      headers: { ...caller.headers, 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="user_image"; filename="a.jpg"\r\n\r\nhalf',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      detail: 'Multipart form parse error - Invalid boundary in multipart.',
    })
  })

  it('JSON that is broken, and JSON that is no object', async () => {
    const path = '/v3/sessions/delete/'
    const broken = await caller.send('POST', path, '{"a')
    expect([broken.status, broken.body]).toEqual([
      400,
      { detail: 'JSON parse error - the body is not valid JSON.' },
    ])
    const list = await caller.send('POST', path, '[1]')
    expect([list.status, list.body]).toEqual([400, { detail: 'Invalid data. Expected a dictionary.' }])
  })

  it('an unknown path is a page', async () => {
    const answer = await caller.send('GET', '/v3/nothing/')
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(answer.text).toContain('Not Found')
  })

  it('another method', async () => {
    const answer = await caller.send('GET', '/v3/passive-liveness/')
    expect([answer.status, answer.body]).toEqual([405, { detail: 'Method "GET" not allowed.' }])
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
  })

  it('a read without its last slash is redirected, query and all', async () => {
    const list = await caller.send('GET', '/v3/sessions?limit=3')
    expect([list.status, list.headers.get('location')]).toEqual([301, '/v3/sessions/?limit=3'])
    const other = await caller.send('PUT', '/v3/passive-liveness', {})
    // 308, so that the client does not turn its PUT into a GET.
    expect([other.status, other.headers.get('location')]).toEqual([308, '/v3/passive-liveness/'])
  })

  it('a write without its last slash is served: Node repeats a redirected form under the wrong boundary', async () => {
    const call = await caller.post('/v3/passive-liveness', { user_image: jpeg })
    expect([call.status, call.body.liveness.status]).toEqual([200, 'Approved'])
    const deletion = await caller.send('POST', '/v3/sessions/delete', { session_numbers: [] })
    expect([deletion.status, deletion.body]).toEqual([
      400,
      { session_numbers: ['This list may not be empty.'] },
    ])
  })
})

it("answers the vendor's health check without a key", async () => {
  for (const path of ['/system/healthcheck', '/system/healthcheck/']) {
    const answer = await caller.send('GET', path, undefined, {})
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'ok', timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:]{8}\.\d{3}Z$/) },
    ])
  }
})

it('the OpenAPI document names every call', async () => {
  const response = await fetch(`${server.url}/openapi/didit.json`)
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> }
  const calls = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb} ${path}`),
  )
  expect(calls.sort()).toEqual(
    [
      'post /v3/passive-liveness/',
      'post /v3/face-match/',
      'post /v3/face-search/',
      'post /v3/age-estimation/',
      'get /v3/session/{id}/decision/',
      'delete /v3/session/{id}/delete/',
      'patch /v3/session/{id}/update-status/',
      'get /v3/sessions/',
      'get /v3/sessions/{id}/reviews/',
      'post /v3/sessions/{id}/reviews/',
      'post /v3/sessions/delete/',
      'get /v3/webhook/',
      'patch /v3/webhook/',
      'get /v3/webhook/destinations/',
      'post /v3/webhook/destinations/',
      'get /v3/webhook/destinations/{id}/',
      'patch /v3/webhook/destinations/{id}/',
      'delete /v3/webhook/destinations/{id}/',
      'get /v3/blocklist/',
      'post /v3/blocklist/add/',
      'post /v3/blocklist/remove/',
      'get /v3/lists/',
      'get /v3/lists/{list}/',
      'get /v3/lists/{list}/entries/',
      'post /v3/lists/{list}/entries/',
      'post /v3/lists/{list}/entries/face-upload/',
      'delete /v3/lists/{list}/entries/{entry}/',
    ].sort(),
  )
  const liveness = paths['/v3/passive-liveness/'] as { post: { requestBody: unknown } }
  expect(JSON.stringify(liveness.post.requestBody)).toContain('face_liveness_score_decline_threshold')
})

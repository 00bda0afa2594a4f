/** Server and database are real; deliveries are proved in test/didit-webhooks.test.ts. A stub engine hides decoding and nets. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DiditCaller, diditCaller, jpeg, selfie } from '../../../../test/support/didit.ts'
import { startTestServer, type TestServer } from '../../../../test/support/server.ts'
import { stubEngine } from '../../../../test/support/stub-engine.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const utcTime = /^\d{4}-\d{2}-\d{2}T[\d:]{8}\.\d{6}Z$/

let server: TestServer
let caller: DiditCaller

beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine({ analyse: () => selfie() }) })
})
afterAll(() => server.stop())
beforeEach(async () => {
  caller = await diditCaller(server)
})

const live = async () => (await caller.post('/v3/passive-liveness/', { user_image: jpeg })).body

describe('webhook destinations', () => {
  const root = '/v3/webhook/destinations/'
  const good = {
    label: 'Production',
    url: 'https://example.com/hook',
    webhook_version: 'v3',
    subscribed_events: ['status.updated', 'data.updated'],
  }
  const create = (changes: object = {}) => caller.send('POST', root, { ...good, ...changes })

  it('are created with a secret of 43 characters, shown again by id, not in the list', async () => {
    const { status, body } = await create()
    expect(status).toBe(201)
    expect(body).toEqual({
      uuid: expect.stringMatching(uuid),
      ...good,
      enabled: true,
      secret_shared_key: expect.stringMatching(/^[\w-]{43}$/),
      created_at: expect.stringMatching(utcTime),
      updated_at: expect.stringMatching(utcTime),
      summary: {
        total_deliveries: 0,
        failed_deliveries: 0,
        error_rate_percentage: 0,
        min_response_time_ms: null,
        avg_response_time_ms: null,
        max_response_time_ms: null,
        last_delivery_at: null,
      },
    })
    expect((await caller.send('GET', `${root}${body.uuid}/`)).body).toEqual(body)
    const { secret_shared_key: _secret, summary: _summary, ...facts } = body
    expect((await caller.send('GET', root)).body).toEqual([
      {
        ...facts,
        subscribed_events_count: 2,
        deliveries_count: 0,
        failed_deliveries_count: 0,
        average_response_time_ms: null,
        error_rate_percentage: 0,
        last_delivery_at: null,
      },
    ])
  })

  it('without events hear nothing, and are version 3', async () => {
    const { status, body } = await caller.send('POST', root, { label: 'a', url: 'https://example.com/' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ subscribed_events: [], webhook_version: 'v3' })
  })

  it.each([
    [
      { label: undefined, url: undefined },
      { label: ['This field is required.'], url: ['This field is required.'] },
    ],
    [{ label: '' }, { label: ['This field may not be blank.'] }],
    [{ label: 'a'.repeat(256) }, { label: ['Ensure this field has no more than 255 characters.'] }],
    [{ url: 'hook' }, { url: ['Enter a valid URL.'] }],
    [{ url: 'ftp://example.com' }, { url: ['Enter a valid URL.'] }],
    [{ url: 'http://example.com/hook' }, { url: ['Only HTTPS URLs are allowed.'] }],
    [
      { url: 'https://example.com:8443/hook' },
      {
        url: ['Messages are sent to ports 80, 443 only. The operator adds others with LIVEFACE_FETCH_PORTS.'],
      },
    ],
    [
      { url: 'https://anna:secret@example.com/hook' },
      { url: ['The URL must not contain a user name or a password.'] },
    ],
    [{ url: 'https://127.0.0.1/hook' }, { url: ['The URL must name a public address.'] }],
    [{ enabled: 'perhaps' }, { enabled: ['Must be a valid boolean.'] }],
    [{ webhook_version: 'v4' }, { webhook_version: ['"v4" is not a valid choice.'] }],
    [{ subscribed_events: [] }, { subscribed_events: ['At least one subscribed event is required.'] }],
    [{ subscribed_events: ['foo.bar'] }, { subscribed_events: ['Unsupported webhook events: foo.bar'] }],
    [
      { subscribed_events: 'status.updated' },
      { subscribed_events: ['Expected a list of items but got type "str".'] },
    ],
  ])('%j is 400', async (changes, body) => {
    const answer = await create(changes)
    expect([answer.status, answer.body]).toEqual([400, body])
  })

  it('have a URL of their own', async () => {
    const { body: first } = await create()
    const taken = { url: ['This webhook destination already exists for the application.'] }
    const second = await create()
    expect([second.status, second.body]).toEqual([400, taken])
    const { body: other } = await create({ url: 'https://example.com/other' })
    const moved = await caller.send('PATCH', `${root}${other.uuid}/`, { url: first.url })
    expect([moved.status, moved.body]).toEqual([400, taken])
    const elsewhere = await diditCaller(server)
    expect((await elsewhere.send('POST', root, good)).status).toBe(201)
  })

  it('change field by field; events are replaced, the secret stays', async () => {
    const { body: before } = await create()
    const { status, body } = await caller.send('PATCH', `${root}${before.uuid}/`, {
      enabled: false,
      subscribed_events: ['user.status.updated'],
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...before,
      enabled: false,
      subscribed_events: ['user.status.updated'],
      updated_at: expect.stringMatching(utcTime),
    })
    const empty = await caller.send('PATCH', `${root}${before.uuid}/`, { subscribed_events: [] })
    expect([empty.status, empty.body]).toEqual([
      400,
      { subscribed_events: ['At least one subscribed event is required.'] },
    ])
  })

  it('are gone after DELETE, and never were there for others', async () => {
    const { body } = await create()
    const path = `${root}${body.uuid}/`
    const missing = { detail: 'Webhook destination not found.' }
    const other = await diditCaller(server)
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await other.send(method, path, method === 'PATCH' ? {} : undefined)
      expect([answer.status, answer.body]).toEqual([404, missing])
    }
    expect((await caller.send('DELETE', path)).status).toBe(204)
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await caller.send(method, path, method === 'PATCH' ? {} : undefined)
      expect([answer.status, answer.body]).toEqual([404, missing])
    }
    expect((await create()).status).toBe(201)
  })
})

describe('the older webhook and the retention', () => {
  const patch = (body: object) => caller.send('PATCH', '/v3/webhook/', body)
  const get = async () => (await caller.send('GET', '/v3/webhook/')).body

  it('starts empty', async () => {
    expect(await get()).toEqual({
      webhook_url: null,
      webhook_version: 'v3',
      secret_shared_key: null,
      capture_method: 'both',
      data_retention_months: null,
    })
  })

  it('is set, moved, switched off and on again with the same secret, and rotated', async () => {
    const { body } = await patch({ webhook_url: 'https://example.com/a', webhook_version: 'v2' })
    expect(body).toMatchObject({ webhook_url: 'https://example.com/a', webhook_version: 'v2' })
    const secret = body.secret_shared_key
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect((await patch({ webhook_url: 'https://example.com/b' })).body.secret_shared_key).toBe(secret)
    expect((await patch({ webhook_url: null })).body.webhook_url).toBeNull()
    expect((await patch({ webhook_url: 'https://example.com/b' })).body).toMatchObject({
      webhook_url: 'https://example.com/b',
      secret_shared_key: secret,
    })
    const rotated = (await patch({ rotate_secret_key: true })).body.secret_shared_key
    expect(rotated).toMatch(/^[\w-]{43}$/)
    expect(rotated).not.toBe(secret)
    expect(await get()).toMatchObject({ secret_shared_key: rotated, webhook_url: 'https://example.com/b' })
  })

  it('keeps the months of retention, which the sweeper enforces', async () => {
    expect((await patch({ data_retention_months: 6 })).body.data_retention_months).toBe(6)
    const { request_id: id } = await live()
    const old = Date.now() - 200 * 86_400_000
    await server.database.updateTable('checks').set({ created_at: old }).where('id', '=', id).execute()
    await server.services.retention.sweep()
    expect((await caller.send('GET', `/v3/session/${id}/decision/`)).status).toBe(404)
    expect(await server.services.gallery.list(caller.id)).toEqual([])
    expect((await patch({ data_retention_months: null })).body.data_retention_months).toBeNull()
    expect((await get()).data_retention_months).toBeNull()
  })

  it.each([
    [
      { data_retention_months: 0 },
      { data_retention_months: ['Ensure this value is greater than or equal to 1.'] },
    ],
    [
      { data_retention_months: 121 },
      { data_retention_months: ['Ensure this value is less than or equal to 120.'] },
    ],
    [{ data_retention_months: 'six' }, { data_retention_months: ['A valid integer is required.'] }],
    [{ webhook_url: 'http://example.com' }, { webhook_url: ['Only HTTPS URLs are allowed.'] }],
    [{ capture_method: 'fax' }, { capture_method: ['"fax" is not a valid choice.'] }],
  ])('%j is 400', async (body, errors) => {
    const answer = await patch(body)
    expect([answer.status, answer.body]).toEqual([400, errors])
  })
})

import { spawnSync } from 'node:child_process'
import { createHmac, timingSafeEqual } from 'node:crypto'
import sharp from 'sharp'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DiditCaller, diditCaller, selfie } from './support/didit.ts'
import { until } from './support/patience.ts'
import { type Received, type Receiver, startReceiver } from './support/receiver.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

/**
 * A receiver as the vendor's documentation describes one, written apart from the sender: it parses the
 * body, sorts and writes it again in its own way, and compares.
 */
function verify({ headers, body }: Received, secret: string, suffix = ''): string[] {
  const payload = JSON.parse(body)
  const timestamp = String(headers['x-timestamp'])
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return []
  if (String(payload.timestamp) !== timestamp) return []
  const sorted = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(sorted)}]`
    if (value === null || typeof value !== 'object') return JSON.stringify(value)
    const keys = Object.keys(value).sort()
    // Not through an object: JavaScript would put the key 9 before 10 again.
    return `{${keys.map((key) => `${JSON.stringify(key)}:${sorted((value as Record<string, unknown>)[key])}`)}}`
  }
  const signed = {
    'x-signature': body,
    'x-signature-v2': sorted(payload),
    'x-signature-simple': `${payload.timestamp}:${payload.session_id}:${payload.status}:${payload.webhook_type}`,
  }
  return Object.entries(signed).flatMap(([name, text]) => {
    const given = Buffer.from(String(headers[name + suffix] ?? ''))
    const expected = Buffer.from(createHmac('sha256', secret).update(text).digest('hex'))
    return given.length === expected.length && timingSafeEqual(given, expected) ? [name] : []
  })
}

const all = ['x-signature', 'x-signature-v2', 'x-signature-simple']

let answer: (index: number) => number | null = () => 200
let receiver: Receiver
let server: TestServer
let caller: DiditCaller
let picture: Buffer
let secret: string
let destination: string

beforeAll(async () => {
  picture = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#a08070' } })
    .jpeg()
    .toBuffer()
})
beforeEach(async () => {
  answer = () => 200
  receiver = await startReceiver((index) => answer(index))
  server = await startTestServer({
    engine: stubEngine({ analyse: () => selfie({ score: 0.956 }) }),
    settings: { LIVEFACE_ALLOW_PRIVATE_URLS: 'true', LIVEFACE_FETCH_PORTS: String(receiver.port) },
  })
  caller = await diditCaller(server)
  const { body } = await caller.send('POST', '/v3/webhook/destinations/', {
    label: 'test',
    url: receiver.url,
    subscribed_events: ['status.updated'],
  })
  secret = body.secret_shared_key
  destination = body.uuid
})
afterEach(async () => {
  await server.stop()
  await receiver.stop()
})

const live = async (fields: Record<string, string> = {}) =>
  (await caller.post('/v3/passive-liveness/', { user_image: picture, ...fields })).body
const summary = async () =>
  (await caller.send('GET', `/v3/webhook/destinations/${destination}/`)).body.summary

/** Makes the next attempt due now instead of in minutes. */
const hurry = () => server.database.updateTable('webhook_deliveries').set({ next_attempt_at: 1 }).execute()

describe('status.updated', () => {
  it('reports a saved call, signed so that the vendor’s receivers take it', async () => {
    const answered = await live({
      vendor_data: 'Zoë/1',
      metadata: '{"10":"ten","9":1.0,"nested":{"b":[],"a":{}},"name":"José 李 😀"}',
    })
    const [message] = await receiver.wait(1)
    expect(verify(message!, secret)).toEqual(all)
    expect(verify(message!, 'another secret')).toEqual([])
    expect(message!.headers['content-type']).toBe('application/json')
    expect(message!.headers).not.toHaveProperty('x-signature-previous')
    // ASCII alone, as the vendor's raw body is.
    expect(message!.body).toMatch(/^[ -~]+$/)
    expect(message!.body).toContain('"metadata":{"10":"ten","9":1,"name":')

    const body = JSON.parse(message!.body)
    const { body: decision } = await caller.send('GET', `/v3/session/${answered.request_id}/decision/`)
    expect(body).toEqual({
      event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      webhook_type: 'status.updated',
      timestamp: expect.any(Number),
      created_at: expect.any(Number),
      session_id: answered.request_id,
      status: 'Approved',
      vendor_data: 'Zoë/1',
      metadata: { 10: 'ten', 9: 1, nested: { b: [], a: {} }, name: 'José 李 😀' },
      application_id: caller.id,
      environment: 'live',
      decision: {
        ...decision,
        liveness_checks: [{ ...decision.liveness_checks[0], reference_image: expect.any(String) }],
      },
    })
    expect(body.decision.liveness_checks[0].score).toBe(95.6)
    expect((await fetch(body.decision.liveness_checks[0].reference_image)).status).toBe(200)
    await until(async () => (await summary()).total_deliveries === 1)
    expect(await summary()).toMatchObject({ failed_deliveries: 0, error_rate_percentage: 0 })
  })

  const python = spawnSync('python3', ['--version']).status === 0
  it.skipIf(!python)('is verified by Python', async () => {
    await live({
      vendor_data: 'Zoë \u{1f600} "\u007f\u2028',
      metadata: '{"x":1e-7,"y":1e21,"~":0.1,"é":[1.50]}',
    })
    const [message] = await receiver.wait(1)
    const program = `
import hashlib, hmac, json, sys
given = json.load(sys.stdin)
body, secret = given["body"], given["secret"].encode()
def shorten(value):
    if isinstance(value, dict): return {k: shorten(v) for k, v in value.items()}
    if isinstance(value, list): return [shorten(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
payload = shorten(json.loads(body))
sign = lambda text: hmac.new(secret, text.encode("utf-8"), hashlib.sha256).hexdigest()
print(json.dumps([
    json.dumps(payload, sort_keys=True, separators=(",", ":")) == body,
    sign(body) == given["headers"]["x-signature"],
    sign(json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)) == given["headers"]["x-signature-v2"],
    sign(":".join(str(payload[k]) for k in ("timestamp", "session_id", "status", "webhook_type"))) == given["headers"]["x-signature-simple"],
]))`
    const { stdout, stderr } = spawnSync('python3', ['-c', program], {
      input: JSON.stringify({ ...message, secret }),
      encoding: 'utf8',
    })
    expect([stderr, JSON.parse(stdout)]).toEqual(['', [true, true, true, true]])
  })

  it('reports a verdict by hand, and nothing of calls that are not saved, of deletion, of sandbox keys', async () => {
    const { request_id: id } = await live()
    await receiver.wait(1)
    await live({ save_api_request: 'false' })
    await caller.send('PATCH', `/v3/session/${id}/update-status/`, { new_status: 'Resubmitted' })
    const messages = await receiver.wait(2)
    const body = JSON.parse(messages[1]!.body)
    expect(body).toMatchObject({ session_id: id, status: 'Resubmitted', webhook_type: 'status.updated' })
    expect(body).not.toHaveProperty('decision')
    await caller.send('DELETE', `/v3/session/${id}/delete/`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(receiver.received).toHaveLength(2)
  })

  it('signs with the secret before too, once it was rotated', async () => {
    // The older call speaks of the destination with this label.
    await caller.send('PATCH', `/v3/webhook/destinations/${destination}/`, { label: 'Default' })
    const { body } = await caller.send('PATCH', '/v3/webhook/', { rotate_secret_key: true })
    await live()
    const [message] = await receiver.wait(1)
    expect(verify(message!, body.secret_shared_key)).toEqual(all)
    expect(verify(message!, secret, '-previous')).toEqual(all)
  })

  it('is tried three times on 500, with a new time, and then given up', async () => {
    answer = () => 500
    let begun = Date.now()
    await live()
    const retryDelays = [60_000, 240_000]
    for (let count = 1; count <= 3; count++) {
      await receiver.wait(count)
      await until(async () => (await summary()).total_deliveries === count)
      const [row] = await server.database.selectFrom('webhook_deliveries').selectAll().execute()
      expect(row?.state).toBe(count < 3 ? 'pending' : 'failed')
      if (count < 3) {
        // Counted from when the attempt ended, which was since it was asked for, however long that took.
        const delay = retryDelays[count - 1]!
        expect(row!.next_attempt_at! - begun).toBeGreaterThanOrEqual(delay)
        expect(row!.next_attempt_at! - Date.now()).toBeLessThanOrEqual(delay)
      }
      // The body's time has seconds: another attempt in the same one would be the same bytes.
      await new Promise((resolve) => setTimeout(resolve, 1_050))
      begun = Date.now()
      if (count < 3) await hurry()
    }
    const times = receiver.received.map(({ headers }) => headers['x-timestamp'])
    expect(new Set(times).size).toBe(3)
    for (const message of receiver.received) expect(verify(message, secret)).toEqual(all)
    expect(new Set(receiver.received.map(({ body }) => JSON.parse(body).event_id)).size).toBe(1)
    expect(await summary()).toMatchObject({ failed_deliveries: 3, error_rate_percentage: 100 })
  })

  it('is not tried again on 401', async () => {
    answer = () => 401
    await live()
    await receiver.wait(1)
    await until(async () => (await summary()).total_deliveries === 1)
    const [row] = await server.database.selectFrom('webhook_deliveries').selectAll().execute()
    expect(row).toMatchObject({ state: 'failed', last_status: 401 })
  })

  it('is not sent to a destination that is switched off or hears something else', async () => {
    await caller.send('PATCH', `/v3/webhook/destinations/${destination}/`, { enabled: false })
    await live()
    await caller.send('PATCH', `/v3/webhook/destinations/${destination}/`, {
      enabled: true,
      subscribed_events: ['data.updated'],
    })
    await live()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(receiver.received).toEqual([])
  })
})

describe('one transaction', () => {
  it('keeps nothing of a call that fails at its end, and gives the prepaid call back', async () => {
    await server.services.clients.setBalance(caller.id, 1)
    const { appendAfter } = server.services.audit
    server.services.audit.appendAfter = () => Promise.reject(new Error('the disk is full'))
    const failed = await caller.post('/v3/passive-liveness/', { user_image: picture })
    expect([failed.status, failed.body]).toEqual([500, { detail: 'Internal server error.' }])
    for (const table of [
      'checks',
      'didit_sessions',
      'evidence',
      'gallery_entries',
      'webhook_events',
    ] as const) {
      expect(await server.database.selectFrom(table).selectAll().execute()).toEqual([])
    }
    server.services.audit.appendAfter = appendAfter
    const { body } = await caller.post('/v3/passive-liveness/', { user_image: picture })
    expect(body.liveness).toMatchObject({ status: 'Approved', warnings: [] })
    await receiver.wait(1)
  })
})

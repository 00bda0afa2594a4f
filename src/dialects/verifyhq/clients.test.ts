import { createHmac } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { until } from '../../../test/support/patience.ts'
import { startReceiver } from '../../../test/support/receiver.ts'
import { startTestServer } from '../../../test/support/server.ts'
import { stubEngine } from '../../../test/support/stub-engine.ts'
import { base, isoTime, verifyHQTest } from '../../../test/support/verifyhq.ts'

const adminSecret = 'a secret of the tests'
const receiver = await startReceiver()
afterAll(() => receiver.stop())

const test = verifyHQTest({
  LIVEFACE_ADMIN_SECRET: adminSecret,
  LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
  LIVEFACE_FETCH_PORTS: String(receiver.port),
})

describe('admin', () => {
  it('secrets can be guessed ten times a minute', async () => {
    const guessed = await startTestServer({
      engine: stubEngine(),
      settings: { LIVEFACE_ADMIN_SECRET: adminSecret },
    })
    const statuses: number[] = []
    // The last one is right, and must look like any other.
    for (const guess of [...Array.from({ length: 11 }, (_, index) => `guess ${index}`), adminSecret]) {
      const headers = { 'X-Admin-Secret': guess }
      statuses.push((await fetch(`${guessed.url}/v1/admin/api-clients`, { method: 'POST', headers })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    await guessed.stop()
  })

  const ask = (body: unknown, secret?: string) =>
    test.send('POST', '/admin/api-clients', test.json(body, secret ? { 'X-Admin-Secret': secret } : {}))

  it('makes a client whose key works, and may do what was said', async () => {
    const { status, body } = await ask(
      { name: 'Shop', permissions: ['liveness:write'], rateLimit: 7 },
      adminSecret,
    )
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^client_[0-9a-f]{32}$/),
      name: 'Shop',
      apiKey: expect.stringMatching(/^vhq_live_[0-9a-f]{48}$/),
      permissions: ['liveness:write'],
      rateLimit: 7,
      message: 'Store the API key securely — it will not be shown again.',
    })
    const key = { 'X-API-Key': body.apiKey }
    expect((await test.send('POST', `${base}/session`, test.json({ userId: 'u' }, key))).status).toBe(201)
    expect((await test.send('GET', `${base}/x`, { headers: key })).status).toBe(403)
  })

  it('makes a test key when asked', async () => {
    const { body } = await ask({ name: 'Shop', environment: 'sandbox' }, adminSecret)
    expect(body).toMatchObject({ rateLimit: 100, permissions: ['liveness:read', 'liveness:write'] })
    expect(body.apiKey).toMatch(/^vhq_test_/)
  })

  it.each([
    ['no secret', { name: 'x' }, undefined, 401],
    ['a wrong secret', { name: 'x' }, 'wrong', 401],
    ['no name', {}, adminSecret, 422],
    ['an unknown permission', { name: 'x', permissions: ['all'] }, adminSecret, 422],
    ['a rate of 0', { name: 'x', rateLimit: 0 }, adminSecret, 422],
  ])('refuses %s', async (_name, body, secret, status) => {
    expect((await ask(body, secret)).status).toBe(status)
  })

  it('is off where no secret is set', async () => {
    const plain = await startTestServer({ engine: stubEngine() })
    const response = await fetch(`${plain.url}/v1/admin/api-clients`, {
      method: 'POST',
      ...test.json({ name: 'x' }, { 'X-Admin-Secret': '' }),
    })
    await plain.stop()
    expect(response.status).toBe(401)
  })
})

describe('webhooks', () => {
  const vendorId = () => `client_${test.clientId.replaceAll('-', '')}`
  const configure = (changes: object = {}, prefix = '/v1') =>
    test.send(
      'POST',
      `${prefix}/webhooks/configure`,
      test.json({
        clientId: vendorId(),
        callbackUrl: receiver.url,
        events: ['liveness.passed', 'liveness.failed'],
        ...changes,
      }),
    )
  const list = async () => (await test.send('GET', `/webhooks/client/${vendorId()}`)).body

  it('are configured, hear verdicts with a signature over the bytes, and are deactivated', async () => {
    const { status, body } = await configure()
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^wh_/),
      callbackUrl: receiver.url,
      events: ['liveness.passed', 'liveness.failed'],
      secret: expect.stringMatching(/^whsec_/),
      message:
        'Store the signing secret securely — it will not be shown again. Verify webhook signatures using HMAC-SHA256 with the X-Webhook-Signature header.',
    })
    expect(await list()).toEqual([
      {
        id: body.id,
        callbackUrl: receiver.url,
        events: ['liveness.passed', 'liveness.failed'],
        active: true,
        createdAt: expect.stringMatching(isoTime),
      },
    ])
    const [good, bad] = [await test.open('alive'), await test.open('dead')]
    await test.finish(good)
    await test.finish(bad, { liveness: 0.1 })
    const messages = await receiver.wait(2)
    const events = messages.map((message) => {
      const expected = createHmac('sha256', body.secret).update(message.body).digest('hex')
      expect(message.headers['x-webhook-signature']).toBe(expected)
      expect(message.headers['user-agent']).toBe('Liveface')
      return JSON.parse(message.body)
    })
    const passed = events.find(({ event }) => event === 'liveness.passed')
    const failed = events.find(({ event }) => event === 'liveness.failed')
    expect(passed).toMatchObject({ timestamp: expect.stringMatching(isoTime) })
    expect(passed.data).toEqual((await test.send('GET', `${base}/${good.sessionToken}`)).body)
    expect(failed.data).toMatchObject({ sessionToken: bad.sessionToken, isAlive: false })

    expect(await configure()).toMatchObject({ status: 409 })
    const gone = await test.send('DELETE', `/v1/webhooks/${body.id}`)
    expect(gone).toMatchObject({
      status: 200,
      body: { message: expect.stringContaining('Webhook deactivated') },
    })
    expect(await list()).toMatchObject([{ active: false }])
    expect((await configure({ events: ['liveness.failed'] }, '')).status).toBe(201)
    expect(await list()).toMatchObject([{ active: true, events: ['liveness.failed'] }])
  })

  it('hear that a verification was completed by its newer name, with the same data', async () => {
    const created = await configure({
      callbackUrl: `${receiver.url}/completed`,
      events: ['verification.completed'],
    })
    const session = await test.open('completed')
    await test.finish(session)
    const completed = () =>
      receiver.received
        .map(({ body }) => JSON.parse(body))
        .find(({ event }) => event === 'verification.completed')
    await until(() => completed() !== undefined, 'The event of a completed verification')
    const { data } = completed()
    expect(data).toEqual((await test.send('GET', `${base}/${session.sessionToken}`)).body)
    await test.send('DELETE', `/v1/webhooks/${created.body.id}`)
  })

  it.each([
    ['another scheme than http and https', { callbackUrl: 'ftp://example.org' }, 422],
    ['no URL', { callbackUrl: 'here' }, 422],
    ['a port that is never reached', { callbackUrl: 'https://example.org:8443/' }, 422],
    ['no events', { events: [] }, 422],
    ['an unknown event', { events: ['liveness.maybe'] }, 422],
    ["somebody else's client", { clientId: `client_${'0'.repeat(32)}` }, 404],
    ['no client', { clientId: undefined }, 422],
  ])('refuse %s', async (_name, changes, status) => {
    expect((await configure(changes)).status).toBe(status)
  })

  it('take the name of every event the vendor has', async () => {
    const events = ['document.verified', 'identity.manual_review', 'verification.completed']
    expect((await configure({ events, callbackUrl: `${receiver.url}/more` })).status).toBe(201)
  })

  it("are nobody else's business", async () => {
    const [mine] = await list()
    expect((await test.send('DELETE', `/webhooks/${mine.id}`, { headers: test.stranger })).status).toBe(404)
    expect(
      (await test.send('GET', `/webhooks/client/${vendorId()}`, { headers: test.stranger })).status,
    ).toBe(404)
    expect((await test.send('DELETE', '/webhooks/wh_nothing')).status).toBe(404)
  })
})

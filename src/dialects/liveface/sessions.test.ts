/** Real requests, sessions and webhooks; a stub engine sees what each photo was made to show, which hides the nets. */
import { createHmac, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Act, analyseAct } from '../../../test/support/acted-photo.ts'
import { attempt, openPage } from '../../../test/support/capture-visitor.ts'
import { enter } from '../../../test/support/console.ts'
import { jpeg } from '../../../test/support/didit.ts'
import { form } from '../../../test/support/form.ts'
import { until } from '../../../test/support/patience.ts'
import { type Received, type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { stubEngine, stubReport } from '../../../test/support/stub-engine.ts'
import { verifyReturn, verifyWebhook } from '../../client/index.ts'
import { webhookFormat } from './webhooks.ts'

let server: TestServer
let receiver: Receiver
let headers: Record<string, string>
let secret: string
beforeAll(async () => {
  receiver = await startReceiver()
  server = await startTestServer({
    engine: stubEngine({
      analyse: (picture) => (picture.length > jpeg.length ? analyseAct(picture) : stubReport()),
    }),
    settings: {
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(receiver.port),
      LIVEFACE_RATE_PER_IP: '1000000',
    },
  })
  headers = (await server.client('liveface')).headers
  const events = ['check.completed', 'session.completed']
  const made = await json('POST', '/api/v1/webhooks', { url: receiver.url, events })
  expect(made).toMatchObject({ status: 201, body: { url: receiver.url, events } })
  secret = made.body.secret
})
afterAll(async () => {
  await server.stop()
  await receiver.stop()
})

async function json(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(server.url + path, {
    method,
    headers: { ...headers, ...type, ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as any }
}

const act = async (captureUrl: string, changes: Act = {}) => attempt(await openPage(captureUrl), changes)

/** The message about a check or session, once it has come, proven by its signature as standardwebhooks.com says. */
async function message(id: string) {
  const of = ({ body }: Received) => JSON.parse(body).data.id === id
  await until(() => receiver.received.some(of), 'The webhook')
  const { headers: sent, body } = receiver.received.find(of)!
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signed = `${sent['webhook-id']}.${sent['webhook-timestamp']}.${body}`
  expect(sent['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
  expect(Math.abs(Number(sent['webhook-timestamp']) * 1000 - Date.now())).toBeLessThan(300_000)
  return JSON.parse(body)
}

describe('a session', () => {
  it('leads from its link to a verdict, which is told and can be read', async () => {
    const { status, body: made } = await json('POST', '/api/v1/sessions', { person: 'person-1' })
    expect(status).toBe(201)
    expect(made).toMatchObject({ person: 'person-1', status: 'created', verdict: null, reasons: [] })
    expect(made.capture_url).toMatch(new RegExp(`^${server.url}/capture/[\\w-]{32}$`))
    await act(made.capture_url)
    const { body: session } = await json('GET', `/api/v1/sessions/${made.id}`)
    expect(session).toMatchObject({ id: made.id, status: 'completed', verdict: 'pass', reasons: [] })
    expect(session.liveness_probability).toBeGreaterThan(0.5)
    expect(session.gestures).toHaveLength(3)
    for (const gesture of session.gestures) expect(gesture).toMatchObject({ passed: true })
    expect(await message(made.id)).toEqual({
      type: 'session.completed',
      timestamp: expect.any(String),
      data: session,
    })
  })

  it('says why it failed', async () => {
    const { body: made } = await json('POST', '/api/v1/sessions', { person: 'person-2' })
    await act(made.capture_url, { liveness: 0.1 })
    expect((await json('GET', `/api/v1/sessions/${made.id}`)).body).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'spoof', message: expect.any(String), gesture: expect.any(String) }],
    })
  })

  it('waits where its person has failed again and again', async () => {
    const person = 'stubborn'
    const { body } = await json('POST', '/api/v1/sessions', { person })
    await act(body.capture_url, { liveness: 0.1 })
    const sessions = server.database.selectFrom('challenge_sessions').selectAll()
    const failed = await sessions.where('user_id', '=', person).executeTakeFirstOrThrow()
    const copies = Array.from({ length: 10 }, (_, at) => ({
      ...failed,
      id: `copy${at}`,
      token: `copy${at}`,
      page_digest: null,
    }))
    await server.database.insertInto('challenge_sessions').values(copies).execute()
    const refused = await json('POST', '/api/v1/sessions', { person })
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
  })

  it('is made once with one key, with the same link', async () => {
    const key = { 'idempotency-key': 'session-1' }
    const first = await json('POST', '/api/v1/sessions', { person: 'person-3' }, key)
    expect(await json('POST', '/api/v1/sessions', { person: 'person-3' }, key)).toEqual(first)
    expect(first.status).toBe(201)
  })

  it('is made once, and answered, when its answer cannot be kept', async () => {
    const person = 'person-6'
    const key = { 'idempotency-key': 'session-2' }
    const fault = `before update on idempotency_keys begin select raise(abort, 'the disk is full'); end`
    await sql.raw(`create trigger full_disk ${fault}`).execute(server.database)
    const first = await json('POST', '/api/v1/sessions', { person }, key)
    await sql.raw('drop trigger full_disk').execute(server.database)
    expect(first).toMatchObject({ status: 201, body: { person } })
    const again = await json('POST', '/api/v1/sessions', { person }, key)
    expect(again).toMatchObject({ status: 409, body: { code: 'idempotency_key_under_way' } })
    const sessions = server.database.selectFrom('challenge_sessions').select('id')
    expect(await sessions.where('user_id', '=', person).execute()).toEqual([{ id: first.body.id }])
  })

  it('says who asks where its client does not, and what is no logo is refused', async () => {
    const client = await server.client('liveface')
    const ofClient = { name: 'Client', logo: null, accentColor: '#112233', consentText: null }
    await server.services.clients.update(client.id, { branding: ofClient })
    const { headers: own } = client
    const create = (branding: unknown) => json('POST', '/api/v1/sessions', { person: 'p', branding }, own)
    const welcome = async (branding: unknown) => {
      const link = (await create(branding)).body.capture_url.split('/').at(-1)
      // A page has no API key.
      const page = { method: 'POST', headers: { 'content-type': 'application/json' } }
      const asked = await fetch(`${server.url}/capture/api/welcome`, {
        ...page,
        body: JSON.stringify({ link }),
      })
      return asked.json()
    }
    expect(await welcome(null)).toEqual({ name: 'Client', logo: null, accentColor: '#112233', consent: null })
    const said = await welcome({ name: 'Branch', consent_text: 'We keep it.' })
    const consent = { text: 'We keep it.', sha256: expect.any(String) }
    expect(said).toEqual({ name: 'Branch', logo: null, accentColor: '#112233', consent })
    const png = await sharp({ create: { width: 1025, height: 1, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const jpegs = jpeg.subarray(0, 900).toString('base64')
    for (const logo of ['', 'PHN2Zz48L3N2Zz4=', png.toString('base64'), jpegs, 'a'.repeat(60_000), 7]) {
      const { status, body } = await create({ logo })
      expect([status, body.errors?.[0]?.field], String(logo).slice(0, 20)).toEqual([422, 'branding.logo'])
    }
    for (const branding of [{ name: '' }, { accent_color: 'red' }, { consent_text: 'a\u0007' }, { url: 'x' }])
      expect(await create(branding)).toMatchObject({ status: 422, body: { code: 'fields_invalid' } })
  })

  it('is erased, and its link with it', async () => {
    const { body: made } = await json('POST', '/api/v1/sessions', { person: 'person-4' })
    expect((await json('DELETE', `/api/v1/sessions/${made.id}`)).status).toBe(204)
    expect((await json('GET', `/api/v1/sessions/${made.id}`)).status).toBe(404)
    const link = made.capture_url.split('/').at(-1)
    expect((await json('POST', '/capture/api/open', { link })).status).toBe(410)
  })

  it('is no check of the list', async () => {
    const { body: made } = await json('POST', '/api/v1/sessions', { person: 'person-5' })
    await act(made.capture_url)
    expect((await json('GET', `/api/v1/checks/${made.id}`)).status).toBe(404)
    const listed: { id: string }[] = (await json('GET', '/api/v1/checks')).body.data
    expect(listed.map(({ id }) => id)).not.toContain(made.id)
  })
})

describe('the options of a session', () => {
  const create = async (options: object) =>
    (await json('POST', '/api/v1/sessions', { person: `person-${randomUUID()}`, ...options })).body

  it('say how many gestures are drawn, or name them', async () => {
    const drawn = (await create({ gestures: 5 })).gestures.map(({ gesture }: { gesture: string }) => gesture)
    expect(new Set(drawn).size).toBe(5)
    const named = ['SMILE', 'LOOK_UP', 'TURN_LEFT']
    const made = await create({ gestures: named })
    expect(made.gestures.map(({ gesture }: { gesture: string }) => gesture)).toEqual(named)
    expect(await act(made.capture_url)).toMatchObject({ state: 'completed', result: { passed: true } })
  })

  it('allow further attempts, of which the last counts', async () => {
    const made = await create({ attempts: 3 })
    expect(made).toMatchObject({ attempts: 3, failed_attempts: [] })
    const page = await openPage(made.capture_url)
    const failed = await attempt(page, { faces: 2 })
    expect(failed).toMatchObject({
      ...{ state: 'in_progress', result: null, attempt: 2, hasSelfie: false },
      failed: { passed: false, failure: 'several_faces', gesture: expect.any(String) },
    })
    // What looks like a fake is not named, nor is its place.
    expect(await attempt(page, { liveness: 0.1 })).toMatchObject({
      attempt: 3,
      failed: { failure: 'not_accepted', gesture: null },
    })
    expect(await attempt(page)).toMatchObject({ state: 'completed', result: { passed: true }, attempt: 3 })
    const { body: session } = await json('GET', `/api/v1/sessions/${made.id}`)
    expect(session).toMatchObject({
      ...{ status: 'completed', verdict: 'pass', reasons: [] },
      failed_attempts: [{ code: 'several_faces', message: expect.any(String) }, { code: 'spoof' }],
    })
    const administrator = await enter(server, 'administrator')
    const shown = await (await administrator.ask('GET', `/cases/${made.id}`)).json()
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const spoofed = session.failed_attempts[1].gesture
    expect(shown).toMatchObject({
      session: {
        failedAttempts: [
          { at, reason: 'several_faces', gesture: failed.failed.gesture },
          { at, reason: 'spoof', gesture: spoofed },
        ],
      },
    })
    const told = receiver.received.filter(({ body }) => body.includes(made.id))
    expect(await message(made.id)).toMatchObject({ data: session })
    expect(told.length).toBeLessThanOrEqual(1)
  })

  it('end in a refusal after the last attempt', async () => {
    const gestures = ['SMILE', 'BLINK', 'LOOK_UP']
    const made = await create({ attempts: 2, gestures })
    const page = await openPage(made.capture_url)
    await attempt(page, { faces: 2 })
    expect(await attempt(page, { liveness: 0.1 })).toMatchObject({
      state: 'completed',
      result: { passed: false, failure: 'not_accepted' },
    })
    expect((await json('GET', `/api/v1/sessions/${made.id}`)).body).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'spoof' }],
      failed_attempts: [{ code: 'several_faces' }],
    })
    expect(page.asked).toEqual([...gestures, ...gestures])
  })

  it('under way is given out of its person without what opens it or could be made into a face', async () => {
    const asked = { person: 'person-export', return_url: 'https://example.com/back' }
    const { body: made } = await json('POST', '/api/v1/sessions', asked, { 'idempotency-key': 'export-1' })
    const page = await openPage(made.capture_url)
    const unfinished = { ...page, session: { challenges: page.session.challenges.slice(1) } }
    await attempt(unfinished)
    const { body } = await json('GET', '/api/v1/people/person-export/export')
    expect(body.tables).toMatchObject({ challenge_photos: [{}, {}], idempotency_keys: [{}] })
    const text = JSON.stringify(body)
    expect(text).not.toContain(made.return_secret)
    expect(text).not.toContain(made.capture_url.split('/').at(-1))
    expect(text).not.toMatch(/"(template|mesh|scene|imprint|geometry|code)":/)
    expect(text).not.toMatch(/(-?\d[\d.e-]*,){32}/)
  })

  it('count every failed attempt against the person, also of a session that was given up', async () => {
    const asked = { person: 'stubborn in attempts', attempts: 5 }
    const { body: made } = await json('POST', '/api/v1/sessions', asked)
    const { body: before } = await json('POST', '/api/v1/sessions', asked)
    const page = await openPage(made.capture_url)
    await attempt(page, { liveness: 0.1 })
    const sessions = server.database.selectFrom('challenge_sessions').select('failed_attempts')
    const { failed_attempts } = await sessions.where('id', '=', made.id).executeTakeFirstOrThrow()
    const [failed] = JSON.parse(failed_attempts)
    expect(failed).toMatchObject({ code: 'spoof', at: expect.any(Number) })
    // As after eleven of them, in three sessions: each takes seconds.
    const eleven = JSON.stringify(Array(11).fill({ ...failed, at: Date.now() }))
    await server.database
      .updateTable('challenge_sessions')
      .set({ failed_attempts: eleven })
      .where('id', '=', made.id)
      .execute()
    expect(await json('POST', '/api/v1/sessions', asked)).toMatchObject({
      status: 429,
      body: { code: 'too_many_requests' },
    })
    // Neither a link made before nor the session's own next attempt is a way around.
    await expect(openPage(before.capture_url)).rejects.toThrow('429: {"code":"too_many"}')
    await expect(attempt(page)).rejects.toThrow('429: {"code":"too_many"}')
    expect((await json('GET', `/api/v1/sessions/${before.id}`)).body).toMatchObject({ status: 'created' })
  })

  it('send the person back with a signed result, once it is over', async () => {
    const address = 'https://example.com/back?order=7#top'
    const made = await create({ return_url: address })
    const page = await openPage(made.capture_url)
    expect(page.session.returnUrl).toBeNull()
    const { returnUrl } = await attempt(page)
    expect(returnUrl).toMatch(/^https:\/\/example\.com\/back\?order=7&liveface_session=.*#top$/)
    const { searchParams } = new URL(returnUrl)
    expect([...searchParams.keys()].slice(1)).toEqual(
      ['session', 'status', 'time', 'signature'].map((name) => `liveface_${name}`),
    )
    const back = { session: made.id, status: 'completed', time: Number(searchParams.get('liveface_time')) }
    expect(await verifyReturn(returnUrl, made.return_secret)).toEqual(back)
    // As a server sees it.
    expect(await verifyReturn(`/back${new URL(returnUrl).search}`, made.return_secret)).toEqual(back)
    const other = await create({ return_url: address })
    for (const [changed, secret, why] of [
      [returnUrl, other.return_secret, 'not signed'],
      [returnUrl.replace('completed', 'expired'), made.return_secret, 'not signed'],
      [address, made.return_secret, 'no signature'],
    ]) {
      await expect(verifyReturn(changed, secret)).rejects.toThrow(why)
    }
    const late = { now: Date.now() + 400_000 }
    await expect(verifyReturn(returnUrl, made.return_secret, late)).rejects.toThrow('too old')
    const { body: read } = await json('GET', `/api/v1/sessions/${made.id}`)
    expect(read).not.toHaveProperty('return_secret')
    expect((await create({})).return_secret).toBeNull()
  })

  it('begin the time with the opening of the link', async () => {
    const lasts = ({ created_at, expires_at }: Record<string, string>) =>
      (Date.parse(expires_at!) - Date.parse(created_at!)) / 1000
    expect(lasts(await create({ expires_in: 60 }))).toBe(60)
    const made = await create({ expires_in: 90, expires_from: 'opening' })
    expect(lasts(made)).toBe(86_400)
    const { session } = await openPage(made.capture_url)
    expect(session.expiresInMs).toBeGreaterThan(0)
    expect(session.expiresInMs).toBeLessThanOrEqual(90_000)
  })

  it('name the language of the page in its address', async () => {
    const { capture_url } = await create({ language: 'hi' })
    expect(capture_url).toMatch(/\/capture\/[\w-]{32}\?language=hi$/)
  })

  it.each([
    ['gestures', 2],
    ['gestures', 7],
    ['gestures', ['SMILE', 'SMILE', 'BLINK']],
    ['gestures', ['SMILE', 'BLINK']],
    ['gestures', ['SMILE', 'BLINK', 'WINK']],
    ['attempts', 0],
    ['attempts', 6],
    ['attempts', 1.5],
    ['return_url', 'javascript:alert(1)'],
    ['return_url', 'https://name:word@example.com/'],
    ['return_url', '/back'],
    ['return_url', `https://example.com/${'a'.repeat(2048)}`],
    ['language', 'de'],
    ['expires_in', 59],
    ['expires_in', 3601],
    ['expires_from', 'now'],
  ])('are refused where %s is %j', async (field, value) => {
    expect(await json('POST', '/api/v1/sessions', { person: 'person-7', [field]: value })).toMatchObject({
      status: 422,
      body: { code: 'fields_invalid', errors: [{ field, message: expect.stringMatching(/^must /) }] },
    })
  })
})

describe('a webhook', () => {
  it('tells of checks as they are answered', async () => {
    const response = await fetch(`${server.url}/api/v1/quality`, {
      method: 'POST',
      headers,
      body: form({ picture: jpeg }),
    })
    const check = (await response.json()) as { id: string }
    expect(await message(check.id)).toMatchObject({ type: 'check.completed', data: check })
  })

  it('is listed without its secret, and deleted', async () => {
    const url = `${receiver.url}/other`
    const { body: made } = await json('POST', '/api/v1/webhooks', { url, events: ['check.completed'] })
    const { secret: shown, ...known } = made
    expect(shown).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
    expect((await json('GET', '/api/v1/webhooks')).body.data).toContainEqual(known)
    expect((await json('DELETE', `/api/v1/webhooks/${made.id}`)).status).toBe(204)
    expect((await json('GET', '/api/v1/webhooks')).body.data).not.toContainEqual(known)
  })

  it('gets a new secret, and signs with the one before for a while', async () => {
    const url = `${receiver.url}/rotated`
    const { body: made } = await json('POST', '/api/v1/webhooks', { url, events: ['session.completed'] })
    const rotate = (asked: object, key = {}) => json('POST', `/api/v1/webhooks/${made.id}/rotate`, asked, key)
    const key = { 'idempotency-key': 'rotation-1' }
    const { status, body: rotated } = await rotate({ previous_for: 3600 }, key)
    expect(status).toBe(200)
    expect(rotated).toEqual({
      ...{ ...made, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32}$/) },
      previous_until: expect.any(String),
    })
    expect(rotated.secret).not.toBe(made.secret)
    const left = Date.parse(rotated.previous_until) - Date.now()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(3600_000)
    // Sent again, it rotates no second time.
    expect((await rotate({ previous_for: 3600 }, key)).body).toEqual(rotated)
    // Nor where its answer could not be kept for the repeat.
    const full = vi
      .spyOn(server.services.idempotency, 'complete')
      .mockRejectedValueOnce(new Error('The disk is full.'))
    expect((await rotate({}, { 'idempotency-key': 'rotation-2' })).status).toBe(500)
    full.mockRestore()
    const session = (await json('POST', '/api/v1/sessions', { person: 'person-8' })).body
    await act(session.capture_url)
    const told = ({ headers: { 'webhook-signature': signatures }, body }: Received) =>
      String(signatures).includes(' ') && JSON.parse(body).data.id === session.id
    await until(() => receiver.received.some(told), 'The webhook')
    const { headers: sent, body } = receiver.received.find(told)!
    expect(String(sent['webhook-signature']).split(' ')).toHaveLength(2)
    for (const secret of [rotated.secret, made.secret])
      expect(await verifyWebhook(body, sent, secret)).toMatchObject({ type: 'session.completed' })
    // Nothing of the one that may be known to others.
    expect((await rotate({ previous_for: 0 })).status).toBe(200)
    const row = server.database.selectFrom('webhook_destinations').select('previous_until')
    const { previous_until } = await row.where('id', '=', made.id).executeTakeFirstOrThrow()
    expect(previous_until).toBeLessThanOrEqual(Date.now())
    for (const previous_for of [-1, 604_801, 1.5, '60'])
      expect(await rotate({ previous_for })).toMatchObject({ status: 422, body: { code: 'fields_invalid' } })
    const unknown = () =>
      json('POST', '/api/v1/webhooks/none/rotate', {}, { 'idempotency-key': 'rotation-3' })
    for (const { body } of [await unknown(), await unknown()]) expect(body.code).toBe('webhook_unknown')
    await json('DELETE', `/api/v1/webhooks/${made.id}`)
  })

  it('signs with both secrets after a rotation', () => {
    const secrets = { current: 'whsec_bmV3', previous: 'whsec_b2xk', previousUntil: 1 }
    const event = { id: 'id', clientId: 'c', dialect: 'liveface', type: 't', payload: {}, createdAt: 0 }
    const { headers: sent } = webhookFormat.message({ event, secrets, now: 1000, destination: null as never })
    const sign = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64')
    const text = 'id.1.{"type":"t","timestamp":"1970-01-01T00:00:00.000Z","data":{}}'
    expect(sent['webhook-signature']).toBe(`v1,${sign('new', text)} v1,${sign('old', text)}`)
  })
})

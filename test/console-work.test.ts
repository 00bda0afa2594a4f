/** What developers, operators and auditors do at the console, and sessions under attack. The engine is a stub, which hides measuring. */
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { en } from '../web/console/texts/en.ts'
import { actedPhoto } from './support/acted-photo.ts'
import { cookieOf, enter, type Person, post, signIn } from './support/console.ts'
import { type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { form } from './support/form.ts'
import { patience, until } from './support/patience.ts'
import { stubEngine } from './support/stub-engine.ts'

let calls: EveryDialect
let administrator: Person
let developer: Person
let auditor: Person
let tenant: Person
let clientId: string

beforeAll(async () => {
  const settings = { LIVEFACE_RATE_PER_IP: '100000', LIVEFACE_PUBLIC_URL: 'https://liveface.example' }
  calls = await startEveryDialect({ engine: stubEngine(), settings })
  expect((await fetch(`${calls.server.url}/console/api/session`)).status).toBe(404)
  expect((await post(calls.server, '/session', { email: 'x@example.org', password: 'x' })).status).toBe(404)
  expect((await calls.didit('person-1', { picture: actedPhoto() })).status).toBe(200)
  const { items } = { items: await calls.server.services.clients.list('didit') }
  clientId = items[0]!.id
  administrator = await enter(calls.server, 'administrator')
  developer = await enter(calls.server, 'developer')
  auditor = await enter(calls.server, 'auditor')
  tenant = await enter(calls.server, 'developer', { email: 'tenant@example.org', clients: ['none'] })
}, patience.hook)
afterAll(() => calls.stop())

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
async function json(response: Response, status = 200): Promise<any> {
  expect(response.status).toBe(status)
  return response.json()
}

describe('a session', () => {
  it('has a token of its own, whatever the browser brought', async () => {
    const planted = `liveface_console=${'a'.repeat(43)}`
    const body = { email: administrator.email, password: 'correct horse battery' }
    const response = await post(calls.server, '/session', body, { cookie: planted })
    const cookie = cookieOf(response)
    expect(cookie).not.toBe(planted)
    expect(response.headers.get('set-cookie')).toMatch(/; Path=\/console; HttpOnly; SameSite=Strict; Secure$/)
    const ask = (sent: string) =>
      fetch(`${calls.server.url}/console/api/session`, { headers: { cookie: sent } })
    expect((await ask(planted)).status).toBe(401)
    // Who signs in once more leaves nothing of the session before.
    const again = cookieOf(await post(calls.server, '/session', body, { cookie }))
    expect([(await ask(cookie)).status, (await ask(again)).status]).toEqual([401, 200])
  })

  it('ends when its person signs out, gets another password, or is removed', async () => {
    const person = await enter(calls.server, 'reviewer', { email: 'short@example.org' })
    const second = await signIn(calls.server, person.email)
    expect((await second.ask('DELETE', '/session')).status).toBe(204)
    expect((await second.ask('GET', '/session')).status).toBe(401)
    await administrator.confirm()
    const changed = await administrator.ask('PATCH', `/users/${person.id}`, {
      password: 'another long password',
    })
    expect(changed.status).toBe(200)
    expect((await person.ask('GET', '/session')).status).toBe(401)
    const back = await signIn(calls.server, person.email, 'another long password')
    expect((await administrator.ask('DELETE', `/users/${person.id}`)).status).toBe(204)
    expect((await back.ask('GET', '/session')).status).toBe(401)
  })
})

describe('a developer', () => {
  it('makes, rotates and revokes keys of the clients that are theirs, after the password', async () => {
    expect((await developer.ask('POST', '/keys', { client: clientId })).status).toBe(403)
    await developer.confirm()
    const named = { client: clientId, name: 'The app' }
    const { key, headers } = await json(await developer.ask('POST', '/keys', named), 201)
    expect(key).toMatchObject({ name: 'The app' })
    expect((await calls.didit('x', { headers })).status).toBe(200)
    const rotated = await json(await developer.ask('POST', `/keys/${key.id}/rotate`), 201)
    expect(rotated.key).toMatchObject({ name: 'The app' })
    expect((await calls.didit('x', { headers })).status).toBeGreaterThan(400)
    expect((await calls.didit('x', { headers: rotated.headers })).status).toBe(200)
    expect((await developer.ask('DELETE', `/keys/${rotated.key.id}`)).status).toBe(204)
    expect((await calls.didit('x', { headers: rotated.headers })).status).toBeGreaterThan(400)
    const { items } = await json(await developer.ask('GET', `/keys?client=${clientId}`))
    expect(items.find(({ id }: { id: string }) => id === key.id)).toMatchObject({
      revokedAt: expect.any(String),
    })
    expect(JSON.stringify(items)).not.toContain(Object.values(headers)[0])
  })

  it('sees nothing of clients that are not theirs, and makes no keys of them', async () => {
    for (const path of ['/clients', '/keys', `/keys?client=${clientId}`, '/webhook-destinations']) {
      expect(await json(await tenant.ask('GET', path))).toEqual({ items: [], nextCursor: null })
    }
    await tenant.confirm()
    expect((await tenant.ask('POST', '/keys', { client: clientId })).status).toBe(404)
    const [key] = await calls.server.services.clients.credentials('didit')
    expect((await tenant.ask('DELETE', `/keys/${key!.id}`)).status).toBe(404)
    expect((await tenant.ask('POST', `/keys/${key!.id}/rotate`)).status).toBe(404)
    expect((await json(await tenant.ask('GET', '/overview'))).buckets).toEqual([])
  })

  it('gets no administrative key, which may do more than they', async () => {
    const { server } = calls
    const { id } = await server.client('liveface', { settings: { administrative: true } })
    const key = (await server.services.clients.credentials('liveface')).find(
      ({ clientId }) => clientId === id,
    )
    const person = await enter(server, 'developer', { email: 'keys@example.org' })
    await person.confirm()
    expect((await person.ask('POST', '/keys', { client: id })).status).toBe(403)
    expect((await person.ask('POST', `/keys/${key!.id}/rotate`)).status).toBe(403)
    expect(
      (await server.services.clients.credentials('liveface')).filter((one) => one.clientId === id),
    ).toEqual([key])
    await administrator.confirm()
    expect((await administrator.ask('POST', '/keys', { client: id })).status).toBe(201)
  })

  it('has a webhook sent once more', async () => {
    const { database } = calls.server.services
    const row = {
      id: 'delivery',
      event_id: 'event',
      destination_id: 'gone',
      client_id: clientId,
      attempts: 3,
    }
    const ended = { last_status: 500, reason: 'x', next_attempt_at: null, created_at: 1, ended_at: 2 }
    const unclaimed = { claimed_by: null, claimed_until: null }
    await database
      .insertInto('webhook_deliveries')
      .values({ ...row, ...ended, ...unclaimed, state: 'failed' })
      .execute()
    expect((await tenant.ask('POST', '/webhooks/delivery/redeliver')).status).toBe(404)
    expect((await developer.ask('POST', '/webhooks/delivery/redeliver')).status).toBe(202)
    const rows = await calls.server.services.audit.list({ clientId })
    expect(rows[0]).toMatchObject({ actor: `console:${developer.id}`, action: 'webhook.redelivered' })
  })
})

describe('a webhook destination', () => {
  const path = '/webhook-destinations'
  const listed = async (person = developer) => (await json(await person.ask('GET', path))).items
  const acts = async () => {
    const rows = await calls.server.services.audit.list({ clientId })
    return rows.map(({ action, actor }) => `${action} ${actor}`)
  }
  const make = (body: object) =>
    developer.ask('POST', path, { client: clientId, events: ['status.updated'], ...body })

  it('is made with a secret that is shown once, changed and deleted, by people whose client it is', async () => {
    await developer.confirm()
    await tenant.confirm()
    const { destination, secret } = await json(await make({ url: 'https://receiver.example/a' }), 201)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect((await acts())[0]).toBe(`destination.created console:${developer.id}`)
    expect(destination).toMatchObject({ client: { id: clientId }, enabled: true, lastAttempt: null })
    const { webhooks } = calls.server.services
    expect(await webhooks.destinations.secrets(clientId, destination.id)).toMatchObject({ current: secret })
    expect(await listed()).toContainEqual(destination)
    expect(JSON.stringify(await listed())).not.toContain(secret)

    const own = `${path}/${destination.id}`
    expect(
      (
        await tenant.ask('POST', path, {
          client: clientId,
          url: 'https://x.example',
          events: ['status.updated'],
        })
      ).status,
    ).toBe(404)
    expect((await tenant.ask('PATCH', own, { enabled: false })).status).toBe(404)
    expect((await tenant.ask('DELETE', own)).status).toBe(404)
    const change = { url: 'https://receiver.example/b', enabled: false }
    expect(await json(await developer.ask('PATCH', own, change))).toEqual({ ...destination, ...change })
    expect((await acts())[0]).toBe(`destination.changed console:${developer.id}`)
    expect((await developer.ask('DELETE', own)).status).toBe(204)
    expect((await acts())[0]).toBe(`destination.removed console:${developer.id}`)
    expect((await developer.ask('DELETE', own)).status).toBe(404)
    expect(await listed()).toEqual([])
  })

  it.each([
    'https://user:password@receiver.example',
    'https://receiver.example:8443',
    'file:///etc/passwd',
    'no address',
  ])('is refused at %s, as over the API of Liveface', async (url) => {
    const { code } = await json(await make({ url }), 400)
    expect(code).toBe('address_refused')
    const headers = { ...calls.headers.liveface, 'content-type': 'application/json' }
    const body = JSON.stringify({ url, events: ['check.completed'] })
    const answer = await fetch(`${calls.server.url}/api/v1/webhooks`, { method: 'POST', headers, body })
    expect(answer.status).toBe(422)
    const { destination } = await json(await make({ url: 'https://receiver.example' }), 201)
    const own = `${path}/${destination.id}`
    expect((await json(await developer.ask('PATCH', own, { url }), 400)).code).toBe('address_refused')
    await developer.ask('DELETE', own)
  })

  it('is one for each address of a client, and hears what its API tells alone', async () => {
    const first = await json(await make({ url: 'https://receiver.example/1' }), 201)
    const second = await json(await make({ url: 'https://receiver.example/2' }), 201)
    expect((await json(await make({ url: 'https://receiver.example/1' }), 409)).code).toBe(
      'destination_exists',
    )
    const own = `${path}/${second.destination.id}`
    const taken = { url: 'https://receiver.example/1' }
    expect((await json(await developer.ask('PATCH', own, taken), 409)).code).toBe('destination_exists')
    for (const events of [[], ['check.completed'], ['*']]) {
      expect((await make({ url: 'https://receiver.example/3', events })).status).toBe(400)
      expect((await developer.ask('PATCH', own, { events })).status).toBe(400)
    }
    const { items } = await json(await developer.ask('GET', '/clients'))
    const eventsOf = Object.fromEntries(
      items.map(({ dialects, webhookEvents }: { dialects: string[]; webhookEvents: string[] }) => [
        dialects[0],
        webhookEvents.length,
      ]),
    )
    expect(eventsOf).toMatchObject({ cashfree: 0, indiconnect: 0, didit: 1, verifyhq: 3, liveface: 3 })
    const [cashfree] = await calls.server.services.clients.list('cashfree')
    expect((await make({ client: cashfree!.id, url: 'https://receiver.example' })).status).toBe(400)
    for (const { destination } of [first, second]) await developer.ask('DELETE', `${path}/${destination.id}`)
  })
})

describe('a test of a webhook destination', () => {
  // Pictures of another test's caller lie on this machine, so loopback is allowed here; the port is not.
  it('obeys the rules of every webhook, is kept, and is in the audit log', async () => {
    const { webhooks, audit } = calls.server.services
    const secret = { label: 'x', version: 'v3', secret: 'x'.repeat(32), enabled: true }
    const url = 'https://127.0.0.1:1/hook'
    const destination = await webhooks.destinations.create({
      ...{ clientId, dialect: 'didit', url, events: ['status.updated'] },
      ...secret,
    })
    if (destination === 'url_taken') throw new Error('taken')
    const path = `/webhook-destinations/${destination.id}/test`
    expect((await tenant.ask('POST', path)).status).toBe(404)
    expect((await developer.ask('POST', path)).status).toBe(202)
    const rows = await audit.list({ clientId })
    const act = { action: 'webhook.tested', subject: destination.id, actor: `console:${developer.id}` }
    expect(rows[0]).toMatchObject(act)
    const listed = async () => (await json(await developer.ask('GET', '/webhook-destinations'))).items[0]
    await until(async () => (await listed()).lastAttempt !== null, 'the attempt')
    expect((await listed()).lastAttempt).toMatchObject({ status: null, error: 'refused_url' })
  })
})

describe('an auditor', () => {
  it('reads the log page by page and verifies it', async () => {
    const first = await json(await auditor.ask('GET', '/audit?limit=1'))
    const second = await json(await auditor.ask('GET', `/audit?limit=1&cursor=${first.nextCursor}`))
    expect(second.items[0].sequence).toBe(first.items[0].sequence - 1)
    const { items } = await json(await auditor.ask('GET', '/audit?kind=check.decided'))
    expect(new Set(items.map(({ act }: { act: string }) => act))).toEqual(new Set(['check.decided']))
    expect(items[0]).toMatchObject({ actor: items[0].client, actorName: items[0].clientName })
    const { items: begun } = await json(await auditor.ask('GET', '/audit?kind=session.begun'))
    const own = begun.find(({ target }: { target: string }) => target === auditor.id)
    expect(own).toMatchObject({ actor: `console:${auditor.id}`, actorName: 'auditor', clientName: null })
    // Every act of these tests has words in the pages.
    const { items: all } = await json(await auditor.ask('GET', '/audit?limit=100'))
    for (const { act } of all) expect(Object.keys(en.audit.acts)).toContain(act)
    expect(await json(await auditor.ask('GET', '/audit/verification'))).toMatchObject({
      sound: true,
      brokenAt: null,
    })
  })
})

describe('an administrator', () => {
  it('sees verdicts, settings without their secrets, and findings', async () => {
    const overview = await json(await administrator.ask('GET', '/overview?hours=1'))
    expect(overview).toMatchObject({ workers: 1, storage: { databaseBytes: expect.any(Number) } })
    expect(overview.buckets).toContainEqual(
      expect.objectContaining({ dialect: 'didit', pass: expect.any(Number) }),
    )
    const settings = await json(await administrator.ask('GET', '/settings'))
    const key = settings.find(({ name }: { name: string }) => name === 'LIVEFACE_MASTER_KEY')
    expect(['set', 'not set']).toContain(key.value)
    const findings = await json(await administrator.ask('GET', '/health-findings'))
    expect(findings[0]).toMatchObject({ level: 'ok', count: null })
    for (const { code, text } of findings) expect(en.settings.findingWords[code]).toBe(text)
  })

  it('changes limits of a client, each by itself', async () => {
    await administrator.confirm()
    const path = `/clients/${clientId}`
    const own = async () => {
      const { items } = await json(await administrator.ask('GET', '/clients'))
      return items.find(({ id }: { id: string }) => id === clientId)
    }
    const before = await own()
    const changes = [{ retentionMonths: 6 }, { requestsPerMinute: 100_000 }, { balance: 1_000_000 }]
    for (const change of changes) expect((await administrator.ask('PATCH', path, change)).status).toBe(200)
    expect(await own()).toEqual({ ...before, ...Object.assign({}, ...changes) })
    const acts = await calls.server.services.audit.list({ clientId })
    expect(acts[0]).toMatchObject({
      action: 'client.changed',
      actor: `console:${administrator.id}`,
      details: { settings: ['balance'] },
    })
    for (const wrong of [
      { retentionMonths: 121 },
      { retentionMonths: 0 },
      { balance: -1 },
      { balance: 1.5 },
    ]) {
      expect((await administrator.ask('PATCH', path, wrong)).status).toBe(400)
    }
    expect((await administrator.ask('PATCH', '/clients/none', { balance: 1 })).status).toBe(404)
    const { requestsPerMinute, retentionMonths, balance } = before
    await administrator.ask('PATCH', path, { requestsPerMinute, retentionMonths, balance })
    expect(await own()).toEqual(before)
  })

  it('finds a person by name and by picture, and erases them with a certificate', async () => {
    const found = await json(await administrator.ask('GET', '/people?subject=person-1'))
    expect(found).toMatchObject({ cases: [{ dialect: 'didit' }], enrolments: [{ client: { id: clientId } }] })
    const search = () =>
      administrator.ask('POST', '/people/search', form({ client: clientId, picture: actedPhoto() }))
    const { matches } = await json(await search())
    expect(matches).toContainEqual(
      expect.objectContaining({ subject: 'person-1', similarity: expect.any(Number) }),
    )
    const body = { client: clientId, subject: 'person-1' }
    await administrator.confirm()
    const exported = await administrator.ask('POST', '/people/export', body)
    expect([exported.status, exported.headers.get('content-type')]).toEqual([200, 'application/zip'])
    const files = unzipSync(new Uint8Array(await exported.arrayBuffer()))
    const [client] = JSON.parse(strFromU8(files['person.json']!)).clients
    expect(client).toMatchObject({ client: clientId, checks: [{ state: 'done' }] })
    expect(Object.keys(files).toSorted()).toEqual([
      'person.json',
      ...client.evidence.map(({ file }: { file: string }) => file),
    ])
    for (const { file, size } of client.evidence) expect(files[file]).toHaveLength(size)
    const [given] = await calls.server.services.audit.list({ clientId })
    expect(given).toMatchObject({ action: 'person.exported', actor: `console:${administrator.id}` })
    const tenantAuditor = { email: 'other@example.org', clients: ['none'] }
    const stranger = await enter(calls.server, 'auditor', tenantAuditor)
    await stranger.confirm()
    expect((await stranger.ask('POST', '/people/export', body)).status).toBe(404)
    const { certificate } = await json(await administrator.ask('POST', '/people/erase', body))
    expect(certificate).toMatchObject({ counts: { checks: 1, faces: 1 }, auditSequence: expect.any(Number) })
    const rows = await calls.server.services.audit.list({ clientId })
    const row = rows.find(({ sequence }) => sequence === certificate.auditSequence)
    expect(row).toMatchObject({ action: 'person.erased', actor: `console:${administrator.id}` })
    expect(new Date(row!.at).toISOString()).toBe(certificate.at)
    expect(await json(await administrator.ask('GET', '/people?subject=person-1'))).toMatchObject({
      cases: [],
      enrolments: [],
    })
    expect((await administrator.ask('POST', '/people/erase', body)).status).toBe(404)
  })
})

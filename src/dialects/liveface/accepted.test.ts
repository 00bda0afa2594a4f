/** Real requests, records and webhooks; a stub engine reads in each picture what to see, which hides the nets. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heldSceneEngine, pictureOf, type Scene } from '../../../test/contract/pictures.ts'
import { form, type Part } from '../../../test/support/form.ts'
import { until } from '../../../test/support/patience.ts'
import { type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'

let server: TestServer
let receiver: Receiver
let headers: Record<string, string>
let clientId: string
/** Holds every analysis while it is true. */
let hold = false
beforeAll(async () => {
  receiver = await startReceiver()
  server = await startTestServer({
    engine: heldSceneEngine(() => hold),
    settings: {
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(receiver.port),
      LIVEFACE_RATE_PER_IP: '1000000',
      LIVEFACE_WAITING_CHECKS: '3',
      LIVEFACE_WAITING_MB: '1',
    },
  })
})
afterAll(async () => {
  await server.stop()
  await receiver.stop()
})
beforeEach(async () => {
  hold = false
  ;({ id: clientId, headers } = await server.client('liveface', { balance: 10 }))
  expect((await call('POST', '/webhooks', JSON.stringify(hook()))).status).toBe(201)
})

async function call(method: string, path: string, body?: FormData | string, more = {}) {
  const type: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
  const init = { method, headers: { ...headers, ...type, ...more }, ...(body ? { body } : {}) }
  const response = await fetch(`${server.url}/api/v1${path}`, init)
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  const read = (text === '' ? null : JSON.parse(text)) as any
  return { status: response.status, headers: response.headers, body: read, text }
}
const hook = () => ({ url: receiver.url, events: ['session.completed'] })
const submit = (scene: Scene, more: Record<string, Part> = {}, sent = {}, type = 'liveness') =>
  call('POST', `/${type}`, form({ picture: pictureOf(scene), callback_url: receiver.url, ...more }), sent)
const ended = async (id: string) => {
  await until(async () => (await call('GET', `/checks/${id}`)).status !== 202, 'The end of a check')
  return call('GET', `/checks/${id}`)
}
const message = async (id: string) => {
  const about = ({ body }: { body: string }) => JSON.parse(body).data.id === id
  await until(() => receiver.received.some(about), 'The message')
  const found = receiver.received.filter(about)
  expect(found).toHaveLength(1)
  return JSON.parse(found[0]!.body)
}
const balance = async () => {
  const own = server.database.selectFrom('clients').select('balance').where('id', '=', clientId)
  return (await own.executeTakeFirstOrThrow()).balance
}
const waiting = async () => (await server.services.pending.waiting(clientId)).checks
const pictures = async (id: string) => (await server.services.evidence.list(clientId, id)).length

describe('a check with a callback_url', () => {
  it('is accepted at once, pending until it was measured, and told of', async () => {
    hold = true
    const { status, body, headers: given } = await submit({}, { person: 'person-1' })
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { type: 'liveness', person: 'person-1', status: 'pending' },
    })
    expect(given.get('location')).toBe(`/api/v1/checks/${body.id}`)
    const pending = await call('GET', `/checks/${body.id}`)
    expect(pending).toMatchObject({ status: 202, body })
    expect(pending.headers.get('retry-after')).toBe('1')
    expect(await call('DELETE', `/checks/${body.id}`)).toMatchObject({ status: 409 })
    expect((await call('GET', '/checks')).body.data).toEqual([])
    expect(await balance()).toBe(9)
    // Sealed until it was measured, and then gone: this server keeps no pictures.
    expect(await pictures(body.id)).toBe(1)
    hold = false
    const done = await ended(body.id)
    expect(done).toMatchObject({ status: 200, body: { id: body.id, verdict: 'pass', person: 'person-1' } })
    expect(await message(body.id)).toMatchObject({ type: 'check.completed', data: done.body })
    expect(await pictures(body.id)).toBe(0)
    expect((await call('GET', '/checks')).body.data).toEqual([done.body])
    expect(await balance()).toBe(9)
  })

  it('of two pictures is measured with both', async () => {
    const { body } = await submit({ similarity: 0.31 }, { reference: pictureOf() }, {}, 'match')
    expect((await ended(body.id)).body).toMatchObject({ verdict: 'fail', probability: 0.31 })
  })

  it('that met a problem is answered with it and told of, and costs nothing', async () => {
    const { body } = await submit({ throws: 'picture_damaged' }, { person: 'person-2' })
    const problem = { code: 'picture_unreadable', status: 422, errors: [{ field: 'picture' }] }
    expect(await ended(body.id)).toMatchObject({ status: 422, body: problem })
    expect(await message(body.id)).toMatchObject({
      type: 'check.failed',
      data: { id: body.id, type: 'liveness', person: 'person-2', status: 'failed', problem },
    })
    expect([await balance(), await pictures(body.id)]).toEqual([10, 0])
    expect((await call('GET', '/checks')).body.data).toEqual([])
    expect((await call('DELETE', `/checks/${body.id}`)).status).toBe(204)
  })

  it('is accepted once for one key', async () => {
    const again = { 'idempotency-key': 'again' }
    const first = await submit({}, {}, again)
    const second = await submit({}, {}, again)
    expect(second).toMatchObject({ status: 202, body: first.body })
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    await ended(first.body.id)
    expect(await balance()).toBe(9)
  })

  it('is erased with its person before it was measured', async () => {
    hold = true
    const { body } = await submit({}, { person: 'person-3' })
    expect((await call('DELETE', '/people/person-3')).status).toBe(200)
    expect(await balance()).toBe(10)
    hold = false
    expect(await pictures(body.id)).toBe(0)
    expect((await call('GET', `/checks/${body.id}`)).status).toBe(404)
    // The next one waits for the one before, which leaves nothing.
    await ended((await submit({})).body.id)
    expect((await call('GET', `/checks/${body.id}`)).status).toBe(404)
  })

  it('that is erased with its person while its pictures are written leaves nothing', async () => {
    const { evidence } = server.services
    const { stage } = evidence
    let erased: Awaited<ReturnType<typeof call>> | undefined
    evidence.stage = async (picture) => {
      const staged = await stage(picture)
      erased = await call('DELETE', '/people/person-4')
      return staged
    }
    try {
      expect(await submit({}, { person: 'person-4' })).toMatchObject({
        status: 409,
        body: { code: 'check_erased' },
      })
    } finally {
      evidence.stage = stage
    }
    expect(erased?.status).toBe(200)
    const kept = server.database.selectFrom('evidence').select('id').where('client_id', '=', clientId)
    expect([await waiting(), await kept.execute(), await balance()]).toEqual([0, [], 10])
  })

  it('is refused where as many wait as may, or as many bytes of pictures', async () => {
    hold = true
    // The first is taken by the worker, which does not end it.
    const ids = []
    for (let count = 0; count < 3; count++) ids.push((await submit({})).body.id)
    const full = { status: 429, body: { code: 'too_many_pending' } }
    const refused = await submit({})
    expect(refused).toMatchObject(full)
    expect(refused.headers.get('retry-after')).toBe('10')
    const { headers: other, id } = await server.client('liveface')
    const own = { ...hook(), url: `${receiver.url}/other` }
    expect((await call('POST', '/webhooks', JSON.stringify(own), other)).status).toBe(201)
    const large = Buffer.concat([pictureOf({}), Buffer.alloc(1024 * 1024)])
    const given = form({ picture: large, callback_url: own.url })
    expect(await call('POST', '/liveness', given, other)).toMatchObject(full)
    expect(await submit({}, { callback_url: own.url }, other)).toMatchObject({ status: 202 })
    hold = false
    for (const checkId of ids) await ended(checkId)
    await until(async () => (await server.services.pending.waiting(id)).checks === 0, 'The end of the other')
    expect(await balance()).toBe(7)
  })

  it('is refused where others that came at once have taken the room', async () => {
    hold = true
    /** A machine under load may be busy first. */
    const insist = async (): ReturnType<typeof submit> => {
      const answer = await submit({})
      return answer.status === 503 ? insist() : answer
    }
    const answers = await Promise.all(Array.from({ length: 8 }, insist))
    const accepted = answers.filter(({ status }) => status === 202)
    expect([accepted.length, await waiting(), await balance()]).toEqual([3, 3, 7])
    const codes = answers.filter(({ status }) => status !== 202).map(({ body }) => body.code)
    expect(new Set(codes)).toEqual(new Set(['too_many_pending']))
    hold = false
    for (const { body } of accepted) await ended(body.id)
  })

  it('is refused without a webhook at that address and without a prepaid check', async () => {
    const elsewhere = await submit({}, { callback_url: `${receiver.url}/other` })
    expect(elsewhere).toMatchObject({ status: 422, body: { code: 'callback_unknown' } })
    const { headers: foreign } = await server.client('liveface')
    expect(await submit({}, {}, foreign)).toMatchObject({ status: 422, body: { code: 'callback_unknown' } })
    await server.database.updateTable('clients').set({ balance: 0 }).where('id', '=', clientId).execute()
    expect(await submit({})).toMatchObject({ status: 402, body: { code: 'balance_empty' } })
    expect(await waiting()).toBe(0)
  })
})

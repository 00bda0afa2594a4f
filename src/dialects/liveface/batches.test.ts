/** Real requests and records; a stub engine reads in each picture what to see, which hides the nets. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heldSceneEngine, noPicture, pictureOf, type Scene } from '../../../test/contract/pictures.ts'
import { until } from '../../../test/support/patience.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import type { BatchAnswer } from './batch-schemas.ts'

let server: TestServer
let headers: Record<string, string>
let clientId: string
/** Holds every analysis while it is true. */
let hold = false
beforeAll(async () => {
  server = await startTestServer({
    engine: heldSceneEngine(() => hold),
    settings: { LIVEFACE_RATE_PER_IP: '1000000', LIVEFACE_WAITING_CHECKS: '20' },
  })
})
afterAll(() => server.stop())
beforeEach(async () => {
  hold = false
  ;({ id: clientId, headers } = await server.client('liveface', { balance: 10 }))
})

const base64 = (scene: Scene = {}) => pictureOf(scene).toString('base64')
const line = (scene: Scene = {}, more: object = {}) => ({ type: 'liveness', picture: base64(scene), ...more })
const ndjson = (lines: readonly object[]) => lines.map((one) => `${JSON.stringify(one)}\n`).join('')

async function call(method: string, path: string, body?: string, more: Record<string, string> = {}) {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/x-ndjson' }
  const init = { method, headers: { ...headers, ...type, ...more }, ...(body === undefined ? {} : { body }) }
  const response = await fetch(`${server.url}/api/v1${path}`, init)
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  const read = (): any => JSON.parse(text)
  return { status: response.status, headers: response.headers, text, read }
}
async function submit(lines: readonly object[]): Promise<BatchAnswer> {
  const { status, read, text } = await call('POST', '/batches', ndjson(lines))
  expect(status, text).toBe(202)
  return read()
}
const batch = async (id: string): Promise<BatchAnswer> => (await call('GET', `/batches/${id}`)).read()
async function ended(id: string): Promise<BatchAnswer> {
  await until(async () => (await batch(id)).status !== 'running', 'The end of the batch')
  return batch(id)
}
async function results(id: string, query = '') {
  const { headers: given, text } = await call('GET', `/batches/${id}/results${query}`)
  expect(given.get('content-type')).toBe('application/x-ndjson')
  return text
    .split('\n')
    .filter(Boolean)
    .map((one) => JSON.parse(one))
}
const balance = async () => {
  const own = server.database.selectFrom('clients').select('balance').where('id', '=', clientId)
  return (await own.executeTakeFirstOrThrow()).balance
}
const waiting = () => server.services.pending.waiting(clientId)

describe('a batch', () => {
  it('has every line measured as its call would, and gives what became of it line by line', async () => {
    const accepted = await call(
      'POST',
      '/batches',
      // A line without anything is none, and keeps its number.
      `\n${ndjson([
        line({}, { person: 'person-1' }),
        { type: 'match', picture: base64({ similarity: 0.31 }), reference: base64() },
        { type: 'age', picture: base64({ years: 33 }), minimum_age: 40 },
        line({ throws: 'picture_damaged' }),
      ])}`,
    )
    const { id } = accepted.read()
    expect(accepted.headers.get('location')).toBe(`/api/v1/batches/${id}`)
    expect(accepted.read()).toMatchObject({ status: 'running', total: 4, pending: 4, completed: 0 })
    const counts = { total: 4, pending: 0, completed: 3, failed: 1, cancelled: 0, erased: 0 }
    expect(await ended(id)).toMatchObject({ id, status: 'completed', ...counts })
    const found = await results(id)
    expect(found).toMatchObject([
      { line: 2, check: { type: 'liveness', verdict: 'pass', person: 'person-1' }, problem: null },
      { line: 3, check: { type: 'match', verdict: 'fail' }, problem: null },
      { line: 4, check: { type: 'age', verdict: 'fail', age: { minimum_age: 40 } }, problem: null },
      { line: 5, check: null, problem: { code: 'picture_unreadable', errors: [{ field: 'picture' }] } },
    ])
    expect(await results(id, '?after=4')).toEqual(found.slice(3))
    // The same check by its own id.
    expect((await call('GET', `/checks/${found[0].id}`)).read()).toEqual(found[0].check)
    expect(await balance()).toBe(7)
    expect(await waiting()).toEqual({ checks: 0, bytes: 0 })
  })

  it.each([
    ['no line', '', 422, 'fields_invalid', 'lines'],
    ['no JSON', '{', 400, 'body_malformed', 'lines.1'],
    ['a list', ndjson([line(), []]), 400, 'body_malformed', 'lines.2'],
    ['no type', ndjson([{ picture: base64() }]), 422, 'fields_invalid', 'lines.1.type'],
    ['no picture', ndjson([line(), { type: 'age' }]), 422, 'fields_invalid', 'lines.2.picture'],
    ['an unknown field', ndjson([line({}, { reference: 'x' })]), 422, 'fields_invalid', 'lines.1.reference'],
    ['U+0000', ndjson([line({}, { person: 'a\0' })]), 422, 'fields_invalid', 'lines.1.person'],
    [
      'a text',
      ndjson([line({}, { picture: noPicture.toString('base64') })]),
      415,
      'picture_type_unsupported',
      'lines.1.picture',
    ],
    [
      'an unknown callback',
      ndjson([line({}, { callback_url: 'https://example.com/x' })]),
      422,
      'callback_unknown',
      'lines.1',
    ],
    [
      'more empty lines than may wait',
      `${'\n'.repeat(20)}${ndjson([line()])}`,
      413,
      'body_too_large',
      undefined,
    ],
    [
      'more lines than may wait',
      ndjson(Array.from({ length: 21 }, () => line())),
      413,
      'body_too_large',
      undefined,
    ],
    ['more than is paid', ndjson(Array.from({ length: 11 }, () => line())), 402, 'balance_empty', undefined],
  ])('with %s is refused, and nothing is accepted', async (_what, body, status, code, field) => {
    const answer = await call('POST', '/batches', body)
    expect(answer).toMatchObject({ status })
    const errors = field === undefined ? undefined : [{ field, message: expect.any(String) }]
    expect(answer.read()).toMatchObject({ code, ...(errors ? { errors } : {}) })
    expect([await balance(), await waiting()]).toEqual([10, { checks: 0, bytes: 0 }])
  })

  it('of another content type is refused', async () => {
    const sent = { 'content-type': 'application/json' }
    expect((await call('POST', '/batches', ndjson([line()]), sent)).status).toBe(415)
  })

  it('that has no room beside what waits is refused', async () => {
    await server.database.updateTable('clients').set({ balance: 30 }).where('id', '=', clientId).execute()
    hold = true
    const { id } = await submit(Array.from({ length: 15 }, () => line()))
    const refused = await call('POST', '/batches', ndjson(Array.from({ length: 10 }, () => line())))
    expect(refused.read()).toMatchObject({ status: 429, code: 'too_many_pending' })
    await call('POST', `/batches/${id}/cancel`)
    hold = false
    await ended(id)
  })

  it('is accepted once for one key', async () => {
    const key = { 'idempotency-key': 'again' }
    const body = ndjson([line()])
    const first = await call('POST', '/batches', body, key)
    const second = await call('POST', '/batches', body, key)
    expect([first.status, second.status, second.read()]).toEqual([202, 202, first.read()])
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    const other = await call('POST', '/batches', ndjson([line({ score: 0 })]), key)
    expect(other.read()).toMatchObject({ code: 'idempotency_key_reused' })
    await ended(first.read().id)
    expect(await balance()).toBe(9)
  })

  it('is cancelled: what waits ends unmeasured and is given back', async () => {
    hold = true
    const { id } = await submit([line(), line(), line()])
    await until(async () => {
      const claimed = server.database
        .selectFrom('pending_checks')
        .select('id')
        .where('client_id', '=', clientId)
      return (await claimed.where('claimed_by', 'is not', null).execute()).length > 0
    }, 'The first check under way')
    const cancelled = await call('POST', `/batches/${id}/cancel`)
    expect(cancelled.read()).toMatchObject({ status: 'running', cancelled_at: expect.any(String) })
    expect((await call('POST', `/batches/${id}/cancel`)).read().cancelled_at).toBe(
      cancelled.read().cancelled_at,
    )
    hold = false
    expect(await ended(id)).toMatchObject({ status: 'cancelled', completed: 1, cancelled: 2, failed: 0 })
    const codes = (await results(id)).map(({ problem }) => problem?.code ?? null).sort()
    expect(codes).toEqual(['check_cancelled', 'check_cancelled', null])
    expect(await balance()).toBe(9)
  })

  it('that is done stays so when it is cancelled', async () => {
    const { id } = await submit([line()])
    const done = await ended(id)
    const { status, read } = await call('POST', `/batches/${id}/cancel`)
    expect([status, read()]).toEqual([200, done])
    expect(await batch(id)).toMatchObject({ status: 'completed', cancelled_at: null })
  })

  it('belongs to its client alone', async () => {
    const { id } = await submit([line()])
    await ended(id)
    const before = await results(id)
    const { headers: stranger } = await server.client('liveface')
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/results'],
      ['POST', '/cancel'],
    ] as const) {
      const answer = await call(method, `/batches/${id}${path}`, undefined, stranger)
      expect(answer.read()).toMatchObject({ status: 404, code: 'batch_unknown' })
    }
    expect([(await batch(id)).cancelled_at, await results(id)]).toEqual([null, before])
  })

  it('loses what is erased with a person, and goes with the last of it', async () => {
    hold = true
    const { id } = await submit([line({}, { person: 'one' }), line({}, { person: 'two' })])
    expect((await call('DELETE', '/people/two')).status).toBe(200)
    hold = false
    expect(await ended(id)).toMatchObject({ total: 2, completed: 1, erased: 1 })
    expect(await results(id)).toMatchObject([{ line: 1, check: { person: 'one' } }])
    expect((await call('DELETE', '/people/one')).status).toBe(200)
    expect((await call('GET', `/batches/${id}`)).status).toBe(404)
    const left = server.database.selectFrom('batched_checks').selectAll().where('batch_id', '=', id)
    expect(await left.execute()).toEqual([])
  })
})

/** Every problem of the API, each from a real request. A stub engine throws what no picture here could make it throw. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { heldSceneEngine, noPicture, pictureOf, type Scene } from '../../../test/contract/pictures.ts'
import { form, type Part } from '../../../test/support/form.ts'
import { until } from '../../../test/support/patience.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { type ProblemCode, problemCodes } from './errors.ts'
import { enrolmentReasons } from './reasons.ts'

let server: TestServer
let headers: Record<string, string>
let clientId: string
/** Holds every analysis while it is true. */
let hold = false
beforeAll(async () => {
  server = await startTestServer({
    engine: heldSceneEngine(() => hold),
    settings: {
      LIVEFACE_RATE_PER_IP: '1000000',
      LIVEFACE_RATE_PER_CLIENT: '1000000',
      LIVEFACE_WAITING_CHECKS: '3',
    },
  })
  ;({ headers, id: clientId } = await server.client('liveface'))
})
afterAll(() => server.stop())

const megabyte = 1024 * 1024
const uuid = '00000000-0000-4000-8000-000000000000'

function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const all = new Headers(headers)
  new Headers(init.headers).forEach((value, name) => {
    all.set(name, value)
  })
  return fetch(`${server.url}/api/v1${path}`, { method, ...init, headers: all })
}
const get = (path: string, sent: Record<string, string> = {}) => send('GET', path, { headers: sent })
const json = (body: object) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const post = (path: string, body: unknown, sent: Record<string, string> = {}) =>
  send('POST', path, {
    headers: { 'content-type': 'application/json', ...sent },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const check = (parts: Record<string, Part>, call = 'liveness', sent: Record<string, string> = {}) =>
  send('POST', `/${call}`, { headers: sent, body: form(parts) })
const picture = pictureOf()
const large = Buffer.concat([picture, Buffer.alloc(10 * megabyte)])
const hook = { url: 'https://example.com/hook', events: ['check.completed'] }

/** Headers of who manages clients. */
const administrative = async () =>
  (await server.client('liveface', { settings: { administrative: true } })).headers

/** So many checks of the client that wait for a day which never comes. */
async function waiting(count: number): Promise<void> {
  const row = {
    client_id: clientId,
    operation: 'liveness',
    fields: '{}',
    destination_id: 'x',
    request_id: 'x',
  }
  const rows = Array.from({ length: count }, (_, index) => ({
    ...row,
    ...{
      id: `waiting-${index}`,
      attempts: 0,
      due_at: Date.now() + 60_000,
      claimed_by: null,
      is_cancelled: 0,
      created_at: 0,
    },
  }))
  await server.database.insertInto('pending_checks').values(rows).execute()
}

const enrol = (scene: Scene, more: Record<string, Part> = {}) =>
  check({ picture: pictureOf(scene), person: 'enrolled', ...more }, 'people')
const flawed = (code: string) => enrol({ subject: { quality: { faults: [code], score: 20 } as never } })

/** A request under way with this header, and what is answered to another one meanwhile. */
async function meanwhile(sent: Record<string, string>, ask: () => Promise<Response>): Promise<Response> {
  hold = true
  const slow = check({ picture }, 'liveness', sent)
  try {
    await until(() => server.services.admission.stats().underWay > 0)
    await until(async () => (await reserved()) !== undefined)
    return await ask()
  } finally {
    hold = false
    await slow
  }
}
const reserved = async () =>
  (
    await server.database
      .selectFrom('checks')
      .select('id')
      .where('state', '=', 'reserved')
      .where('operation', '=', 'liveness')
      .executeTakeFirst()
  )?.id

type Row = [what: string, ask: () => Promise<Response>, status: number, code: ProblemCode, fields?: string[]]
const rows: Row[] = [
  ['no key', () => get('/checks', { authorization: '' }), 401, 'key_missing'],
  ['another scheme', () => get('/checks', { authorization: 'Basic eDp5' }), 401, 'key_missing'],
  [
    'a wrong key',
    () => get('/checks', { authorization: `Bearer lf_test_${'0'.repeat(48)}` }),
    401,
    'key_unknown',
  ],
  ['no such key', () => get('/checks', { authorization: 'Bearer x' }), 401, 'key_unknown'],
  [
    'an address that is not allowed',
    async () => {
      const settings = { ipAllowList: ['203.0.113.1'] }
      return get('/checks', (await server.client('liveface', { settings })).headers)
    },
    403,
    'address_not_allowed',
  ],
  ['clients without an administrative key', () => get('/clients'), 403, 'key_not_administrative'],
  [
    'a check with an administrative key',
    async () => get('/checks', await administrative()),
    403,
    'key_administrative',
  ],
  ['no such client', async () => get(`/clients/${uuid}`, await administrative()), 404, 'client_unknown'],
  [
    'no such key of a client',
    async () => send('DELETE', `/clients/${clientId}/keys/${uuid}`, { headers: await administrative() }),
    404,
    'client_key_unknown',
  ],
  [
    'a balance below zero',
    async () =>
      send('PATCH', `/clients/${clientId}`, {
        body: '{"balance":-1}',
        headers: { 'content-type': 'application/json', ...(await administrative()) },
      }),
    422,
    'fields_invalid',
    ['balance'],
  ],
  [
    'one request more than allowed',
    async () => {
      const settings = { ratePerMinute: 1 }
      const { headers: slow } = await server.client('liveface', { settings })
      await get('/checks', slow)
      return get('/checks', slow)
    },
    429,
    'too_many_requests',
  ],
  [
    'no prepaid check',
    async () => check({ picture }, 'liveness', (await server.client('liveface', { balance: 0 })).headers),
    402,
    'balance_empty',
  ],
  ['an unknown path', () => get('/nothing'), 404, 'route_unknown'],
  ['another method', () => send('PUT', '/liveness'), 404, 'route_unknown'],
  ['an unknown check', () => get(`/checks/${uuid}`), 404, 'check_unknown'],
  ['an unknown check to erase', () => send('DELETE', `/checks/${uuid}`), 404, 'check_unknown'],
  ['an unknown session', () => get(`/sessions/${uuid}`), 404, 'session_unknown'],
  ['an unknown session to erase', () => send('DELETE', `/sessions/${uuid}`), 404, 'session_unknown'],
  ['an unknown webhook', () => send('DELETE', `/webhooks/${uuid}`), 404, 'webhook_unknown'],
  [
    'a check under way',
    () => meanwhile({}, async () => get(`/checks/${await reserved()}`)),
    409,
    'check_under_way',
  ],
  [
    'a check that is erased with its person while it is measured',
    async () => {
      hold = true
      const slow = check({ picture, person: 'erased' })
      try {
        await until(async () => (await reserved()) !== undefined)
        await send('DELETE', '/people/erased')
      } finally {
        hold = false
      }
      return slow
    },
    409,
    'check_erased',
  ],
  [
    'a webhook at the address of another',
    async () => {
      expect((await post('/webhooks', hook)).status).toBe(201)
      return post('/webhooks', hook)
    },
    409,
    'webhook_exists',
  ],
  ['an unknown batch', () => get(`/batches/${uuid}`), 404, 'batch_unknown'],
  ['results of an unknown batch', () => get(`/batches/${uuid}/results`), 404, 'batch_unknown'],
  ['an unknown batch to cancel', () => send('POST', `/batches/${uuid}/cancel`), 404, 'batch_unknown'],
  [
    'a check of a batch that was cancelled',
    async () => {
      const body = `${JSON.stringify({ type: 'liveness', picture: picture.toString('base64') })}\n`
      const sent = { headers: { 'content-type': 'application/x-ndjson' }, body: body.repeat(2) }
      hold = true
      const batch = (await (await send('POST', '/batches', sent)).json()) as { id: string }
      await send('POST', `/batches/${batch.id}/cancel`)
      hold = false
      const lines = async () => (await get(`/batches/${batch.id}/results`)).text()
      await until(async () => (await lines()).split('\n').length === 3)
      const [, id] = /"id":"([^"]+)","check":null/.exec(await lines())!
      return get(`/checks/${id}`)
    },
    409,
    'check_cancelled',
  ],
  ['a batch in JSON', () => post('/batches', {}), 415, 'body_type_unsupported'],
  ['no line behind one', () => get(`/batches/${uuid}/results?after=-1`), 422, 'fields_invalid', ['after']],
  ['no body', () => send('POST', '/liveness'), 415, 'body_type_unsupported'],
  [
    'a body of text',
    () => post('/liveness', 'x', { 'content-type': 'text/plain' }),
    415,
    'body_type_unsupported',
  ],
  ['a form for a session', () => check({ person: 'p' }, 'sessions'), 415, 'body_type_unsupported'],
  ['JSON that is none', () => post('/liveness', '{'), 400, 'body_malformed'],
  ['a list', () => post('/liveness', []), 400, 'body_malformed'],
  ['a session that is a list', () => post('/sessions', []), 400, 'body_malformed'],
  [
    'a form that breaks off',
    () => post('/liveness', '--x\r\n', { 'content-type': 'multipart/form-data; boundary=x' }),
    400,
    'body_malformed',
  ],
  ['too long a body', () => post('/sessions', { person: 'x'.repeat(65 * 1024) }), 413, 'body_too_large'],
  ['too large a picture', () => check({ picture: large }), 413, 'picture_too_large', ['picture']],
  [
    'too large a picture in base64',
    () => post('/liveness', { picture: large.toString('base64') }),
    413,
    'picture_too_large',
    ['picture'],
  ],
  [
    'a picture of no known type',
    () => check({ picture: noPicture }),
    415,
    'picture_type_unsupported',
    ['picture'],
  ],
  [
    'a reference of no known type',
    () => check({ picture, reference: noPicture }, 'match'),
    415,
    'picture_type_unsupported',
    ['reference'],
  ],
  [
    'a damaged picture',
    () => check({ picture: pictureOf({ throws: 'picture_damaged' }) }),
    422,
    'picture_unreadable',
    ['picture'],
  ],
  [
    'a damaged reference',
    () => check({ picture, reference: pictureOf({ throws: 'picture_damaged' }) }, 'match'),
    422,
    'picture_unreadable',
    ['reference'],
  ],
  [
    'too many pixels',
    () => check({ picture: pictureOf({ throws: 'picture_too_many_pixels' }) }),
    422,
    'picture_too_many_pixels',
    ['picture'],
  ],
  ['no picture', () => post('/liveness', {}), 422, 'fields_invalid', ['picture']],
  ['an empty picture', () => check({ picture: Buffer.alloc(0) }), 422, 'fields_invalid', ['picture']],
  [
    'a picture that is no base64',
    () => post('/liveness', { picture: '*' }),
    422,
    'fields_invalid',
    ['picture'],
  ],
  ['a picture that is a number', () => post('/liveness', { picture: 7 }), 422, 'fields_invalid', ['picture']],
  ['no reference', () => check({ picture }, 'match'), 422, 'fields_invalid', ['reference']],
  ['one picture too many', () => check({ picture, selfie: picture }), 422, 'fields_invalid', ['selfie']],
  ['an unknown field', () => check({ picture, note: 'x' }), 422, 'fields_invalid', ['note']],
  ['an empty person', () => check({ picture, person: ' ' }), 422, 'fields_invalid', ['person']],
  ['too long a person', () => check({ picture, person: 'x'.repeat(201) }), 422, 'fields_invalid', ['person']],
  ['an age of 0', () => check({ picture, minimum_age: '0' }, 'age'), 422, 'fields_invalid', ['minimum_age']],
  [
    'an age of 101',
    () => check({ picture, minimum_age: '101' }, 'age'),
    422,
    'fields_invalid',
    ['minimum_age'],
  ],
  [
    'half an age',
    () => check({ picture, minimum_age: '1.5' }, 'age'),
    422,
    'fields_invalid',
    ['minimum_age'],
  ],
  ['no limit', () => get('/checks?limit=0'), 422, 'fields_invalid', ['limit']],
  ['too high a limit', () => get('/checks?limit=101'), 422, 'fields_invalid', ['limit']],
  ['an unknown verdict', () => get('/checks?verdict=maybe'), 422, 'fields_invalid', ['verdict']],
  ['an unknown type', () => get('/checks?type=face'), 422, 'fields_invalid', ['type']],
  ['a cursor of another list', () => get('/checks?cursor=x'), 422, 'fields_invalid', ['cursor']],
  ['an unknown filter', () => get('/checks?page=2'), 422, 'fields_invalid', ['page']],
  ['a session of nobody', () => post('/sessions', {}), 422, 'fields_invalid', ['person']],
  [
    'half a mirror',
    () => post('/sessions', { person: 'p', mirrored: 1 }),
    422,
    'fields_invalid',
    ['mirrored'],
  ],
  [
    'a webhook without TLS',
    () => post('/webhooks', { ...hook, url: 'http://example.com' }),
    422,
    'fields_invalid',
    ['url'],
  ],
  [
    'a webhook at home',
    () => post('/webhooks', { ...hook, url: 'https://127.0.0.1' }),
    422,
    'fields_invalid',
    ['url'],
  ],
  [
    'a webhook of nothing',
    () => post('/webhooks', { ...hook, events: [] }),
    422,
    'fields_invalid',
    ['events'],
  ],
  [
    'a webhook of else',
    () => post('/webhooks', { ...hook, events: ['x'] }),
    422,
    'fields_invalid',
    ['events.0'],
  ],
  [
    'a key of two words',
    () => check({ picture }, 'liveness', { 'idempotency-key': 'a b' }),
    400,
    'idempotency_key_invalid',
  ],
  [
    'too long a key',
    () => check({ picture }, 'liveness', { 'idempotency-key': 'x'.repeat(256) }),
    400,
    'idempotency_key_invalid',
  ],
  [
    'a key of another request',
    async () => {
      await post('/sessions', { person: 'one' }, { 'idempotency-key': 'used' })
      return post('/sessions', { person: 'two' }, { 'idempotency-key': 'used' })
    },
    422,
    'idempotency_key_reused',
  ],
  [
    'a key of a request under way',
    () => {
      const sent = { 'idempotency-key': 'slow' }
      return meanwhile(sent, () => check({ picture }, 'liveness', sent))
    },
    409,
    'idempotency_key_under_way',
  ],
  [
    'a callback that is no webhook',
    () => check({ picture, callback_url: 'https://example.com/nobody' }),
    422,
    'callback_unknown',
  ],
  [
    'a callback at home',
    () => check({ picture, callback_url: 'https://127.0.0.1' }),
    422,
    'fields_invalid',
    ['callback_url'],
  ],
  [
    'one more check that waits than may',
    async () => {
      await post('/webhooks', hook)
      await waiting(3)
      const refused = await check({ picture, callback_url: hook.url })
      await server.database.deleteFrom('pending_checks').execute()
      return refused
    },
    429,
    'too_many_pending',
  ],
  ['nothing of a person', () => get('/people/nobody'), 404, 'person_unknown'],
  ['no export of a person', () => get('/people/nobody/export'), 404, 'person_unknown'],
  ['nobody to erase', () => send('DELETE', '/people/nobody'), 404, 'person_unknown'],
  ['nobody to change', () => send('PATCH', '/people/nobody', json({})), 404, 'person_unknown'],
  ['no face to erase', () => send('DELETE', `/people/nobody/faces/${uuid}`), 404, 'face_unknown'],
  ['an enrolment of nobody', () => check({ picture }, 'people'), 422, 'fields_invalid', ['person']],
  [
    'a time gone by',
    () => enrol({}, { keep_until: '2020-01-01T00:00:00Z' }),
    422,
    'fields_invalid',
    ['keep_until'],
  ],
  ['no time', () => enrol({}, { keep_until: 'soon' }), 422, 'fields_invalid', ['keep_until']],
  ['an empty consent', () => enrol({}, { consent: ' ' }), 422, 'fields_invalid', ['consent']],
  ['half a refusal', () => enrol({}, { if_known: 'maybe' }), 422, 'fields_invalid', ['if_known']],
  ['51 matches', () => check({ picture, limit: '51' }, 'people/search'), 422, 'fields_invalid', ['limit']],
  [
    'an unknown list',
    () => send('PATCH', '/people/x', json({ list: 'grey' })),
    422,
    'fields_invalid',
    ['list'],
  ],
  ['people of an unknown list', () => get('/people?list=none'), 422, 'fields_invalid', ['list']],
  ['101 people', () => get('/people?limit=101'), 422, 'fields_invalid', ['limit']],
  ['a cursor of another list of people', () => get('/people?cursor=*'), 422, 'fields_invalid', ['cursor']],
  ['an enrolment without a face', () => enrol({ faces: 0 }), 422, 'no_face', ['picture']],
  [
    'a search without a face',
    () => check({ picture: pictureOf({ faces: 0 }) }, 'people/search'),
    422,
    'no_face',
    ['picture'],
  ],
  ['an enrolment of two', () => enrol({ faces: 2 }), 422, 'several_faces', ['picture']],
  ...enrolmentReasons
    .filter((code) => !['no_face', 'several_faces', 'quality_too_low'].includes(code))
    .map((code): Row => [`an enrolment: ${code}`, () => flawed(code), 422, code, ['picture']]),
  [
    'an enrolment of too little quality',
    () => enrol({ subject: { quality: { faults: [], score: 1 } as never } }),
    422,
    'quality_too_low',
    ['picture'],
  ],
  [
    'a face of somebody else',
    async () => {
      await enrol({ person: 1 }, { person: 'one' })
      return enrol({ person: 2 }, { person: 'one' })
    },
    422,
    'person_differs',
  ],
  ['a known face', () => enrol({ person: 1 }, { person: 'two', if_known: 'refuse' }), 409, 'person_known'],
  [
    'a blocked face',
    async () => {
      await send('PATCH', '/people/one', json({ list: 'block' }))
      return enrol({ person: 1 }, { person: 'two' })
    },
    409,
    'face_blocked',
  ],
  [
    'a 21st face',
    async () => {
      for (let count = 0; count < 20; count++) await enrol({ person: 3 }, { person: 'three' })
      return enrol({ person: 3 }, { person: 'three' })
    },
    409,
    'person_full',
  ],
  ['a crashed worker', () => check({ picture: pictureOf({ throws: 'engine_crashed' }) }), 500, 'internal'],
  ['a full engine', () => check({ picture: pictureOf({ throws: 'engine_busy' }) }), 503, 'busy'],
]

it.each(rows)('%s', async (_what, ask, status, code, fields) => {
  const response = await ask()
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const body = await response.json()
  expect(body).toEqual({
    type: `urn:liveface:problem:${code}`,
    title: expect.any(String),
    status,
    code,
    instance: `urn:uuid:${response.headers.get('x-request-id')}`,
    ...(fields ? { errors: fields.map((field) => ({ field, message: expect.any(String) })) } : {}),
  })
  expect(response.status).toBe(status)
  const waits = ['too_many_requests', 'too_many_pending', 'busy', 'idempotency_key_under_way'].includes(code)
  expect(response.headers.has('retry-after')).toBe(waits)
  expect(response.headers.has('www-authenticate')).toBe(status === 401)
})

it('no problem is left out', () => {
  expect([...new Set(rows.map(([, , , code]) => code))].sort()).toEqual([...problemCodes].sort())
})

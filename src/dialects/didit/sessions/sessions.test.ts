/** Server, database and kept pictures are real. A stub engine hides decoding and nets: it says what a picture shows. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DiditCaller, diditCaller, jpeg, selfie, templateOf } from '../../../../test/support/didit.ts'
import { startTestServer, type TestServer } from '../../../../test/support/server.ts'
import { stubEngine } from '../../../../test/support/stub-engine.ts'
import type { FaceReport } from '../../../engine/types.ts'

const unknown = '00000000-0000-4000-8000-000000000000'
const utcTime = /^\d{4}-\d{2}-\d{2}T[\d:]{8}\.\d{6}Z$/

let report: FaceReport
let server: TestServer
let caller: DiditCaller
/** A picture that can be decoded, so that it is kept. It carries EXIF that must not be. */
let picture: Buffer

beforeAll(async () => {
  server = await startTestServer({
    engine: {
      ...stubEngine({ analyse: () => report }),
      compare: async () => ({ similarity: 0.2, cosine: 0, first: selfie(), second: selfie() }),
    },
    settings: { LIVEFACE_PUBLIC_URL: 'https://faces.example.com/' },
  })
  picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#a08070' } })
    .withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    .jpeg()
    .toBuffer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  report = selfie()
  caller = await diditCaller(server)
})

const live = async (fields: Record<string, string> = {}, user_image = picture) =>
  (await caller.post('/v3/passive-liveness/', { user_image, ...fields })).body
const decision = (id: string, query = '') => caller.send('GET', `/v3/session/${id}/decision/${query}`)
const list = async (query = '') => (await caller.send('GET', `/v3/sessions/${query}`)).body
const status = (id: string, body: unknown) => caller.send('PATCH', `/v3/session/${id}/update-status/`, body)
const local = (link: string) => server.url + link.replace('https://faces.example.com', '')

describe('the decision', () => {
  const nothing = {
    session_url: null,
    workflow_id: null,
    expected_details: null,
    contact_details: null,
    callback: null,
    id_verifications: null,
    nfc_verifications: null,
    phone_verifications: null,
    email_verifications: null,
    poa_verifications: null,
    document_ai_documents: null,
    questionnaire_responses: null,
    aml_screenings: null,
    ip_analyses: null,
    database_validations: null,
    reviews: [],
    expires_at: null,
  }

  it('of passive liveness', async () => {
    report = selfie({ score: 0.2 })
    const { request_id: id } = await live({ vendor_data: 'user-1', metadata: '{"a":[1,{"b":null}]}' })
    const { status: code, body } = await decision(id)
    expect(code).toBe(200)
    expect(body).toEqual({
      ...nothing,
      session_id: id,
      session_kind: 'user',
      session_number: expect.any(Number),
      status: 'Declined',
      environment: 'live',
      features: ['LIVENESS'],
      vendor_data: 'user-1',
      metadata: { a: [1, { b: null }] },
      liveness_checks: [
        {
          node_id: 'feature_liveness_1',
          status: 'Declined',
          method: 'PASSIVE',
          score: 20,
          reference_image: expect.stringMatching(/^https:\/\/faces\.example\.com\/evidence\//),
          video_url: null,
          age_estimation: 26.91,
          matches: [],
          warnings: [expect.objectContaining({ risk: 'LOW_LIVENESS_SCORE', node_id: 'feature_liveness_1' })],
          face_quality: 84.2,
          face_luminance: 50.3,
        },
      ],
      face_matches: null,
      created_at: expect.stringMatching(utcTime),
    })
  })

  it('keeps every digit of the numbers in the metadata', async () => {
    const metadata = '{"discord_id":123456789012345678,"twitter_id":123456789012345679,"n":-9007199254740993}'
    const { text, body } = await caller.post('/v3/passive-liveness/', { user_image: picture, metadata })
    expect(text).toContain(`"metadata":${metadata}`)
    expect((await decision(body.request_id)).text).toContain(`"metadata":${metadata}`)
  })

  it('of a face match', async () => {
    const { body: answer } = await caller.post('/v3/face-match/', { user_image: picture, ref_image: picture })
    const { body } = await decision(answer.request_id)
    expect(body).toMatchObject({ status: 'Declined', features: ['FACE_MATCH'], liveness_checks: null })
    expect(body.face_matches).toEqual([
      {
        node_id: 'feature_face_match_1',
        status: 'Declined',
        score: 20,
        source_image_session_id: null,
        source_image: expect.stringContaining('/evidence/'),
        target_image: expect.stringContaining('/evidence/'),
        warnings: [
          expect.objectContaining({ risk: 'LOW_FACE_MATCH_SIMILARITY', node_id: 'feature_face_match_1' }),
        ],
      },
    ])
  })

  it('of an age and of a search: the liveness measured with it', async () => {
    const age = (await caller.post('/v3/age-estimation/', { user_image: picture })).body
    expect((await decision(age.request_id)).body).toMatchObject({
      features: ['AGE_ESTIMATION'],
      liveness_checks: [{ score: 95, age_estimation: 26.91, matches: [] }],
    })
    caller = await diditCaller(server)
    const first = await live({ vendor_data: 'first' })
    const search = (await caller.post('/v3/face-search/', { user_image: picture })).body
    const { body } = await decision(search.request_id)
    expect(body.features).toEqual(['FACE_SEARCH'])
    expect(body.liveness_checks[0].matches).toEqual([
      expect.objectContaining({ session_id: first.request_id, vendor_data: 'first' }),
    ])
    expect(body.liveness_checks[0].matches[0].match_image_url).toContain('/evidence/')
  })

  it('with include=events', async () => {
    const { request_id: id } = await live()
    const { body } = await decision(id, '?include=events')
    expect(body).not.toHaveProperty('session_kind')
    expect(body).toMatchObject({
      features: [{ feature: 'LIVENESS', node_id: 'feature_liveness_1' }],
      api_service: 'PASSIVE_LIVENESS',
      session_type: 'API',
      workflow_type: null,
      workflow_version: null,
      workflow_version_id: null,
      has_device_nfc_support: null,
      cost_breakdown: null,
      blocklisted: false,
      activity_reviews: [],
      events: [],
    })
    await caller.send('POST', '/v3/blocklist/add/', { session_id: id, blocklist_face: true })
    await status(id, { new_status: 'Declined' })
    expect((await decision(id, '?include=events')).body).toMatchObject({
      blocklisted: true,
      activity_reviews: [{ previous_status: 'Approved', new_status: 'Declined' }],
    })
  })

  it('numbers the sessions of each application from 1, and no number twice', async () => {
    const other = await diditCaller(server)
    const numberOf = async (from: DiditCaller) => {
      const { body } = await from.post('/v3/passive-liveness/', { user_image: picture })
      return (await from.send('GET', `/v3/session/${body.request_id}/decision/`)).body.session_number
    }
    expect(await numberOf(caller)).toBe(1)
    expect(await numberOf(other)).toBe(1)
    expect(await numberOf(caller)).toBe(2)
    await caller.send('POST', '/v3/sessions/delete/', { delete_all: true })
    expect(await numberOf(caller)).toBe(3)
    const many = await Promise.all(Array.from({ length: 4 }, () => numberOf(other)))
    expect(many.sort()).toEqual([2, 3, 4, 5])
    // As a server of the release before numbers them, which may still run during an upgrade.
    await server.database.updateTable('didit_sessions').set({ number: 40 }).where('number', '=', 5).execute()
    expect(await numberOf(other)).toBe(41)
    expect(await numberOf(other)).toBe(42)
  })

  it('forgets whom it resembled once that session is deleted', async () => {
    const first = await live({ vendor_data: 'first' })
    const second = await live({ vendor_data: 'second' })
    const matches = async () => (await decision(second.request_id)).body.liveness_checks[0].matches
    expect(await matches()).toEqual([expect.objectContaining({ session_id: first.request_id })])
    await caller.send('DELETE', `/v3/session/${first.request_id}/delete/`)
    expect(await matches()).toEqual([expect.objectContaining({ session_id: null, vendor_data: null })])
  })
})

describe('pictures', () => {
  it('open by their link without a key, without EXIF, until it is over', async () => {
    const { request_id: id } = await live()
    const link: string = (await decision(id)).body.liveness_checks[0].reference_image
    const response = await fetch(local(link))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    const metadata = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
    expect([metadata.format, metadata.width, metadata.height, metadata.exif]).toEqual([
      'jpeg',
      64,
      48,
      undefined,
    ])

    const expires = Number(new URL(link).searchParams.get('expires'))
    expect(expires * 1000 - Date.now()).toBeGreaterThan(59 * 60_000)
    expect(expires * 1000 - Date.now()).toBeLessThanOrEqual(61 * 60_000)
    const forged = local(link).replace(
      /signature=(.)/,
      (_, first) => `signature=${first === 'x' ? 'y' : 'x'}`,
    )
    expect((await fetch(forged)).status).toBe(404)
    expect((await fetch(local(link).replace(`expires=${expires}`, `expires=${expires + 60}`))).status).toBe(
      404,
    )
  })

  it('lie encrypted on the disk', async () => {
    await live()
    const folder = join(server.dataDirectory, 'evidence')
    const files = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.length > 30)
    expect(files.length).toBeGreaterThan(0)
    const { readFileSync } = await import('node:fs')
    for (const file of files) {
      expect(readFileSync(join(folder, file)).includes(Buffer.from([0xff, 0xd8, 0xff]))).toBe(false)
    }
  })

  it('that cannot be decoded are not kept, and the call is', async () => {
    const { request_id: id } = await live({}, jpeg)
    expect((await decision(id)).body.liveness_checks[0].reference_image).toBeNull()
  })
})

describe('who may read', () => {
  it('an unknown id is answered before the key is looked at', async () => {
    for (const [method, name] of [
      ['GET', 'decision'],
      ['DELETE', 'delete'],
      ['PATCH', 'update-status'],
    ] as const) {
      const answer = await caller.send(method, `/v3/session/${unknown}/${name}/`, undefined, {})
      expect([answer.status, answer.body]).toEqual([404, { detail: 'Not found.' }])
    }
  })

  it('a known one asks for a key', async () => {
    const { request_id: id } = await live()
    for (const headers of [{}, { 'x-api-key': 'wrong' }] as Record<string, string>[]) {
      const answer = await caller.send('GET', `/v3/session/${id}/decision/`, undefined, headers)
      expect([answer.status, answer.body]).toEqual([
        403,
        { detail: 'Authentication credentials were not provided or are invalid.' },
      ])
    }
  })

  it('another application’s session', async () => {
    const { request_id: id } = await live()
    const other = await diditCaller(server)
    const read = await other.send('GET', `/v3/session/${id}/decision/`)
    expect([read.status, read.body]).toEqual([404, { detail: 'Session not found.' }])
    for (const [method, name] of [
      ['DELETE', 'delete'],
      ['PATCH', 'update-status'],
    ] as const) {
      const answer = await other.send(method, `/v3/session/${id}/${name}/`, {})
      const refusal =
        name === 'delete'
          ? [403, { detail: 'You do not have permission to perform this action.' }]
          : [404, { detail: 'Not found.' }]
      expect([answer.status, answer.body]).toEqual(refusal)
    }
    await other.send('POST', '/v3/sessions/delete/', { delete_all: true })
    expect((await decision(id)).status).toBe(200)
    expect((await other.send('GET', '/v3/sessions/')).body.count).toBe(0)
  })

  it.each(['abc', unknown.replace(/0$/, 'G'), 'ABCDEF00-0000-4000-8000-000000000000'])(
    '%s is no id',
    async (id) => {
      const answer = await decision(id)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    },
  )

  it('a call that was not saved', async () => {
    const { request_id: id } = await live({ save_api_request: 'false' })
    const answer = await decision(id)
    expect([answer.status, answer.body]).toEqual([404, { detail: 'Not found.' }])
    const checks = await server.database
      .selectFrom('checks')
      .selectAll()
      .where('client_id', '=', caller.id)
      .execute()
    expect(checks).toEqual([])
    expect(await server.services.gallery.list(caller.id)).toEqual([])
  })
})

describe('the list', () => {
  it('is newest first, in pages of 50 unless asked otherwise', async () => {
    const ids: string[] = []
    for (let count = 0; count < 3; count++) ids.unshift((await live({ vendor_data: `u${count}` })).request_id)
    const whole = await list()
    expect(whole).toMatchObject({ count: 3, next: null, previous: null })
    expect(whole.results.map((row: { session_id: string }) => row.session_id)).toEqual(ids)
    const first = await list('?limit=2&vendor_data=')
    expect(first.results).toHaveLength(2)
    expect(first.next).toBe('https://faces.example.com/v3/sessions/?limit=2&offset=2&vendor_data=')
    const second = await list('?limit=2&offset=2')
    expect(second.results).toHaveLength(1)
    expect(second).toMatchObject({ next: null, previous: 'https://faces.example.com/v3/sessions/?limit=2' })
    expect((await list('?limit=abc&offset=-1')).results).toHaveLength(3)
  })

  it('has rows with every key', async () => {
    const { request_id: id } = await live({ vendor_data: 'user-1' })
    expect((await list()).results).toEqual([
      {
        session_id: id,
        session_kind: 'user',
        session_number: expect.any(Number),
        session_url: null,
        portrait_image: expect.stringContaining('/evidence/'),
        document_type: null,
        full_name: null,
        country: null,
        status: 'Approved',
        vendor_data: 'user-1',
        didit_internal_id: null,
        created_at: expect.stringMatching(utcTime),
        features: [{ feature: 'LIVENESS', status: 'Approved' }],
        phone_number: null,
        email_address: null,
        additional_details: { liveness: { method: 'PASSIVE', score: 95 } },
      },
    ])
  })

  it('finds a session by its id and by the first digits of its number', async () => {
    const { request_id: id } = await live()
    await live()
    const { session_number: number } = (await decision(id)).body
    const ids = async (search: string) =>
      (await list(`?search=${search}`)).results.map((row: { session_id: string }) => row.session_id)
    expect(await ids(id)).toEqual([id])
    expect(await ids(String(number))).toContain(id)
    expect(await ids(`${number}0000`)).toEqual([])
  })

  describe('filters', () => {
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
    beforeEach(async () => {
      await live({ vendor_data: 'anna_1' })
      report = selfie({ score: 0.01, template: templateOf(3) })
      await live({ vendor_data: 'bert' })
      await caller.post('/v3/face-match/', { user_image: picture, ref_image: picture, vendor_data: 'annax1' })
    })

    it.each([
      ['status=Approved', ['anna_1']],
      ['status=Declined', ['annax1', 'bert']],
      ['status=approved', []],
      ['status=Foo', []],
      ['status=Approved,Foo', ['anna_1']],
      ['status=Approved,In%20Review', ['anna_1']],
      ['status=NOT_STARTED', []],
      ['vendor_data=bert', ['bert']],
      ['vendor_data=ber', []],
      ['search=ANNA', ['annax1', 'anna_1']],
      ['search=anna_', ['anna_1']],
      ['api_service=FACE_MATCH', ['annax1']],
      ['api_service=PASSIVE_LIVENESS,FACE_MATCH', ['annax1', 'bert', 'anna_1']],
      ['api_service=AML', []],
      ['warning=LIVENESS_FACE_ATTACK', ['bert']],
      ['session_type=API', ['annax1', 'bert', 'anna_1']],
      ['session_type=HOSTED', []],
      ['session_type=MIGRATED', []],
      ['session_type=ALL', ['annax1', 'bert', 'anna_1']],
      ['warning=POSSIBLE_FRAUD', []],
      ['warning=%25', []],
      ['session_kind=business', []],
      ['session_kind=all', ['annax1', 'bert', 'anna_1']],
      ['country=ESP', []],
      ['region=Foo', []],
      ['document_name=zz', []],
      ['screened_full_name=Anna', []],
      [`didit_internal_id=${unknown}`, []],
      [`euuid=${unknown}`, []],
      ['is_kyc_to_be_reviewed=true', []],
      ['status_initialized_as_in_review=true', []],
      [`date_from=${day(0)}`, ['annax1', 'bert', 'anna_1']],
      [`date_from=${day(1)}`, []],
      [`date_to=${day(0)}`, ['annax1', 'bert', 'anna_1']],
      [`date_to=${day(-1)}`, []],
      ['date_from=2020-01-01T00:00:00%2B02:00&status=Approved', ['anna_1']],
    ])('%s', async (query, vendorData) => {
      const { count, results } = await list(`?${query}`)
      expect(results.map((row: { vendor_data: string }) => row.vendor_data)).toEqual(vendorData)
      expect(count).toBe(vendorData.length)
    })
  })

  it.each([
    ['session_kind=foo', { session_kind: 'Must be "user", "business", or "all".' }],
    ['didit_internal_id=x', { didit_internal_id: ['Enter a valid UUID.'] }],
    ['euuid=x', { euuid: ['Enter a valid UUID.'] }],
    ['date_from=2026-02-30', { date_from: ['Enter a valid date.'] }],
    ['api_service=X', { api_service: ['Select a valid choice. X is not one of the available choices.'] }],
    ['date_from=yesterday', { date_from: ['Enter a valid date.'] }],
    ['date_to=2026-13-01', { date_to: ['Enter a valid date.'] }],
  ])('%s is 400', async (query, body) => {
    const answer = await caller.send('GET', `/v3/sessions/?${query}`)
    expect([answer.status, answer.body]).toEqual([400, body])
  })
})

describe('deleting', () => {
  it('erases row, picture and face; a second time is 404', async () => {
    const { request_id: id } = await live()
    const link: string = (await decision(id)).body.liveness_checks[0].reference_image
    const file = link.match(/evidence\/([0-9a-f-]+)/)?.[1] ?? ''
    const path = join(server.dataDirectory, 'evidence', file.slice(0, 2), file)
    expect(existsSync(path)).toBe(true)

    const gone = await caller.send('DELETE', `/v3/session/${id}/delete/`)
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect(existsSync(path)).toBe(false)
    expect((await fetch(local(link))).status).toBe(404)
    expect(await server.services.gallery.list(caller.id)).toEqual([])
    const rows = await server.database.selectFrom('checks').selectAll().where('id', '=', id).execute()
    expect(rows).toEqual([])
    expect((await decision(id)).body).toEqual({ detail: 'Not found.' })
    const again = await caller.send('DELETE', `/v3/session/${id}/delete/`)
    expect([again.status, again.body]).toEqual([404, { detail: 'Not found.' }])
    const { rows: audited } = (await server.services.audit.verify()) as { rows: number }
    expect(audited).toBeGreaterThan(0)
    const entries = await server.services.audit.list({ clientId: caller.id })
    expect(entries.map(({ action }) => action)).toEqual([
      'records.erased',
      'check.decided',
      'credential.created',
      'client.created',
    ])
  })

  it('keeps a blocked face', async () => {
    const { request_id: id } = await live()
    await caller.send('POST', '/v3/blocklist/add/', { session_id: id, blocklist_face: true })
    await caller.send('DELETE', `/v3/session/${id}/delete/`)
    const { liveness } = await live()
    expect(liveness.warnings).toEqual([
      expect.objectContaining({
        risk: 'FACE_IN_BLOCKLIST',
        additional_data: {
          blocklisted_session_id: null,
          blocklisted_session_number: null,
          api_service: null,
        },
      }),
    ])
  })

  it('of a blocked session leaves its face to be taken off by the entry of the list', async () => {
    const { request_id: id } = await live()
    await caller.send('POST', '/v3/blocklist/add/', { session_id: id, blocklist_face: true })
    await caller.send('DELETE', `/v3/session/${id}/delete/`)
    const byId = await caller.send('POST', '/v3/blocklist/remove/', { session_id: id, unblock_face: true })
    expect([byId.status, byId.body]).toEqual([404, { detail: 'Session not found.' }])
    const { results } = (await caller.send('GET', '/v3/lists/?list_type=blocklist')).body
    const entries = `/v3/lists/${results[0].uuid}/entries/`
    const [entry] = (await caller.send('GET', entries)).body.results
    expect((await caller.send('DELETE', `${entries}${entry.uuid}/`)).status).toBe(204)
    expect((await live()).liveness.status).toBe('Approved')
  })

  it('by number: unknown ones are passed over', async () => {
    await live()
    const [row] = (await list()).results
    await live()
    const answer = await caller.send('POST', '/v3/sessions/delete/', {
      session_numbers: [String(row.session_number), '999999999', 5e20],
    })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await list()).count).toBe(1)
  })

  it('all of them', async () => {
    for (let count = 0; count < 3; count++) await live()
    expect((await caller.send('POST', '/v3/sessions/delete/', { delete_all: true })).status).toBe(204)
    expect((await list()).count).toBe(0)
    expect(await server.services.gallery.list(caller.id)).toEqual([])
  })

  it.each([
    [{}, ['This field is required unless delete_all is true.']],
    [{ session_numbers: [] }, ['This list may not be empty.']],
    [{ session_numbers: ['1', 'x'] }, ['All session_numbers must be numeric.']],
    [{ session_numbers: '1' }, ['Expected a list of items but got type "str".']],
  ])('%j is 400', async (body, texts) => {
    const answer = await caller.send('POST', '/v3/sessions/delete/', body)
    expect([answer.status, answer.body]).toEqual([400, { session_numbers: texts }])
  })
})

describe('deciding by hand', () => {
  it('changes the session and notes who said what when; the call’s own verdict stays', async () => {
    report = selfie({ score: 0.1 })
    const { request_id: id } = await live()
    const answer = await status(id, { new_status: 'Approved', comment: 'I know him.' })
    expect([answer.status, answer.body]).toEqual([200, { session_id: id }])
    const { body } = await decision(id)
    expect(body.status).toBe('Approved')
    expect(body.liveness_checks[0].status).toBe('Declined')
    expect(body.reviews).toEqual([
      {
        user: 'API Client',
        new_status: 'Approved',
        comment: 'I know him.',
        created_at: expect.stringMatching(utcTime),
      },
    ])
    await status(id, { new_status: 'Resubmitted' })
    expect((await decision(id)).body).toMatchObject({
      status: 'Resubmitted',
      reviews: [{}, { comment: null }],
    })
  })

  it('the same status again', async () => {
    const { request_id: id } = await live()
    const answer = await status(id, { new_status: 'Approved' })
    expect([answer.status, answer.body]).toEqual([400, ['The new status is the same as the current status.']])
    expect((await decision(id)).body.reviews).toEqual([])
  })

  it('of two at once with the same verdict exactly one succeeds', async () => {
    const { request_id: id } = await live()
    const answers = await Promise.all([1, 2].map(() => status(id, { new_status: 'Declined' })))
    expect(answers.map(({ status: code }) => code).sort()).toEqual([200, 400])
  })

  it.each([
    [{}, { new_status: ['This field is required.'] }],
    [
      { new_status: 'In Review' },
      ["You can only update the status to 'Approved', 'Declined', or 'Resubmitted'."],
    ],
    [
      { new_status: 'Declined', send_email: true },
      { email_address: ['Email address is required when send_email is true.'] },
    ],
    [
      { new_status: 'Resubmitted', nodes_to_resubmit: [{ node_id: 'x', feature: 'FOO' }] },
      { nodes_to_resubmit: ['"FOO" is not a valid choice.'] },
    ],
    [{ new_status: 'Maybe' }, { new_status: ['"Maybe" is not a valid choice.'] }],
    [{ new_status: null }, { new_status: ['This field may not be null.'] }],
  ])('%j is 400', async (body, errors) => {
    const { request_id: id } = await live()
    const answer = await status(id, body)
    expect([answer.status, answer.body]).toEqual([400, errors])
  })
})

describe('the feed of reviews', () => {
  const feed = async (id: string, query = '') =>
    (await caller.send('GET', `/v3/sessions/${id}/reviews/${query}`)).body
  const note = (id: string, body?: unknown) => caller.send('POST', `/v3/sessions/${id}/reviews/`, body)

  it('has decisions with the status they replaced, newest first, each with an id that stays', async () => {
    const { request_id: id } = await live()
    expect(await feed(id)).toEqual({ count: 0, next: null, previous: null, results: [] })
    await status(id, { new_status: 'Declined', comment: 'blurred' })
    await status(id, { new_status: 'Approved' })
    const { count, results } = await feed(id)
    expect(count).toBe(2)
    expect(results[1]).toEqual({
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      activity_type: 'STATUS_UPDATED',
      actor_display: 'API Client',
      actor_email: null,
      actor_type: 'API_KEY',
      new_status: 'Declined',
      previous_status: 'Approved',
      comment: 'blurred',
      mentioned_emails: [],
      previous_value: { status: 'Approved' },
      new_value: { status: 'Declined' },
      changed_fields: ['status'],
      metadata: null,
      created_at: expect.stringMatching(utcTime),
    })
    expect(results[0]).toMatchObject({ previous_status: 'Declined', new_status: 'Approved' })
    expect((await feed(id, '?ordering=created_at')).results).toEqual([...results].reverse())
    expect(await feed(id, '?limit=1&offset=1')).toMatchObject({ count: 2, next: null, results: [results[1]] })
  })

  it('takes notes, which name nobody and change nothing', async () => {
    const { request_id: id } = await live()
    const answer = await note(id, { new_status: 'In Review', comment: 'Look again.' })
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        user: 'Unknown',
        new_status: 'In Review',
        comment: 'Look again.',
        created_at: expect.stringMatching(utcTime),
      },
    ])
    expect((await note(id)).body).toMatchObject({ user: 'Unknown', new_status: null, comment: null })
    await status(id, { new_status: 'Declined' })
    expect((await feed(id)).results).toMatchObject([
      { actor_type: 'API_KEY', previous_status: 'Approved', new_status: 'Declined' },
      { actor_type: 'CONSOLE_USER', previous_status: null, new_status: null, changed_fields: [] },
      { actor_display: 'Unknown', previous_status: null, new_status: 'In Review', new_value: null },
    ])
    const { body } = await decision(id)
    expect(body.status).toBe('Declined')
    expect(body.reviews).toMatchObject([{ user: 'Unknown' }, { user: 'Unknown' }, { user: 'API Client' }])
  })

  it('keeps every one of notes at once', async () => {
    const { request_id: id } = await live()
    await Promise.all(['a', 'b', 'c', 'd'].map((comment) => note(id, { comment })))
    const { results } = await feed(id)
    expect(results.map((row: { comment: string }) => row.comment).sort()).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    [{ new_status: 'approved' }, { new_status: ['"approved" is not a valid choice.'] }],
    [{ comment: {} }, { comment: ['Not a valid string.'] }],
  ])('%j is 400', async (body, errors) => {
    const answer = await note((await live()).request_id, body)
    expect([answer.status, answer.body]).toEqual([400, errors])
  })

  it('looks at the key before the session, and knows no other application’s', async () => {
    const { request_id: id } = await live()
    const nobody = await caller.send('GET', `/v3/sessions/${unknown}/reviews/`, undefined, {})
    expect([nobody.status, nobody.body]).toEqual([
      403,
      { detail: 'You do not have permission to perform this action.' },
    ])
    const other = await diditCaller(server)
    for (const method of ['GET', 'POST']) {
      const answer = await other.send(method, `/v3/sessions/${id}/reviews/`)
      expect([answer.status, answer.body]).toEqual([404, { detail: 'Session not found.' }])
      expect((await caller.send(method, `/v3/sessions/${unknown}/reviews/`)).status).toBe(404)
    }
  })
})

/** Server, database and gallery are real. A stub engine hides decoding and nets: it says which template a picture has. */
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DiditCaller, diditCaller, selfie, templateOf } from '../../../../test/support/didit.ts'
import { startTestServer, type TestServer } from '../../../../test/support/server.ts'
import { stubEngine, stubReport } from '../../../../test/support/stub-engine.ts'
import { PictureError } from '../../../engine/errors.ts'
import type { FaceReport } from '../../../engine/types.ts'

const unknown = '00000000-0000-4000-8000-000000000000'
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const utcTime = /^\d{4}-\d{2}-\d{2}T[\d:]{8}\.\d{6}Z$/

let report: FaceReport
/** Thrown in place of the report. */
let fault: Error | null
let server: TestServer
let caller: DiditCaller
let picture: Buffer

beforeAll(async () => {
  server = await startTestServer({
    engine: stubEngine({
      analyse: () => {
        if (fault) throw fault
        return report
      },
    }),
  })
  picture = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#a08070' } })
    .jpeg()
    .toBuffer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  report = selfie()
  fault = null
  caller = await diditCaller(server)
})

const live = async (fields: Record<string, string> = {}) =>
  (await caller.post('/v3/passive-liveness/', { user_image: picture, ...fields })).body
const risksOf = (part: { warnings: { risk: string }[] }) => part.warnings.map(({ risk }) => risk)

describe('the blocklist by session', () => {
  const change = (verb: 'add' | 'remove', body: object) => caller.send('POST', `/v3/blocklist/${verb}/`, body)
  const get = async (query = '') => (await caller.send('GET', `/v3/blocklist/${query}`)).body

  it('adds, lists and removes', async () => {
    const { request_id: id } = await live()
    const added = await change('add', { session_id: id, blocklist_face: true })
    expect([added.status, added.body]).toEqual([200, { message: 'Successfully updated blocklist.' }])
    const { results, ...page } = await get()
    expect(page).toEqual({ count: 1, next: null, previous: null })
    expect(results).toEqual([
      {
        type: 'face',
        session_id: id,
        session_number: expect.any(Number),
        blocklisted_at: expect.stringMatching(utcTime),
        face_image: expect.stringContaining('/evidence/'),
        document_type: null,
        document_number: null,
        front_image: null,
        phone_number: null,
        country_code: null,
        email: null,
      },
    ])
    expect((await get('?item_type=face')).count).toBe(1)
    expect((await get('?item_type=email')).count).toBe(0)
    expect((await live()).liveness.status).toBe('Declined')
    const removed = await change('remove', { session_id: id, unblock_face: true })
    expect([removed.status, removed.body]).toEqual([200, { message: 'Successfully removed from blocklist.' }])
    expect((await get()).count).toBe(0)
    expect((await live()).liveness.status).toBe('Approved')
  })

  it('enrols the face of a session that had not', async () => {
    const { body } = await caller.post('/v3/face-match/', { user_image: picture, ref_image: picture })
    await change('add', { session_id: body.request_id, blocklist_face: true })
    expect(risksOf((await live()).liveness)).toEqual(['FACE_IN_BLOCKLIST'])
    // A face that was put on a list has no session in the vendor's matches, though it came from one.
    const { face_search: found } = (await caller.post('/v3/face-search/', { user_image: picture })).body
    const [listed] = found.matches.filter(({ source }: { source: string }) => source === 'list_entry')
    expect(listed).toMatchObject({
      session_id: null,
      session_number: null,
      status: null,
      vendor_data: null,
      match_image_url: null,
      is_blocklisted: true,
    })
    await change('remove', { session_id: body.request_id, unblock_face: true })
    const entries = await server.services.gallery.list(caller.id)
    expect(entries.map(({ checkId }) => checkId)).not.toContain(body.request_id)
  })

  it('gives the face of an age estimation back to its session, which had enrolled it', async () => {
    const { body } = await caller.post('/v3/age-estimation/', { user_image: picture })
    const other = { vendor_data: 'somebody else', save_api_request: 'false' }
    expect(risksOf((await live(other)).liveness)).toEqual(['DUPLICATED_FACE'])
    await change('add', { session_id: body.request_id, blocklist_face: true })
    expect(risksOf((await live(other)).liveness)).toEqual(['FACE_IN_BLOCKLIST'])
    await change('remove', { session_id: body.request_id, unblock_face: true })
    expect(risksOf((await live(other)).liveness)).toEqual(['DUPLICATED_FACE'])
  })

  it('adds the face when everything is to be blocked, as the vendor’s own example does', async () => {
    const { request_id: id } = await live()
    const all = { session_id: id, blocklist_face: true, blocklist_document: true, blocklist_phone: true }
    const answer = await change('add', all)
    expect([answer.status, answer.body]).toEqual([200, { message: 'Successfully updated blocklist.' }])
    expect(risksOf((await live({ vendor_data: 'somebody else' })).liveness)).toEqual(['FACE_IN_BLOCKLIST'])
    await change('remove', { session_id: id, unblock_face: true, unblock_document: true })
    expect((await caller.send('GET', '/v3/blocklist/')).body.count).toBe(0)
  })

  it('refuses a session without a face, and what is no face', async () => {
    report = stubReport({ faces: 0 })
    const { request_id: id } = await live()
    const faceless = await change('add', { session_id: id, blocklist_face: true })
    expect([faceless.status, faceless.body]).toEqual([
      400,
      { error: 'The session has no face to blocklist.' },
    ])
    const document = await change('add', { session_id: id, blocklist_document: true })
    expect([document.status, document.body]).toEqual([400, { error: 'Only faces can be blocklisted.' }])
  })

  it.each([
    [{ blocklist_face: true }, 400, { session_id: ['This field is required.'] }],
    [{ session_id: 'x', blocklist_face: true }, 400, { session_id: ['Must be a valid UUID.'] }],
    [{ session_id: unknown, blocklist_face: 'x' }, 400, { blocklist_face: ['Must be a valid boolean.'] }],
    [{ session_id: unknown, blocklist_face: true }, 404, { detail: 'Session not found.' }],
  ])('%j is %s', async (body, status, errors) => {
    const answer = await change('add', body)
    expect([answer.status, answer.body]).toEqual([status, errors])
  })

  it('another application’s session is unknown', async () => {
    const { request_id: id } = await live()
    const other = await diditCaller(server)
    const answer = await other.send('POST', '/v3/blocklist/add/', { session_id: id, blocklist_face: true })
    expect(answer.status).toBe(404)
  })

  it('an item type that is none', async () => {
    const answer = await caller.send('GET', '/v3/blocklist/?item_type=shoe')
    expect([answer.status, answer.body]).toEqual([400, { item_type: ['"shoe" is not a valid choice.'] }])
  })
})

describe('lists', () => {
  const lists = async (query = '') => (await caller.send('GET', `/v3/lists/${query}`)).body
  const listOf = async (type: string) => (await lists(`?list_type=${type}`)).results[0].uuid as string
  const upload = (list: string, body: object) =>
    caller.send('POST', `/v3/lists/${list}/entries/face-upload/`, body)

  it('are one of blocked and one of allowed faces', async () => {
    const { count, results } = await lists()
    expect(count).toBe(2)
    expect(results[0]).toEqual({
      uuid: expect.stringMatching(uuid),
      name: 'Face Blocklist',
      description: 'Faces that are declined.',
      list_type: 'blocklist',
      entry_type: 'face',
      is_system: true,
      entry_count: 0,
      last_entry_added_at: null,
      created_at: expect.stringMatching(utcTime),
      updated_at: expect.stringMatching(utcTime),
    })
    expect((await caller.send('GET', `/v3/lists/${results[0].uuid}/`)).body).toEqual(results[0])
    expect((await lists('?entry_type=email')).count).toBe(0)
  })

  it('block an uploaded face, until its entry is deleted', async () => {
    const list = await listOf('blocklist')
    const { status, body } = await upload(list, {
      image: picture.toString('base64'),
      comment: 'Known fraudster',
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      uuid: expect.stringMatching(uuid),
      value: body.uuid,
      display_label: '',
      comment: 'Known fraudster',
      added_by: 'api',
      reference_session_id: null,
      reference_session_number: null,
      reference_object_uuid: body.uuid,
      metadata: { reference_image_url: expect.stringContaining('/evidence/') },
      created_at: expect.stringMatching(utcTime),
    })
    expect((await fetch(body.metadata.reference_image_url)).status).toBe(200)
    const declined = await live()
    expect(declined.liveness.warnings[0]).toMatchObject({
      risk: 'FACE_IN_BLOCKLIST',
      additional_data: { blocklisted_session_id: null, api_service: null },
    })
    const entries = (await caller.send('GET', `/v3/lists/${list}/entries/`)).body
    expect(entries).toEqual({
      count: 1,
      next: null,
      previous: null,
      results: [expect.objectContaining({ uuid: body.uuid })],
    })
    expect((await caller.send('DELETE', `/v3/lists/${list}/entries/${body.uuid}/`)).status).toBe(204)
    expect((await fetch(body.metadata.reference_image_url)).status).toBe(404)
    expect((await live()).liveness.status).toBe('Approved')
    const again = await caller.send('DELETE', `/v3/lists/${list}/entries/${body.uuid}/`)
    expect([again.status, again.body]).toEqual([404, { detail: 'Entry not found.' }])
  })

  it('allow a face: no warning of duplicates, and the search says so', async () => {
    await live()
    expect(risksOf((await live()).liveness)).toEqual(['DUPLICATED_FACE'])
    await upload(await listOf('allowlist'), { image: `data:image/jpeg;base64,${picture.toString('base64')}` })
    expect((await live()).liveness.warnings).toEqual([])
    const { face_search: found } = (await caller.post('/v3/face-search/', { user_image: picture })).body
    expect(found.matches.filter((match: { is_allowlisted: boolean }) => match.is_allowlisted)).toEqual([
      expect.objectContaining({ source: 'list_entry', session_id: null, is_blocklisted: false }),
    ])
    expect(found.warnings).toEqual([])
  })

  it('take the face of a session, and give it back to its session', async () => {
    const { request_id: id } = await live()
    const list = await listOf('blocklist')
    const { status, body } = await caller.send('POST', `/v3/lists/${list}/entries/`, {
      reference_session_id: id,
      comment: 'see ticket',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ reference_session_id: id, comment: 'see ticket' })
    expect((await live()).liveness.status).toBe('Declined')
    expect((await caller.send('DELETE', `/v3/lists/${list}/entries/${body.uuid}/`)).status).toBe(204)
    expect(risksOf((await live()).liveness)).toEqual(['DUPLICATED_FACE'])
  })

  it('have entries to search by note, person and session, and to order by time', async () => {
    const list = await listOf('blocklist')
    const { request_id: id } = await live({ vendor_data: 'Anna_1' })
    await caller.send('POST', `/v3/lists/${list}/entries/`, {
      reference_session_id: id,
      comment: '100 % sure',
    })
    report = selfie({ template: templateOf(2) })
    await upload(list, { image: picture.toString('base64'), comment: 'See ticket 12' })
    const find = async (query: string) =>
      (await caller.send('GET', `/v3/lists/${list}/entries/?${query}`)).body as {
        count: number
        results: { comment: string; created_at: string }[]
      }
    const comments = async (query: string) => (await find(query)).results.map(({ comment }) => comment)
    expect(await comments('search=TICKET')).toEqual(['See ticket 12'])
    expect(await comments('search=anna_')).toEqual(['100 % sure'])
    expect(await comments(`search=${id.slice(0, 13)}`)).toEqual(['100 % sure'])
    // Signs that mean something to a database are letters here.
    expect(await comments('search=annaX')).toEqual([])
    expect(await comments(`search=${encodeURIComponent('100 %')}`)).toEqual(['100 % sure'])
    expect(await find('search=nobody')).toMatchObject({ count: 0, results: [] })
    const refused = await caller.send('GET', `/v3/lists/${list}/entries/?search=a%00b`)
    expect([refused.status, refused.body]).toEqual([400, { search: ['Null characters are not allowed.'] }])
    const times = async (query: string) => (await find(query)).results.map(({ created_at }) => created_at)
    expect(await times('ordering=created_at')).toEqual((await times('')).toSorted())
    expect(await times('ordering=-created_at')).toEqual(await times('ordering=colour'))
    expect(await times('ordering=-created_at')).toEqual((await times('')).toSorted().toReversed())
  })

  it.each([
    [{}, 400, { image: ['This field is required.'] }],
    [{ image: 'not base64!' }, 400, { image: ['Invalid base64-encoded image.'] }],
    [{ image: 'aGVsbG8=' }, 400, { image: ['Invalid base64-encoded image.'] }],
  ])('uploading %j', async (body, status, errors) => {
    const answer = await upload(await listOf('blocklist'), body)
    expect([answer.status, answer.body]).toEqual([status, errors])
  })

  it('uploading a damaged picture', async () => {
    // The stub stands for a decoder that gives up in the middle of the picture.
    fault = new PictureError('picture_damaged')
    const answer = await upload(await listOf('blocklist'), { image: picture.toString('base64') })
    expect([answer.status, answer.body]).toEqual([400, { error: 'Invalid user image format.' }])
  })

  it('uploading a picture without a face', async () => {
    report = stubReport({ faces: 0 })
    const answer = await upload(await listOf('blocklist'), { image: picture.toString('base64') })
    expect([answer.status, answer.body]).toEqual([400, { error: 'No face detected in the image' }])
  })

  it('an unknown session, an unknown list, another application’s list', async () => {
    const list = await listOf('blocklist')
    const missing = await caller.send('POST', `/v3/lists/${list}/entries/`, { reference_session_id: unknown })
    expect([missing.status, missing.body]).toEqual([400, { reference_session_id: ['Session not found.'] }])
    const other = await diditCaller(server)
    for (const [from, id] of [
      [caller, unknown],
      [other, list],
    ] as const) {
      const answer = await from.send('GET', `/v3/lists/${id}/entries/`)
      expect([answer.status, answer.body]).toEqual([404, { detail: 'List not found.' }])
    }
  })
})

describe('what is written down', () => {
  it('every change of records, in a chain that holds', async () => {
    report = selfie({ template: templateOf(1) })
    const { request_id: id } = await live()
    await caller.send('POST', '/v3/blocklist/add/', { session_id: id, blocklist_face: true })
    await caller.send('PATCH', `/v3/session/${id}/update-status/`, { new_status: 'Declined' })
    await caller.send('DELETE', `/v3/session/${id}/delete/`)
    const rows = await server.services.audit.list({ clientId: caller.id })
    expect(rows.map(({ action, subject }) => [action, subject])).toEqual([
      ['records.erased', id],
      ['session.status_changed', id],
      ['face.listed', id],
      ['check.decided', id],
      ['credential.created', expect.any(String)],
      ['client.created', caller.id],
    ])
    expect((await server.services.audit.verify()).intact).toBe(true)
  })
})

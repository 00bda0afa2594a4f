/** Server, database and gallery are real. A stub engine hides decoding and nets: it says which template a picture has. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DiditCaller, diditCaller, jpeg, selfie, templateOf } from '../../../../test/support/didit.ts'
import { startTestServer, type TestServer } from '../../../../test/support/server.ts'
import { stubEngine, stubReport } from '../../../../test/support/stub-engine.ts'
import type { FaceReport } from '../../../engine/types.ts'

/** The report of a picture is found by the name in its last bytes, so that calls at once can differ. */
const reports = new Map<string, FaceReport>()
const picture = (name: string, report: FaceReport) => {
  reports.set(name, report)
  return Buffer.concat([jpeg, Buffer.from(name)])
}

let server: TestServer
let caller: DiditCaller

beforeAll(async () => {
  server = await startTestServer({
    engine: stubEngine({
      analyse: (bytes) => reports.get(Buffer.from(bytes).subarray(jpeg.length).toString()) ?? selfie(),
    }),
  })
})
afterAll(() => server.stop())
beforeEach(async () => {
  caller = await diditCaller(server)
})

/** The person `axis`, as alike as `value` to how he was enrolled. */
const person = (axis: number, value = 1, changes: Parameters<typeof selfie>[0] = {}) =>
  picture(
    `${axis}/${value}/${JSON.stringify(changes)}`,
    selfie({ template: templateOf(axis, value), ...changes }),
  )

const live = async (user_image: Buffer, fields: Record<string, string> = {}) =>
  (await caller.post('/v3/passive-liveness/', { user_image, ...fields })).body
const search = async (user_image: Buffer, fields: Record<string, string> = {}) =>
  (await caller.post('/v3/face-search/', { user_image, ...fields })).body.face_search
const session = async (id: string) => (await caller.send('GET', `/v3/session/${id}/decision/`)).body
const block = (id: string) =>
  caller.send('POST', '/v3/blocklist/add/', { session_id: id, blocklist_face: true })
const risksOf = (part: { warnings: { risk: string }[] }) => part.warnings.map(({ risk }) => risk)

describe('duplicates', () => {
  it('a face of another approved session is reported, with the session', async () => {
    const first = await live(person(1))
    expect(first.liveness.warnings).toEqual([])
    const second = await live(person(1, 0.9))
    expect(second.liveness.status).toBe('Approved')
    expect(second.liveness.warnings).toEqual([
      {
        risk: 'DUPLICATED_FACE',
        feature: 'LIVENESS',
        additional_data: {
          duplicated_session_id: first.request_id,
          duplicated_session_number: (await session(first.request_id)).session_number,
          api_service: 'PASSIVE_LIVENESS',
        },
        log_type: 'information',
        short_description: 'Duplicated face from other approved session',
        long_description:
          'The system identified a duplicated face from another approved session, requiring further investigation.',
      },
    ])
  })

  it.each([
    [0.81, ['DUPLICATED_FACE']],
    [0.79, ['POSSIBLE_DUPLICATED_FACE']],
    [0.76, ['POSSIBLE_DUPLICATED_FACE']],
    [0.74, []],
  ])('at a similarity of %s: %j', async (value, risks) => {
    await live(person(2))
    expect(risksOf((await live(person(2, value))).liveness)).toEqual(risks)
  })

  it('takes children who are as alike as one adult for two', async () => {
    const look = async (years: number) =>
      (await live(person(8, 0.9, { years }), { save_api_request: 'false' })).liveness
    await live(person(8))
    expect(risksOf(await look(30))).toEqual(['DUPLICATED_FACE'])
    expect(risksOf(await look(6))).toEqual([])
  })

  it('a declined session is nobody to be a duplicate of', async () => {
    const declined = await live(person(3, 1, { score: 0.1 }))
    expect(declined.liveness.status).toBe('Declined')
    expect((await live(person(3))).liveness.warnings).toEqual([])
  })

  it('one’s own vendor data is left out, others are not', async () => {
    await live(person(4), { vendor_data: 'anna' })
    expect((await live(person(4), { vendor_data: 'anna' })).liveness.warnings).toEqual([])
    expect(risksOf((await live(person(4), { vendor_data: 'bert' })).liveness)).toEqual(['DUPLICATED_FACE'])
    expect(risksOf((await live(person(4))).liveness)).toEqual(['DUPLICATED_FACE'])
  })

  it('a call that is not saved is screened and enrols nobody', async () => {
    const once = { save_api_request: 'false' }
    expect((await live(person(5), once)).liveness.warnings).toEqual([])
    expect((await live(person(5))).liveness.warnings).toEqual([])
    expect(risksOf((await live(person(5), once)).liveness)).toEqual(['DUPLICATED_FACE'])
  })

  it('another application’s faces are not searched', async () => {
    await live(person(6))
    caller = await diditCaller(server)
    expect((await live(person(6))).liveness.warnings).toEqual([])
  })

  it('of calls with one new face at once exactly one finds nobody', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => live(person(7))))
    const alone = answers.filter(({ liveness }) => liveness.warnings.length === 0)
    expect(alone).toHaveLength(1)
    expect(answers.filter(({ liveness }) => risksOf(liveness).includes('DUPLICATED_FACE'))).toHaveLength(5)
  })

  it('a person’s verdict by hand counts from then on', async () => {
    const { request_id: id } = await live(person(8, 1, { score: 0.1 }))
    await caller.send('PATCH', `/v3/session/${id}/update-status/`, { new_status: 'Approved' })
    expect(risksOf((await live(person(8))).liveness)).toEqual(['DUPLICATED_FACE'])
  })

  it('match and search enrol nobody, nor does an age estimation that is not saved', async () => {
    await caller.post('/v3/age-estimation/', { user_image: person(9), save_api_request: 'false' })
    await caller.post('/v3/face-search/', { user_image: person(9) })
    expect((await live(person(9))).liveness.warnings).toEqual([])
  })

  it('a saved age estimation enrols, for searches and duplicates', async () => {
    const age = (await caller.post('/v3/age-estimation/', { user_image: person(10) })).body
    const { face_search: found } = (await caller.post('/v3/face-search/', { user_image: person(10) })).body
    expect(found.matches).toMatchObject([{ session_id: age.request_id, source: 'session' }])
    expect(risksOf((await live(person(10))).liveness)).toEqual(['DUPLICATED_FACE'])
  })
})

describe('the blocklist', () => {
  it('declines a face, certain or possible', async () => {
    const { request_id: id } = await live(person(11))
    expect((await block(id)).body).toEqual({ message: 'Successfully updated blocklist.' })
    const { session_number: number } = await session(id)
    const again = await live(person(11, 0.9))
    expect(again.liveness.status).toBe('Declined')
    expect(again.liveness.warnings).toEqual([
      {
        risk: 'FACE_IN_BLOCKLIST',
        feature: 'LIVENESS',
        additional_data: {
          blocklisted_session_id: id,
          blocklisted_session_number: number,
          api_service: 'PASSIVE_LIVENESS',
        },
        log_type: 'error',
        short_description: 'Face in blocklist',
        long_description:
          'The system identified a face in the blocklist, which means the face is not allowed to be verified.',
      },
    ])
    const alike = await live(person(11, 0.77))
    expect(alike.liveness.status).toBe('Declined')
    expect(risksOf(alike.liveness)).toEqual(['POSSIBLE_FACE_IN_BLOCKLIST'])
  })

  it('leaves out one’s own vendor data', async () => {
    const { request_id: id } = await live(person(12), { vendor_data: 'carl' })
    await block(id)
    expect((await live(person(12), { vendor_data: 'carl' })).liveness.status).toBe('Approved')
    expect((await live(person(12), { vendor_data: 'dora' })).liveness.status).toBe('Declined')
  })

  it('names every warning in the order of the table', async () => {
    const first = await live(person(13))
    await live(person(13), { vendor_data: 'other' })
    await block(first.request_id)
    const { liveness } = await live(person(13, 0.9, { score: 0.01, faces: 2 }))
    expect(risksOf(liveness)).toEqual([
      'LOW_LIVENESS_SCORE',
      'LIVENESS_FACE_ATTACK',
      'FACE_IN_BLOCKLIST',
      'MULTIPLE_FACES_DETECTED',
      'DUPLICATED_FACE',
    ])
  })

  it('a picture without a face is searched for nobody', async () => {
    const nobody = picture('nobody', stubReport({ faces: 0 }))
    await live(nobody)
    expect(risksOf((await live(nobody)).liveness)).toEqual(['NO_FACE_DETECTED'])
  })
})

describe('face search', () => {
  it('ranks by similarity, names the sessions, leaves out who is not alike', async () => {
    const close = await live(person(21, 0.85), { vendor_data: 'a' })
    const closest = await live(person(21, 0.9), { vendor_data: 'b' })
    await live(person(21, 0.69), { vendor_data: 'c' })
    const found = await search(person(21))
    expect(found.total_matches).toBe(2)
    expect(found.matches.map((match: { session_id: string }) => match.session_id)).toEqual([
      closest.request_id,
      close.request_id,
    ])
    const { session_number: number } = await session(closest.request_id)
    expect(found.matches[0]).toEqual({
      session_id: closest.request_id,
      session_number: number,
      similarity_percentage: 90,
      source: 'session',
      vendor_data: 'b',
      verification_date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:]{8}Z$/),
      user_details: null,
      // These pictures are bytes that nobody can decode, so none was kept.
      match_image_url: null,
      status: 'Approved',
      is_blocklisted: false,
      is_allowlisted: false,
      api_service: 'PASSIVE_LIVENESS',
    })
    expect(found.status).toBe('Approved')
    expect(risksOf(found)).toEqual(['DUPLICATED_FACE'])
  })

  it('finds one’s own vendor data too, at most five', async () => {
    for (let count = 0; count < 6; count++) await live(person(22), { vendor_data: 'same' })
    const found = await search(person(22), { vendor_data: 'same' })
    expect(found.total_matches).toBe(5)
    expect(found.matches).toHaveLength(5)
  })

  it('blocklisted_or_approved: blocked ones first, no declined ones', async () => {
    const approved = await live(person(23, 0.9))
    const declined = await live(person(23, 1, { score: 0.1 }))
    const blocked = await live(person(23, 0.85, { score: 0.2 }))
    await block(blocked.request_id)
    const found = await search(person(23), { search_type: 'blocklisted_or_approved' })
    expect(found.matches.map((match: { session_id: string }) => match.session_id)).toEqual([
      blocked.request_id,
      approved.request_id,
    ])
    expect(found.matches[0].is_blocklisted).toBe(true)
    expect(found.status).toBe('Declined')
    expect(risksOf(found)).toEqual(['FACE_IN_BLOCKLIST', 'DUPLICATED_FACE'])
    const everybody = await search(person(23))
    expect(everybody.matches.map((match: { session_id: string }) => match.session_id)).toContain(
      declined.request_id,
    )
  })

  it('warns of several faces', async () => {
    expect(risksOf(await search(person(24, 1, { faces: 2 })))).toEqual(['MULTIPLE_FACES_DETECTED'])
  })
})

describe('after a restart', () => {
  it('faces are still known', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const dataDirectory = mkdtempSync(`${tmpdir()}/liveface-didit-`)
    const engine = stubEngine({ analyse: () => selfie({ template: templateOf(31) }) })
    const first = await startTestServer({ engine, dataDirectory })
    const { headers, id } = await diditCaller(first)
    await fetch(`${first.url}/v3/passive-liveness/`, { method: 'POST', headers, body: formOf(jpeg) })
    await first.stop()
    const second = await startTestServer({ engine, dataDirectory })
    const response = await fetch(`${second.url}/v3/passive-liveness/`, {
      method: 'POST',
      headers,
      body: formOf(jpeg),
    })
    const { liveness } = (await response.json()) as { liveness: { warnings: { risk: string }[] } }
    expect(risksOf(liveness)).toEqual(['DUPLICATED_FACE'])
    expect(await second.services.gallery.list(id)).toHaveLength(2)
    await second.stop()
    rmSync(dataDirectory, { recursive: true, force: true })
  })
})

function formOf(bytes: Buffer): FormData {
  const form = new FormData()
  form.set('user_image', new Blob([new Uint8Array(bytes)]), 'a.jpg')
  return form
}

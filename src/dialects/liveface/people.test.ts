/** Real requests, galleries and records; a stub engine reads in each picture what to see, which hides the nets. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pictureOf, type Scene, sceneEngine } from '../../../test/contract/pictures.ts'
import { form, type Part } from '../../../test/support/form.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'

let server: TestServer
let headers: Record<string, string>
let clientId: string
beforeAll(async () => {
  server = await startTestServer({
    engine: sceneEngine(),
    settings: { LIVEFACE_RATE_PER_IP: '1000000', LIVEFACE_EVIDENCE: 'true' },
  })
})
afterAll(() => server.stop())
beforeEach(async () => {
  ;({ id: clientId, headers } = await server.client('liveface', { settings: { ratePerMinute: 1_000_000 } }))
})

async function call(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const isForm = body instanceof FormData
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body && !isForm ? { 'content-type': 'application/json' } : {}), ...more },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as any, text }
}
const enrol = (person: string, scene: Scene, more: Record<string, Part> = {}, sent = {}) =>
  call('POST', '/people', form({ picture: pictureOf(scene), person, ...more }), sent)
const search = (scene: Scene, more: Record<string, Part> = {}, sent = {}) =>
  call('POST', '/people/search', form({ picture: pictureOf(scene), ...more }), sent)
const problem = (status: number, code: string) => ({ status, body: { code } })

describe('a person', () => {
  it('is enrolled, read, listed and found by their face', async () => {
    const made = await enrol('person-1', { person: 1 }, { consent: 'form-7' })
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ person: 'person-1', list: 'none', consent: 'form-7', keep_until: null, duplicates: [] },
        faces: [{ id: made.body.face, list: 'none' }],
      },
    })
    await enrol('person-2', { person: 2 })
    const { face: _face, quality: _quality, duplicates: _duplicates, ...shown } = made.body
    expect(await call('GET', '/people/person-1')).toMatchObject({ status: 200, body: shown })
    const first = await call('GET', '/people?limit=1')
    expect(first.body).toEqual({ data: [shown], next_cursor: expect.any(String) })
    const second = await call('GET', `/people?limit=1&cursor=${first.body.next_cursor}`)
    expect(second.body).toMatchObject({ data: [{ person: 'person-2' }], next_cursor: null })
    expect((await search({ person: 1 })).body.matches).toMatchObject([
      { person: 'person-1', face: made.body.face, similarity: expect.any(Number), same: true, list: 'none' },
    ])
    expect((await search({ person: 3 })).body).toEqual({ matches: [] })
  })

  it.each([
    ['no_face', { faces: 0 }],
    ['several_faces', { faces: 2 }],
    ['blurred', { subject: { quality: { faults: ['blurred', 'too_dark'], score: 20 } } }],
    ['quality_too_low', { subject: { quality: { faults: [], score: 1 } } }],
  ])('is not enrolled by a picture that would spoil the gallery: %s', async (code, scene) => {
    const { status, body } = await enrol('person-1', scene as unknown as Scene)
    expect({ status, body }).toMatchObject(problem(422, code))
    expect(body.errors).toHaveLength(code === 'blurred' ? 2 : 1)
    expect(await call('GET', '/people/person-1')).toMatchObject(problem(404, 'person_unknown'))
    expect(await server.services.gallery.list(clientId)).toEqual([])
  })

  it('gets no face that is not theirs, and no more than 20', async () => {
    for (let count = 0; count < 20; count++) {
      expect((await enrol('person-1', { person: 1, alike: 0.95 })).status).toBe(201)
      if (count === 0)
        expect(await enrol('person-1', { person: 2 })).toMatchObject(problem(422, 'person_differs'))
    }
    expect(await enrol('person-1', { person: 1 })).toMatchObject(problem(409, 'person_full'))
    const { faces } = (await call('GET', '/people/person-1')).body
    expect(await call('DELETE', `/people/person-1/faces/${faces[0].id}`)).toMatchObject({ status: 204 })
    expect(await call('DELETE', `/people/person-1/faces/${faces[0].id}`)).toMatchObject(
      problem(404, 'face_unknown'),
    )
    expect(await call('DELETE', `/people/person-2/faces/${faces[1].id}`)).toMatchObject(
      problem(404, 'face_unknown'),
    )
    expect((await enrol('person-1', { person: 1 })).status).toBe(201)
  })

  it('enrolled under two ids is reported, or refused where asked, and found once of two at once', async () => {
    const first = await enrol('person-1', { person: 1 })
    const refuse = { if_known: 'refuse' }
    expect(await enrol('person-2', { person: 1 }, refuse)).toMatchObject(problem(409, 'person_known'))
    expect((await enrol('person-2', { person: 1 })).body.duplicates).toMatchObject([
      { person: 'person-1', face: first.body.face, same: true },
    ])
    const both = await Promise.all([
      enrol('person-3', { person: 3 }, refuse),
      enrol('person-4', { person: 3 }, refuse),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it('on the blocklist is enrolled under no other id; on the allow list under any', async () => {
    await enrol('person-1', { person: 1 })
    expect(await call('PATCH', '/people/person-1', { list: 'block', note: 'forged' })).toMatchObject({
      status: 200,
      body: { list: 'block', faces: [{ list: 'block', note: 'forged' }] },
    })
    expect(await enrol('person-2', { person: 1 })).toMatchObject(problem(409, 'face_blocked'))
    // A further face of a person goes where the others are.
    expect((await enrol('person-1', { person: 1 })).body.list).toBe('block')
    expect((await call('GET', '/people?list=block')).body.data).toMatchObject([{ person: 'person-1' }])
    await call('PATCH', '/people/person-1', { list: 'allow' })
    expect((await enrol('person-2', { person: 1 }, { if_known: 'refuse' })).status).toBe(201)
    expect((await call('GET', '/people?list=block')).body.data).toEqual([])
    const { action, details } = (await server.services.audit.list({ clientId }))
      .reverse()
      .find((row) => row.action === 'face.listed')!
    expect([action, details]).toEqual(['face.listed', { list: 'block' }])
  })

  it('on the blocklist is found behind any number of nearer faces', async () => {
    await enrol('blocked', { person: 1, alike: 0.95 })
    const near = await enrol('near', { person: 1 })
    const found = (await search({ person: 1 })).body.matches
    expect(found.map(({ person, same }: { person: string; same: boolean }) => [person, same])).toEqual([
      ['near', true],
      ['blocked', true],
    ])
    expect(near.body.duplicates).toHaveLength(1)
    for (let count = 0; count < 55; count++) {
      expect((await enrol(`near-${count}`, { person: 1 })).status).toBe(201)
    }
    await call('PATCH', '/people/blocked', { list: 'block' })
    expect(await enrol('another', { person: 1 })).toMatchObject(problem(409, 'face_blocked'))
  })

  it('is known by a face behind any number of nearer faces of others', async () => {
    await enrol('person-1', { person: 1, alike: 0.95 })
    for (let count = 0; count < 51; count++) await enrol(`near-${count}`, { person: 1 })
    const second = await enrol('person-1', { person: 1 })
    expect(second).toMatchObject({ status: 201, body: { faces: [{}, {}] } })
    expect(second.body.duplicates).toHaveLength(5)
  })

  it('enrolled already is found behind any number of nearer faces of the allow list', async () => {
    await enrol('known', { person: 1, alike: 0.95 })
    for (let count = 0; count < 51; count++) {
      await enrol(`near-${count}`, { person: 1 })
      expect((await call('PATCH', `/people/near-${count}`, { list: 'allow' })).status).toBe(200)
    }
    const refused = await enrol('another', { person: 1 }, { if_known: 'refuse' })
    expect(refused).toMatchObject(problem(409, 'person_known'))
  })

  it('is given out whole, with links to the pictures', async () => {
    await enrol('person-1', { person: 1 })
    await call('POST', '/liveness', form({ picture: pictureOf(), person: 'person-1' }))
    await enrol('person-2', { person: 2 })
    const { body, text } = await call('GET', '/people/person-1/export')
    expect(body.tables).toMatchObject({
      people: [{ person: 'person-1' }],
      checks: [{ operation: 'enrolment' }, { operation: 'liveness' }],
      gallery_entries: [{ vendor_data: 'person-1' }],
    })
    expect(body.tables.check_measurements).toHaveLength(2)
    // Neither a template nor a mesh, under whatever name: a key that was stolen must not fetch the faces of all.
    expect(text).not.toMatch(/"(template|pictures|mesh|report|geometry|code)":\[?\{?"?(-?\d|sha256)/)
    expect(text).not.toMatch(/(-?\d[\d.e-]*,){32}/)
    expect(text).not.toContain('person-2')
    expect(body.pictures).toHaveLength(2)
    for (const { url } of body.pictures) expect((await fetch(url)).status).toBe(200)
    expect((await server.services.audit.list({ clientId }))[0]).toMatchObject({ action: 'person.exported' })
  })

  it('is erased with all that the client has of them, also what named them in others’ answers', async () => {
    await enrol('person-1', { person: 1 })
    const { body: check } = await call(
      'POST',
      '/liveness',
      form({ picture: pictureOf(), person: 'person-1' }),
    )
    const { body: session } = await call('POST', '/sessions', { person: 'person-1' })
    await call('PATCH', '/people/person-1', { list: 'allow' })
    const again = { 'idempotency-key': 'again' }
    const named = await enrol('person-2', { person: 1 }, {}, again)
    expect(named.text).toContain('person-1')
    expect((await enrol('person-2', { person: 1 }, {}, again)).text).toBe(named.text)
    expect(await call('DELETE', '/people/person-1')).toMatchObject({
      status: 200,
      body: { faces: 1, audit_sequence: expect.any(Number) },
    })
    for (const path of [`/checks/${check.id}`, `/sessions/${session.id}`, '/people/person-1']) {
      expect((await call('GET', path)).status).toBe(404)
    }
    expect(await call('DELETE', '/people/person-1')).toMatchObject(problem(404, 'person_unknown'))
    expect((await search({ person: 1 })).text).not.toContain('person-1')
    const rows = await server.database
      .selectFrom('checks')
      .selectAll()
      .where('client_id', '=', clientId)
      .execute()
    expect(JSON.stringify(rows)).not.toContain('person-1')
    const { answer } = (await server.database
      .selectFrom('idempotency_keys')
      .select('answer')
      .where('client_id', '=', clientId)
      .executeTakeFirst()) ?? { answer: null }
    expect(answer).toBeNull()
  })

  it('is kept until the time that was given, or as long as the client’s checks', async () => {
    const { database, retention, people, persons } = server.services
    await enrol('person-1', { person: 1 }, { keep_until: new Date(Date.now() + 60_000).toISOString() })
    await enrol('person-2', { person: 2 })
    await enrol('person-3', { person: 3 })
    await call('PATCH', '/people/person-3', { list: 'block' })
    await enrol('person-4', { person: 4 })
    await call('PATCH', '/people/person-4', { keep_until: '2999-01-01T00:00:00Z' })
    const settings = JSON.stringify({ retentionMonths: 1 })
    await database.updateTable('clients').set({ settings }).where('id', '=', clientId).execute()
    expect(await people.sweep(persons)).toBe(0)
    const long = Date.now() - 40 * 24 * 60 * 60_000
    await database
      .updateTable('people')
      .set({ enrolled_at: long })
      .where('client_id', '=', clientId)
      .execute()
    await database.updateTable('people').set({ keep_until: 1 }).where('person', '=', 'person-1').execute()
    await retention.sweep()
    const left = (await call('GET', '/people')).body.data.map(({ person }: { person: string }) => person)
    expect(left).toEqual(['person-3', 'person-4'])
  })

  it('is erased though another cannot be, but not who was given more time meanwhile', async () => {
    const { database, people, persons } = server.services
    for (const [index, person] of ['failing', 'gone', 'given more'].entries()) {
      await enrol(person, { person: index + 1 })
      const { status } = await call('PATCH', `/people/${person}`, { keep_until: '2999-01-01T00:00:00Z' })
      expect(status).toBe(200)
      await database.updateTable('people').set({ keep_until: 1 }).where('person', '=', person).execute()
    }
    // Hides how erasing fails, and lets the other two come after it, in whatever order the database lists them.
    const tried: string[] = []
    const sweep = people.sweep({
      find: persons.find,
      async erase(person, ...rest) {
        tried.push(person)
        await people.change(clientId, 'given more', { keepUntil: Date.now() + 60_000 })
        if (person === 'failing') throw new Error('The disk is full.')
        return persons.erase(person, ...rest)
      },
    })
    await expect(sweep).rejects.toMatchObject({
      errors: [expect.objectContaining({ message: 'The disk is full.' })],
    })
    expect(tried.toSorted()).toEqual(['failing', 'gone'])
    const left = (await call('GET', '/people')).body.data.map(({ person }: { person: string }) => person)
    expect(left).toEqual(['failing', 'given more'])
  })

  it('has an id of any 200 characters', async () => {
    const person = `${'ü/?#'.repeat(50)}`
    expect((await enrol(person, { person: 1 })).status).toBe(201)
    expect((await call('GET', `/people/${encodeURIComponent(person)}`)).body.person).toBe(person)
  })

  it('is asked for with a prepaid check, which a refused picture does not cost', async () => {
    const { headers: paid, id } = await server.client('liveface', { balance: 2 })
    const balance = async () =>
      (await server.database.selectFrom('clients').select('balance').where('id', '=', id).executeTakeFirst())!
        .balance
    await enrol('person-1', { faces: 0 }, {}, paid)
    expect(await balance()).toBe(2)
    await enrol('person-1', { person: 1 }, {}, paid)
    await search({ person: 1 }, {}, paid)
    expect(await balance()).toBe(0)
    expect(await search({ person: 1 }, {}, paid)).toMatchObject(problem(402, 'balance_empty'))
  })
})

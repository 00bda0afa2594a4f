/** Cases of every dialect at the console. The engine is a stub, which says that a person must look; the rest is real. */
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { livenessRates, matchRates, ratesAt } from '../src/decisions/error-rates.ts'
import type { Gesture } from '../src/decisions/gesture.ts'
import { ObjectStoreError } from '../src/records/object-store.ts'
import { actedPhoto } from './support/acted-photo.ts'
import { enter, type Person } from './support/console.ts'
import { type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { form } from './support/form.ts'
import { patience, until } from './support/patience.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'

const script = '<script>alert(1)</script>'
/** The one of a VerifyHQ session is among the tests of sessions: here no session gets all its photos. */
const dialects = ['cashfree', 'didit', 'indiconnect', 'liveface'] as const

let calls: EveryDialect
/** Statuses of the answers. */
const sent = new Map<string, number>()
let reviewer: Person
let developer: Person
let stranger: Person

interface Case {
  id: string
  dialect: string
  status: string
  subject: string | null
  client: { id: string }
  pictures: { id: string; url: string; width: number; faces: { mesh: unknown[] | null }[]; cues: unknown[] }[]
  [name: string]: unknown
}

beforeAll(async () => {
  const unsure = (picture: Uint8Array) => {
    const cues = [
      { name: 'texture', score: 0.9, note: 'A note.' },
      { name: 'context', score: null, note: 'A note.' },
    ]
    const report = stubReport({ subject: { liveness: { judged: true, score: 0.55, cues } } })
    const sha256 = createHash('sha256').update(picture).digest('hex')
    return { ...report, picture: { ...report.picture, sha256 } }
  }
  calls = await startEveryDialect({
    engine: stubEngine({ analyse: unsure }),
    settings: { LIVEFACE_EVIDENCE: 'true', LIVEFACE_RATE_PER_IP: '100000' },
  })
  const picture = actedPhoto()
  for (const name of dialects) {
    const { status } = await calls[name]('person-1', { picture })
    expect(status).toBeLessThan(300)
    sent.set(name, status)
  }
  await calls.didit(script, { picture })
  await enter(calls.server, 'administrator')
  reviewer = await enter(calls.server, 'reviewer')
  developer = await enter(calls.server, 'developer')
  stranger = await enter(calls.server, 'reviewer', { email: 'stranger@example.org', clients: ['none'] })
}, patience.hook)
afterAll(() => calls.stop())

async function list(person: Person, query = ''): Promise<{ items: Case[]; nextCursor: string | null }> {
  const response = await person.ask('GET', `/cases${query}`)
  expect(response.status).toBe(200)
  return response.json() as Promise<{ items: Case[]; nextCursor: string | null }>
}
async function caseOf(dialect: string, person = reviewer) {
  const found = (await list(person, '?queue=all')).items.find((item) => item.dialect === dialect)
  const response = await person.ask('GET', `/cases/${found?.id}`)
  return { etag: response.headers.get('etag') ?? '', item: (await response.json()) as Case }
}
const decide = (person: Person, id: string, etag: string, decision = 'approve') =>
  person.ask(
    'POST',
    `/cases/${id}/decision`,
    { decision, reason: 'looks well', comment: script },
    { 'if-match': etag },
  )

/** @param sent to the caller: with links that open without a session */
function expectDeadLinks(sent: string, shown: unknown): void {
  expect(sent).toMatch(/\/evidence\/[\w-]+\?expires=\d+&signature=/)
  const text = JSON.stringify(shown)
  expect(text).toMatch(/\/evidence\/[\w-]+"/)
  expect(text).not.toContain('signature=')
}

describe('the queue', () => {
  it('has the checks of every dialect that a person must look at, a page at a time', async () => {
    const { items } = await list(reviewer)
    expect(new Set(items.map(({ dialect }) => dialect))).toEqual(new Set(dialects))
    for (const item of items)
      expect(item).toMatchObject({ status: 'open', verdict: 'review', liveness: 0.55 })
    const ids: string[] = []
    for (let query = '?limit=2', more = true; more; ) {
      const page = await list(reviewer, query)
      ids.push(...page.items.map(({ id }) => id))
      more = page.nextCursor !== null
      query = `?limit=2&cursor=${page.nextCursor}`
    }
    expect(ids).toEqual(items.map(({ id }) => id))
    expect(await (await reviewer.ask('GET', '/cases/counts')).json()).toMatchObject({ open: items.length })
  })

  it('is filtered, and found by any id', async () => {
    const { items } = await list(reviewer)
    const ids = (query: string) => list(reviewer, query).then((page) => page.items.map(({ id }) => id))
    const cashfree = items.find(({ dialect }) => dialect === 'cashfree')!
    const { item } = await caseOf('cashfree')
    const known = item.ids as Record<string, string>
    expect(await ids('?dialect=cashfree')).toEqual([cashfree.id])
    expect(await ids(`?client=${cashfree.client.id}`)).toEqual([cashfree.id])
    expect(await ids('?verdict=pass')).toEqual([])
    expect(await ids('?to=2020-01-01T00:00:00Z')).toEqual([])
    for (const q of [
      known.id,
      known.id!.slice(0, 13),
      known['x-request-id'],
      known['x-request-id']!.slice(0, 13),
    ]) {
      expect(await ids(`?q=${q}`)).toEqual([cashfree.id])
    }
    expect(await ids(`?q=${known.number}`)).toContain(cashfree.id)
    expect(await ids('?q=person-')).toEqual(expect.arrayContaining([cashfree.id]))
  })

  it.each(['?limit=0', '?limit=101', '?queue=x', '?from=x', '?verdict=x'])('refuses %s', async (query) => {
    const response = await reviewer.ask('GET', `/cases${query}`)
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'request' }])
  })
})

describe('a case', () => {
  it.each(dialects)(
    'of %s shows ids, pictures, mesh, course, answer and how to repeat it',
    async (dialect) => {
      const { item } = await caseOf(dialect)
      expect(item.pictures).toMatchObject([{ width: 640, faces: [{ box: { x: 220 } }] }])
      expect(item.pictures[0]?.faces[0]?.mesh).toHaveLength(468)
      expect(item.pictures[0]?.cues).toEqual([
        { name: 'texture', score: 0.9 },
        { name: 'context', score: null },
      ])
      expect((item.timeline as { event: string }[]).map(({ event }) => event)).toEqual(
        expect.arrayContaining(['received', 'decoded', 'measured', 'answered']),
      )
      expect(item.answer).toEqual({ status: sent.get(dialect), body: expect.any(Object) })
      // With the threshold at this score.
      const { falseAccept, falseReject } = ratesAt(livenessRates, 0.55)!
      expect(item.errorRates).toEqual({
        atScore: { apcer: falseAccept, bpcer: falseReject },
        curve: livenessRates,
        similarity: { atScore: null, curve: matchRates },
      })
      expect(item.curl).toMatch(/YOUR_[A-Z]/)
      if (dialect === 'liveface') expect(item.curl).toContain("-H 'Authorization: Bearer YOUR_KEY'")
      if (dialect === 'cashfree') expect(item.curl).toContain('@"first.jpg"')
      expect(JSON.stringify(item)).not.toMatch(/template|scene/)
    },
  )

  it('shows pictures as JPEG that nobody keeps, to reviewers alone', async () => {
    const { item } = await caseOf('cashfree')
    const path = item.pictures[0]!.url.replace('/console/api', '')
    const response = await reviewer.ask('GET', path)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const viewed = { actor: `console:${reviewer.id}`, action: 'picture.viewed', subject: item.id }
    const rows = await calls.server.services.audit.list({ clientId: item.client.id })
    expect(rows[0]).toMatchObject(viewed)
    const shown = Buffer.from(await response.arrayBuffer())
    expect(shown.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
    const [facts] = await calls.server.services.evidence.list(item.client.id, item.id)
    const kept = await calls.server.services.evidence.read(item.client.id, facts!.id)
    expect(shown.equals(kept!.bytes)).toBe(false)
    expect((await developer.ask('GET', path)).status).toBe(403)
    expect((await caseOf('cashfree', developer)).item.pictures).toEqual([])
    const foreign = (await caseOf('didit')).item.pictures[0]!.id
    expect((await reviewer.ask('GET', `/cases/${item.id}/pictures/${foreign}`)).status).toBe(404)
    for (const trick of ['..%2f..%2fmaster.key', '%2e%2e', '%00']) {
      expect((await reviewer.ask('GET', `/cases/${item.id}/pictures/${trick}`)).status).toBe(404)
    }
  })

  it('says that it is busy while the store of pictures is away', async () => {
    const { item } = await caseOf('cashfree')
    const { evidence } = calls.server.services
    const { read } = evidence
    // In place of a store that answers no more; evidence-store.test.ts has a real one.
    evidence.read = () => Promise.reject(new ObjectStoreError('away'))
    const response = await reviewer.ask('GET', item.pictures[0]!.url.replace('/console/api', ''))
    evidence.read = read
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'busy' }])
    expect(response.headers.get('retry-after')).toBe('1')
  })

  it('that is erased while its picture is read is there no more', async () => {
    await calls.cashfree('vanishing', { picture: actedPhoto() })
    const [vanishing] = (await list(reviewer, '?q=vanishing')).items
    const whole = await reviewer.ask('GET', `/cases/${vanishing!.id}`)
    const [shown] = ((await whole.json()) as Case).pictures
    const { evidence, retention } = calls.server.services
    const { read } = evidence
    evidence.read = async (clientId, id) => {
      const kept = await read(clientId, id)
      await retention.erase(clientId, [vanishing!.id], { actor: 'operator' })
      return kept
    }
    const response = await reviewer.ask('GET', shown!.url.replace('/console/api', ''))
    evidence.read = read
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found' }])
  })

  it('of a session shows how each photo came, and what spoke against a camera', async () => {
    const base = `${calls.server.url}/v1/verifications/liveness`
    const ask = async (path: string, body: FormData | string, type = {}) => {
      const headers = { ...calls.headers.verifyhq, ...type }
      const response = await fetch(`${base}/${path}`, { method: 'POST', headers, body })
      expect(response.status).toBeLessThan(300)
      return response.json()
    }
    const json = { 'content-type': 'application/json' }
    const opened = await ask('session', JSON.stringify({ userId: 'person-2' }), json)
    type Challenge = { id: string; type: Gesture }
    const { sessionToken, challenges } = opened as {
      sessionToken: string
      challenges: [Challenge, Challenge, Challenge]
    }
    for (const { id: challengeId, type: gesture } of challenges) {
      await ask('challenge', form({ sessionToken, challengeId, photo: actedPhoto({ gesture }) }))
    }
    // Written in place of what a capture page's stream shows, which is among the tests of streams.
    const { numUpdatedRows } = await calls.server.services.database
      .updateTable('challenge_photos')
      .set({ captured: 'page', signals: '["virtual_camera"]' })
      .where('challenge_id', '=', challenges[0].id)
      .executeTakeFirst()
    expect(numUpdatedRows).toBe(1n)
    const { item } = await caseOf('verifyhq')
    expect(item.session).toMatchObject({
      captured: 'upload',
      failedAttempts: [],
      photos: [
        { gesture: challenges[0].type, captured: 'page', signals: ['virtual_camera'] },
        { gesture: challenges[1].type, captured: 'upload', signals: [] },
        { gesture: challenges[2].type, captured: 'upload', signals: [] },
      ],
    })
    const kept = item.pictures.map(({ id }) => id)
    const { photos } = item.session as { photos: { picture: string }[] }
    for (const { picture } of photos) expect(kept).toContain(picture)
    expect((await caseOf('cashfree')).item.session).toBeNull()
  })

  it('shows what was agreed to at the capture page to those who see people', async () => {
    const { database } = calls.server.services
    await database.updateTable('challenge_sessions').set({ consent_at: 1, consent_digest: 'a1b2' }).execute()
    const consent = async (person?: Person) =>
      ((await caseOf('verifyhq', person)).item.session as { consent: unknown }).consent
    expect(await consent()).toEqual({ at: '1970-01-01T00:00:00.001Z', textSha256: 'a1b2' })
    expect(await consent(developer)).toBeNull()
  })

  it('has what an enrolled person agreed to, as the page of the person has', async () => {
    const { item: before } = await caseOf('liveface')
    expect(before.person).toBeNull()
    const { people, database } = calls.server.services
    const terms = { consent: 'form-7', keepUntil: Date.parse('2999-01-01T00:00:00Z') }
    // In place of an enrolment, which is among the tests of people.
    await database
      .transaction()
      .execute((transaction) => people.enrolled(transaction, before.client.id, 'person-1', terms))
    const shown = { consent: 'form-7', keepUntil: '2999-01-01T00:00:00.000Z', consentAt: expect.any(String) }
    expect((await caseOf('liveface')).item.person).toEqual(shown)
    expect((await caseOf('liveface', developer)).item.person).toBeNull()
    const termsFor = async (person: Person) =>
      ((await (await person.ask('GET', '/people?subject=person-1')).json()) as { terms: unknown[] }).terms
    expect(await termsFor(reviewer)).toEqual([{ ...shown, client: before.client }])
    expect(await termsFor(stranger)).toEqual([])
  })

  it('of an enrolment says that it was answered with 201', async () => {
    const url = `${calls.server.url}/api/v1/people`
    const headers = calls.headers.liveface
    const body = form({ person: 'enrolled-1', picture: actedPhoto() })
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201)
    const [{ id } = { id: '' }] = (await list(reviewer, '?queue=all&q=enrolled-1')).items
    const item = (await (await reviewer.ask('GET', `/cases/${id}`)).json()) as Case
    expect(item.answer).toMatchObject({ status: 201 })
  })

  it('leads to the case whose face it repeats, where the user sees that one', async () => {
    const picture = actedPhoto()
    for (const subject of ['first', 'again']) await calls.didit(subject, { picture })
    const [first] = (await list(reviewer, '?queue=all&q=first')).items
    const [again] = (await list(reviewer, '?queue=all&q=again')).items
    const named = async () => {
      const item = (await (await reviewer.ask('GET', `/cases/${again!.id}`)).json()) as Case
      return (item.named as Case[]).map(({ id }) => id)
    }
    // The stub's faces are all alike, so that each but the first repeats an approved one.
    const [duplicate] = await named()
    const { item } = await caseOf('didit')
    expect(JSON.stringify(item.answer)).toContain(`"duplicated_session_id":"${duplicate}"`)
    // Neither itself, nor what belongs to another client, nor what is there no more.
    const ids = [first!.id, again!.id, (await caseOf('cashfree')).item.id, randomUUID()]
    const result = JSON.stringify({ matches: ids.map((checkId) => ({ checkId })) })
    const { database } = calls.server.services
    await database.updateTable('checks').set({ result }).where('id', '=', again!.id).execute()
    expect(await named()).toEqual([first!.id])
    expect((await stranger.ask('GET', `/cases/${again!.id}`)).status).toBe(404)
  })

  it('shows the answer to a face search without what opens its pictures', async () => {
    const search = form({ user_image: actedPhoto(), vendor_data: 'search-1' })
    const headers = calls.headers.didit
    const url = `${calls.server.url}/v3/face-search/`
    const sent = await (await fetch(url, { method: 'POST', headers, body: search })).text()
    const { request_id: id } = JSON.parse(sent)
    for (const person of [reviewer, developer]) {
      const { answer: shown } = (await (await person.ask('GET', `/cases/${id}`)).json()) as Case
      expectDeadLinks(sent, shown)
    }
  })

  it('of a client that the user is not given is one that never was', async () => {
    expect((await list(stranger, '?queue=all')).items).toEqual([])
    for (const { id, client } of (await list(reviewer, '?queue=all')).items) {
      expect((await list(stranger, `?queue=all&q=${id}`)).items).toEqual([])
      expect((await list(stranger, `?queue=all&client=${client.id}`)).items).toEqual([])
      expect((await stranger.ask('GET', `/cases/${id}`)).status).toBe(404)
      expect((await decide(stranger, id, '"x"')).status).toBe(404)
      const { item } = await caseOf('cashfree')
      const path = item.pictures[0]!.url.replace('/console/api', '')
      expect((await stranger.ask('GET', path)).status).toBe(404)
    }
    expect(await (await stranger.ask('GET', '/cases/counts')).json()).toEqual({ open: 0, decided24h: 0 })
  })
})

describe('a decision', () => {
  it('is taken once, for the case as it was seen, and written into the audit log', async () => {
    const { item, etag } = await caseOf('cashfree')
    expect(
      (await reviewer.ask('POST', `/cases/${item.id}/decision`, { decision: 'approve', reason: 'x' })).status,
    ).toBe(428)
    const [first, second] = await Promise.all([
      decide(reviewer, item.id, etag),
      decide(reviewer, item.id, etag),
    ])
    expect([first.status, second.status].toSorted()).toEqual([200, 412])
    const after = await caseOf('cashfree')
    expect(after.item).toMatchObject({
      status: 'decided',
      decision: { decision: 'approve', needsSecond: false },
    })
    expect((await decide(reviewer, item.id, after.etag)).status).toBe(409)
    const rows = await calls.server.services.audit.list({ clientId: item.client.id })
    expect(rows).toContainEqual(
      expect.objectContaining({ actor: `console:${reviewer.id}`, action: 'case.decided', subject: item.id }),
    )
  })

  it('changes the session of Didit, and queues its webhook', async () => {
    const { item, etag } = await caseOf('didit')
    const { database, webhooks } = calls.server.services
    const secret = { label: 'x', version: 'v3', secret: 'x'.repeat(32), enabled: true }
    const where = { clientId: item.client.id, dialect: 'didit', url: 'https://example.org/hook' }
    await webhooks.destinations.create({ ...where, ...secret, events: ['status.updated'] })
    expect((await decide(reviewer, item.id, etag, 'decline')).status).toBe(200)
    const session = await database
      .selectFrom('didit_sessions')
      .selectAll()
      .where('id', '=', item.id)
      .executeTakeFirst()
    expect(session).toMatchObject({ status: 'Declined' })
    expect(JSON.parse(session!.reviews)).toMatchObject([{ new_status: 'Declined', comment: script }])
    await until(async () => ((await caseOf('didit')).item.webhooks as unknown[]).length > 0, 'the webhook')
    // What was sent holds a link to the kept picture; here it is shown as one that opens nothing.
    const { payload } = await database
      .selectFrom('webhook_events')
      .select('payload')
      .where('subject_id', '=', item.id)
      .executeTakeFirstOrThrow()
    for (const person of [reviewer, developer]) expectDeadLinks(payload, (await caseOf('didit', person)).item)
    expect((await caseOf('didit')).item.webhooks).toMatchObject([
      { event: 'status.updated', body: { status: 'Declined' } },
    ])
  })

  it('and all that callers and people wrote comes as JSON, never as a page', async () => {
    const response = await reviewer.ask('GET', `/cases?queue=all&q=${encodeURIComponent(script)}`)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const { items } = (await response.json()) as { items: Case[] }
    expect(items).toMatchObject([{ dialect: 'didit', subject: script }])
  })
})

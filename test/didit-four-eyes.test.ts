/** What two people's decision at the console does to Didit's session. The engine is a stub, which says that a person must look; the rest is real. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enter, type Person } from './support/console.ts'
import { type DiditCaller, diditCaller, jpeg, selfie } from './support/didit.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let server: TestServer
let caller: DiditCaller

beforeAll(async () => {
  server = await startTestServer({
    engine: stubEngine({ analyse: () => selfie({ score: 0.55 }) }),
    settings: { LIVEFACE_CONSOLE_FOUR_EYES: 'true', LIVEFACE_EVIDENCE: 'false' },
  })
  caller = await diditCaller(server)
  await enter(server, 'administrator')
})
afterAll(() => server.stop())

const decide = async (person: Person, id: string) => {
  const etag = (await person.ask('GET', `/cases/${id}`)).headers.get('etag') ?? ''
  const body = { decision: 'decline', reason: 'somebody else', comment: 'no' }
  return (await person.ask('POST', `/cases/${id}/decision`, body, { 'if-match': etag })).status
}

it('changes the session, its feed and its webhook at the second of the same decisions, and not before', async () => {
  const { request_id: id } = (await caller.post('/v3/passive-liveness/', { user_image: jpeg })).body
  const where = { clientId: caller.id, dialect: 'didit', url: 'https://example.org/hook', label: 'x' }
  await server.services.webhooks.destinations.create({
    ...{ ...where, version: 'v3', secret: 'x'.repeat(32), enabled: true, events: ['status.updated'] },
  })
  const seen = async () => ({
    status: (await caller.send('GET', `/v3/session/${id}/decision/`)).body.status,
    reviews: (await caller.send('GET', `/v3/sessions/${id}/reviews/`)).body.results,
    events: (
      await server.database.selectFrom('webhook_events').select('type').where('subject_id', '=', id).execute()
    ).length,
  })
  const untouched = { status: 'Approved', reviews: [], events: 0 }
  expect(await seen()).toEqual(untouched)
  expect(await decide(await enter(server, 'reviewer'), id)).toBe(200)
  expect(await seen()).toEqual(untouched)
  expect(await decide(await enter(server, 'reviewer', { email: 'second@example.org' }), id)).toBe(200)
  expect(await seen()).toEqual({
    status: 'Declined',
    // Who decided at the console is not shown to the client.
    reviews: [
      expect.objectContaining({
        actor_type: 'CONSOLE_USER',
        actor_display: 'Unknown',
        previous_status: 'Approved',
        new_status: 'Declined',
        comment: 'no',
      }),
    ],
    events: 1,
  })
})

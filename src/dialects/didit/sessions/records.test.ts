import { describe, expect, it } from 'vitest'
import { testDatabases } from '../../../../test/support/databases.ts'
import {
  addSession,
  changeSession,
  findSession,
  findSessions,
  listSessions,
  type Session,
  sessionIds,
  sessionRecords,
} from './records.ts'

const sample = (clientId: string, number: number, changes: Partial<Session> = {}): Session => ({
  id: `${clientId.slice(0, 8)}-0000-4000-8000-${String(number).padStart(12, '0')}`,
  number,
  clientId,
  service: 'PASSIVE_LIVENESS',
  status: 'Approved',
  vendorData: null,
  metadata: null,
  risks: [],
  report: { status: 'Approved', score: 95.5 },
  pictures: { user_image: 'picture' },
  reviews: [],
  blocklistedAt: null,
  createdAt: 1_700_000_000_000 + number,
  ...changes,
})

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`sessions on ${kind.name}`, () => {
    it('come back as they went in', async () => {
      const { database, client } = await kind.open()
      const clientId = await client()
      const session = sample(clientId, 1, {
        vendorData: 'Zoë 😀',
        metadata: { a: [1, null, { b: '€' }] },
        risks: ['LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK'],
        blocklistedAt: 5,
      })
      await addSession(database, session)
      expect(await findSession(database, session.id)).toEqual(session)
      expect(await findSession(database, 'nothing')).toBeNull()
      const review = { new_status: 'Declined', comment: 'no', created_at: 'now' } as const
      const changed = await changeSession(database, session, { status: 'Declined', reviews: [review] })
      expect(await findSession(database, session.id)).toEqual(changed)
      expect(changed).toEqual({ ...session, status: 'Declined', reviews: [review] })
    })

    it('are filtered, counted and paged, newest first, each client its own', async () => {
      const { database, client } = await kind.open()
      const [clientId, other] = [await client(), await client()]
      await addSession(database, sample(clientId, 1, { vendorData: 'anna_1' }))
      await addSession(
        database,
        sample(clientId, 2, { vendorData: 'ANNAx1', status: 'Declined', risks: ['NO_FACE_DETECTED'] }),
      )
      await addSession(database, sample(clientId, 3, { service: 'FACE_MATCH' }))
      await addSession(database, sample(other, 4))
      const numbers = async (filter: Parameters<typeof listSessions>[2], limit = 10, offset = 0) => {
        const { count, sessions } = await listSessions(database, clientId, filter, { limit, offset })
        return [count, sessions.map(({ number }) => number)]
      }
      expect(await numbers({})).toEqual([3, [3, 2, 1]])
      expect(await numbers({}, 1, 1)).toEqual([3, [2]])
      expect(await numbers({ statuses: ['Declined'] })).toEqual([1, [2]])
      expect(await numbers({ services: ['FACE_MATCH', 'FACE_SEARCH'] })).toEqual([1, [3]])
      expect(await numbers({ vendorData: 'anna_1' })).toEqual([1, [1]])
      expect(await numbers({ search: { vendorData: 'nna' } })).toEqual([2, [2, 1]])
      expect(await numbers({ search: { vendorData: 'a_1' } })).toEqual([1, [1]])
      expect(await numbers({ search: { vendorData: '%' } })).toEqual([0, []])
      expect(await numbers({ risks: ['NO_FACE_DETECTED', 'X'] })).toEqual([1, [2]])
      expect(await numbers({ risks: ['NO_FACE'] })).toEqual([0, []])
      expect(await numbers({ from: 1_700_000_000_002, to: 1_700_000_000_003 })).toEqual([1, [2]])
      expect(await sessionIds(database, clientId, [2, 4, 9])).toEqual([sample(clientId, 2).id])
      expect(await sessionIds(database, clientId, [])).toEqual([])
      expect(await sessionIds(database, clientId, 'all')).toHaveLength(3)
      const known = await findSessions(database, clientId, [sample(clientId, 1).id, sample(other, 4).id])
      expect([...known.values()].map(({ number }) => number)).toEqual([1])
    })

    it('are erased with their checks, and of no other client', async () => {
      const { database, client } = await kind.open()
      const [clientId, other] = [await client(), await client()]
      await addSession(database, sample(clientId, 1))
      await addSession(database, sample(clientId, 2))
      await addSession(database, sample(other, 3))
      const ids = [sample(clientId, 1).id, sample(other, 3).id]
      await database.transaction().execute((transaction) => sessionRecords.erase(transaction, clientId, ids))
      expect(await sessionIds(database, clientId, 'all')).toEqual([sample(clientId, 2).id])
      expect(await sessionIds(database, other, 'all')).toHaveLength(1)
    })
  })
}

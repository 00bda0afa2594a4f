/** Real databases; no call made the cases. */
import { describe, expect, it } from 'vitest'
import { insertCases } from '../../test/support/cases.ts'
import { testDatabases } from '../../test/support/databases.ts'
import { type CaseFilter, casesOf, countCases, findCases, listCases } from './list.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`cases on ${kind.name}`, () => {
    it('of a person are not hidden by those of people whose ids begin alike', async () => {
      const opened = await kind.open()
      const { database: db } = opened
      const clientId = await opened.client()
      const newer = Array.from({ length: 101 }, (_, i) => ({ subject: `user-1${i}`, created_at: 100 + i }))
      const own = [
        { id: 'first', subject: 'user-1', created_at: 1 },
        { id: 'last', external_id: 'user-1', created_at: 300 },
        { id: 'between', subject: 'user-1', created_at: 150 },
      ]
      await insertCases(opened, clientId, [...own, ...newer])
      const ids = async (clients: string[] | null, limit = 100) =>
        (await casesOf(db, 'user-1', clients, limit)).map(({ id }) => id)
      expect(await ids(null)).toEqual(['last', 'between', 'first'])
      expect(await ids([clientId], 2)).toEqual(['last', 'between'])
      expect(await ids([])).toEqual([])
    })

    it('found by the beginning of an id are the newest', async () => {
      const opened = await kind.open()
      const clientId = await opened.client()
      // Ids in one order, times in the other: an index of ids gives the oldest first.
      const rows = Array.from({ length: 30 }, (_, i) => ({ subject: `user-${10 + i}`, created_at: 100 - i }))
      await insertCases(opened, clientId, rows.toReversed())
      await insertCases(opened, clientId, [{ subject: 'user-99', created_at: 500 }])
      const found = await findCases(opened.database, 'user-', [clientId], 2)
      expect(found.map(({ subject }) => subject)).toEqual(['user-99', 'user-10'])
    })

    it('come page by page, each once, where many are of one moment', async () => {
      const opened = await kind.open()
      const [clientId, other] = [await opened.client(), await opened.client()]
      const times = [5, 5, 5, 4, 4, 3, 3, 3, 3]
      await insertCases(
        opened,
        clientId,
        times.map((created_at, i) => ({ id: `own-${i}`, created_at })),
      )
      await insertCases(
        opened,
        other,
        times.map((created_at, i) => ({ id: `other-${i}`, created_at })),
      )
      const all = async (filter: Pick<CaseFilter, 'clients' | 'to'>) => {
        const ids: string[] = []
        for (let cursor: string | undefined, page = 0; page < 20; page++) {
          const options = { limit: 2, cursor }
          const { rows, nextCursor } = await listCases(opened.database, { queue: 'all', ...filter }, options)
          ids.push(...rows.map(({ id }) => id))
          if (nextCursor === null) return ids
          cursor = nextCursor
        }
        throw new Error('The pages have no end.')
      }
      const [own, others] = ['own', 'other'].map(
        (name) => (numbers: number[]) => numbers.map((i) => `${name}-${i}`),
      )
      expect(await all({ clients: [clientId] })).toEqual(own!([2, 1, 0, 4, 3, 8, 7, 6, 5]))
      expect(await all({ clients: [clientId], to: 4 })).toEqual(own!([4, 3, 8, 7, 6, 5]))
      const both = [others!([2, 1, 0]), own!([2, 1, 0]), others!([4, 3]), own!([4, 3])]
      const expected = [...both, others!([8, 7, 6, 5]), own!([8, 7, 6, 5])].flat()
      expect(await all({ clients: null })).toEqual(expected)
      expect(await all({ clients: [clientId, other] })).toEqual(expected)
    })

    it('are none for a person who may see no client, though there are some', async () => {
      const opened = await kind.open()
      const clientId = await opened.client()
      await insertCases(opened, clientId, [{ subject: 'user-1', created_at: 1 }])
      const { database: db } = opened
      const listed = async (clients: string[]) =>
        (await listCases(db, { queue: 'all', clients }, { limit: 10 })).rows.length
      expect(await listed([clientId])).toBe(1)
      expect(await listed([])).toBe(0)
      expect(await findCases(db, 'user-', [], 10)).toEqual([])
      expect(await countCases(db, [], 0)).toEqual({ open: 0, decided: 0 })
    })
  })
}

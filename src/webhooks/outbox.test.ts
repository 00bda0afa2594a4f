import { expect, it } from 'vitest'
import { testDatabases } from '../../test/support/databases.ts'
import { untilOneWaits } from '../../test/support/locks.ts'
import { isPostgres } from '../database/portable.ts'
import { createDestinations } from './destinations.ts'
import { createOutbox } from './outbox.ts'

for (const kind of await testDatabases()) {
  it.skipIf(kind.unavailable).each(['erase', 'purge', 'remove'] as const)(
    `%s takes deliveries in the order of their ids on ${kind.name}, so that no two transactions wait for each other`,
    async (act) => {
      const { database, masterKey, client } = await kind.open()
      const clientId = await client()
      const destinations = createDestinations(database, masterKey)
      const outbox = createOutbox(database)
      const options = { clientId, dialect: 'didit', url: 'https://example.com/a', events: ['*'], secret: 'x' }
      const made = await destinations.create(options)
      if (made === 'url_taken') throw new Error('taken')
      const event = { clientId, dialect: 'didit', type: 'status.updated', subjectId: 'check', payload: 1 }
      for (const id of ['event-b', 'event-a'])
        await database.transaction().execute((transaction) => outbox.enqueue(transaction, { id, ...event }))
      const ended = act === 'remove' ? {} : { state: 'failed' as const, ended_at: 1 }
      // Where the rows lie, and where an index leads, is the other way round.
      for (const [id, event_id] of [
        ['b', 'event-b'],
        ['a', 'event-a'],
      ] as const)
        await database
          .updateTable('webhook_deliveries')
          .set({ id, ...ended })
          .where('event_id', '=', event_id)
          .execute()
      const acts = {
        erase: () => database.transaction().execute((tx) => outbox.erase(tx, clientId, ['check'])),
        purge: () => outbox.purge(Date.now() + 1),
        remove: () => destinations.remove(clientId, made.id),
      }
      let acting: Promise<unknown> = Promise.resolve()
      await database.transaction().execute(async (transaction) => {
        const hold = (id: string) =>
          transaction.updateTable('webhook_deliveries').set({ attempts: 1 }).where('id', '=', id).execute()
        await hold('a')
        acting = acts[act]()
        // Looked at later; it must not count as unheard before.
        acting.catch(() => {})
        if (isPostgres(database)) await untilOneWaits(database)
        await hold('b')
      })
      await acting
      const left = await database.selectFrom('webhook_deliveries').select(['id', 'state']).execute()
      expect(left.filter(({ state }) => state === 'pending')).toEqual([])
    },
  )
}

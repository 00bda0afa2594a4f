import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { addMasterKey } from '../access/master-key.ts'
import { createClaims } from './claims.ts'
import { createDestinations } from './destinations.ts'
import { createOutbox } from './outbox.ts'
import { createReports } from './reports.ts'
import { rewrapSecrets } from './secrets.ts'
import type { Destination, Destinations } from './types.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`destinations on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let destinations: Destinations
    let clientId: string
    let time: number

    beforeEach(async () => {
      opened = await kind.open()
      time = Date.now()
      destinations = createDestinations(opened.database, opened.masterKey, () => time)
      clientId = await opened.client()
    })

    async function create(url = 'https://example.com/a', secret = 'first secret'): Promise<Destination> {
      const options = { clientId, dialect: 'didit', url, events: ['status.updated'], secret }
      const made = await destinations.create({ ...options, label: 'mine', version: 'v3' })
      if (made === 'url_taken') throw new Error('taken')
      return made
    }

    it('are found again as they were made, by their client alone', async () => {
      const made = await create()
      expect(made).toMatchObject({ label: 'mine', version: 'v3', enabled: true, events: ['status.updated'] })
      expect(await destinations.find(clientId, made.id)).toEqual(made)
      const stranger = await opened.client()
      expect(await destinations.find(stranger, made.id)).toBeNull()
      expect(await destinations.list(stranger)).toEqual([])
      expect(await destinations.secrets(stranger, made.id)).toBeNull()
      expect(await destinations.update(stranger, made.id, { enabled: false })).toBeNull()
      expect(await destinations.rotateSecret(stranger, made.id, 'x')).toBeNull()
      expect(await destinations.remove(stranger, made.id)).toBe(false)
      expect(await destinations.list(clientId)).toEqual([made])
      expect(await destinations.secrets(clientId, made.id)).toMatchObject({ current: 'first secret' })
    })

    it('change only what is asked for', async () => {
      const made = await create()
      time += 1000
      const changed = await destinations.update(clientId, made.id, { enabled: false, events: ['*'] })
      expect(changed).toEqual({ ...made, enabled: false, events: ['*'], updatedAt: time })
    })

    it('are one for each URL of a client', async () => {
      const first = await create()
      const again = { clientId, dialect: 'didit', url: first.url, events: ['*'], secret: 's' }
      expect(await destinations.create(again)).toBe('url_taken')
      const second = await create('https://example.com/b')
      expect(await destinations.update(clientId, second.id, { url: first.url })).toBe('url_taken')
      expect(await destinations.create({ ...again, clientId: await opened.client() })).not.toBe('url_taken')
    })

    it('give up what was on its way to one that is deleted', async () => {
      const made = await create()
      const outbox = createOutbox(opened.database)
      await opened.database
        .transaction()
        .execute((transaction) =>
          outbox.enqueue(transaction, { clientId, dialect: 'didit', type: 'status.updated', payload: 1 }),
        )
      expect(await destinations.remove(clientId, made.id)).toBe(true)
      expect(await destinations.remove(clientId, made.id)).toBe(false)
      expect(await createReports(opened.database).deliveries(clientId, 10)).toMatchObject([
        { state: 'failed', reason: 'The destination was deleted.', nextAttemptAt: null },
      ])
      expect(await createClaims(opened.database).claim(1000, [])).toBeNull()
    })

    it('keep secrets sealed, the one before a rotation for 24 hours', async () => {
      const { id } = await create()
      await destinations.rotateSecret(clientId, id, 'second secret')
      const rows = JSON.stringify(
        await opened.database.selectFrom('webhook_destinations').selectAll().execute(),
      )
      expect(rows).not.toMatch(/first secret|second secret/)
      const previousUntil = time + 24 * 3600_000
      expect(await destinations.secrets(clientId, id)).toEqual({
        current: 'second secret',
        previous: 'first secret',
        previousUntil,
      })
      time = previousUntil
      expect(await destinations.secrets(clientId, id)).toEqual({
        current: 'second secret',
        previous: null,
        previousUntil: null,
      })
    })

    it('open their secrets after a rotation of the master key, before and after rewrapping them', async () => {
      const { id } = await create()
      await destinations.rotateSecret(clientId, id, 'second secret')
      const masterKey = addMasterKey(opened.directory)
      const rotated = createDestinations(opened.database, masterKey, () => time)
      const secrets = { current: 'second secret', previous: 'first secret' }
      expect(await rotated.secrets(clientId, id)).toMatchObject(secrets)
      expect(await rewrapSecrets(opened.database, masterKey)).toBe(1)
      expect(await rewrapSecrets(opened.database, masterKey)).toBe(0)
      expect(await rotated.secrets(clientId, id)).toMatchObject(secrets)
    })
  })
}

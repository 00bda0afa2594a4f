import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { untilOneWaits } from '../../test/support/locks.ts'
import { type Checks, createChecks, type Reservation } from './checks.ts'
import { createEvidence } from './evidence.ts'
import { createEvidenceFiles } from './evidence-files.ts'
import { createPendingChecks, type PendingCheck, type PendingChecks } from './pending-checks.ts'
import type { Evidence } from './types.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`checks that wait on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let checks: Checks
    let evidence: Evidence
    let pending: PendingChecks
    let clientId: string
    let time: number

    beforeEach(async () => {
      opened = await kind.open()
      time = 1_000_000
      const { database } = opened
      checks = createChecks(database, () => time)
      evidence = createEvidence({
        ...opened,
        files: createEvidenceFiles(join(opened.directory, 'evidence')),
      })
      pending = createPendingChecks(database, evidence, () => time)
      clientId = await opened.client({}, 'liveface')
    })

    const reserve = async (owner = clientId) =>
      (await checks.reserve({ clientId: owner, dialect: 'liveface', operation: 'liveness' })) as Reservation
    const add = (reservation: Reservation) =>
      opened.database.transaction().execute(async (transaction) => {
        const told = { destinationId: 'destination', requestId: 'request', acceptedAt: time }
        await pending.add(transaction, [{ reservation, fields: {}, ...told }])
        const picture = { role: 'picture', mediaType: 'image/jpeg', bytes: Buffer.from('picture') }
        await evidence.keep(transaction, {
          ...picture,
          clientId: reservation.clientId,
          checkId: reservation.id,
        })
      })
    const eraseRow = ({ id }: Reservation) =>
      opened.database.deleteFrom('checks').where('id', '=', id).execute()

    it('are claimed behind one that was erased, of which nothing stays', async () => {
      const erased = await reserve()
      await add(erased)
      await eraseRow(erased)
      time++
      const next = await reserve()
      await add(next)
      expect((await pending.claim(60_000))?.reservation).toEqual(next)
      expect(await evidence.list(clientId, erased.id)).toEqual([])
      expect(await evidence.list(clientId, next.id)).toHaveLength(1)
      expect(await pending.waiting(clientId)).toEqual({ checks: 1, bytes: 7 })
      expect(await pending.claim(60_000)).toBeNull()
    })

    it('are claimed in turn of clients, those first that have the fewest under way', async () => {
      const others = [await opened.client({}, 'liveface'), await opened.client({}, 'liveface')].sort()
      const [first, second] = others as [string, string]
      for (const owner of [first, first, first, first, second, second]) {
        await add(await reserve(owner))
        time++
      }
      const take = async () => {
        const check = (await pending.claim(60_000))!
        return [check.reservation.clientId === first ? 'first' : 'second', check] as const
      }
      const end = (check: PendingCheck) =>
        opened.database.transaction().execute((transaction) => pending.end(transaction, check))
      const [one, ofOne] = await take()
      const [two, ofTwo] = await take()
      expect([one, two]).toEqual(['first', 'second'])
      await end(ofTwo)
      // The first has one under way and the second none.
      const [three, ofThree] = await take()
      expect(three).toBe('second')
      await end(ofOne)
      await end(ofThree)
      expect([(await take())[0], (await take())[0]]).toEqual(['first', 'first'])
    })

    it('are not given back when only the word that they were accepted was lost', async () => {
      const client = opened.database.selectFrom('clients').select('balance').where('id', '=', clientId)
      await opened.database.updateTable('clients').set({ balance: 2 }).where('id', '=', clientId).execute()
      const accepted = await reserve()
      await add(accepted)
      const refused = await reserve()
      await checks.release(accepted)
      await checks.release(refused)
      expect(await client.executeTakeFirstOrThrow()).toEqual({ balance: 1 })
      expect((await pending.claim(60_000))?.reservation).toEqual(accepted)
      expect(await opened.database.selectFrom('checks').select('id').execute()).toEqual([{ id: accepted.id }])
    })

    it('are reserved, written down and given back many at once: all of them, or none', async () => {
      const { database } = opened
      const setBalance = (balance: number) =>
        database.updateTable('clients').set({ balance }).where('id', '=', clientId).execute()
      const client = database.selectFrom('clients').select('balance').where('id', '=', clientId)
      const wanted = Array.from({ length: 250 }, (_, index) => ({
        ...{ clientId, dialect: 'liveface', operation: 'liveness', person: `person-${index}` },
      }))
      await setBalance(249)
      expect(await checks.reserveAll(wanted)).toBe('no_balance')
      expect(await database.selectFrom('checks').select('id').execute()).toEqual([])
      await setBalance(251)
      const reserved = (await checks.reserveAll(wanted)) as Reservation[]
      const rows = await database
        .selectFrom('checks')
        .select(['id', 'person', 'reference'])
        .orderBy('reference')
        .execute()
      expect(rows).toEqual(
        reserved.map(({ id, reference }, index) => ({ id, reference, person: `person-${index}` })),
      )
      expect(await client.executeTakeFirstOrThrow()).toEqual({ balance: 1 })
      const accept = (reservations: Reservation[]) =>
        database.transaction().execute(async (transaction) => {
          const told = { destinationId: null, requestId: 'request', acceptedAt: time }
          await pending.add(
            transaction,
            reservations.map((reservation) => ({ reservation, fields: {}, ...told })),
          )
        })
      await eraseRow(reserved[249]!)
      await expect(accept(reserved)).rejects.toThrow(`${reserved[249]!.id} has lost its reservation`)
      await accept(reserved.slice(0, 120))
      expect(await pending.waiting(clientId)).toMatchObject({ checks: 120 })
      await checks.release(...reserved)
      expect(await client.executeTakeFirstOrThrow()).toEqual({ balance: 130 })
      const left = await database.selectFrom('checks').select('id').execute()
      expect(left.map(({ id }) => id).sort()).toEqual(
        reserved
          .slice(0, 120)
          .map(({ id }) => id)
          .sort(),
      )
    })

    it('are counted with those of others that are being written down', async () => {
      const [first, second] = [await reserve(), await reserve()]
      const count = async (reservation: Reservation, meanwhile: () => Promise<void>) =>
        opened.database.transaction().execute(async (transaction) => {
          const told = { destinationId: null, requestId: 'request', acceptedAt: time }
          await pending.add(transaction, [{ reservation, fields: {}, ...told }])
          const { checks: found } = await pending.waiting(clientId, transaction)
          await meanwhile()
          return found
        })
      let behind: Promise<number> | undefined
      const before = await count(first, async () => {
        behind = count(second, async () => {})
        await untilOneWaits(opened.database)
      })
      expect([before, await behind]).toEqual([1, 2])
    })

    it('are not written down when the reservation is gone', async () => {
      const erased = await reserve()
      await eraseRow(erased)
      await expect(add(erased)).rejects.toThrow('has lost its reservation')
      const done = await reserve()
      await checks.complete(done, { status: 'passed', result: {} })
      await expect(add(done)).rejects.toThrow('has lost its reservation')
      expect(await pending.waiting(clientId)).toEqual({ checks: 0, bytes: 0 })
    })
  })
}

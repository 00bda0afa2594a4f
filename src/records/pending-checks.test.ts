import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { type Checks, createChecks, type Reservation } from './checks.ts'
import { createEvidence } from './evidence.ts'
import { createEvidenceFiles } from './evidence-files.ts'
import { createPendingChecks, type PendingChecks } from './pending-checks.ts'
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

    const reserve = async () =>
      (await checks.reserve({ clientId, dialect: 'liveface', operation: 'liveness' })) as Reservation
    const add = (reservation: Reservation) =>
      opened.database.transaction().execute(async (transaction) => {
        await pending.add(transaction, {
          reservation,
          fields: {},
          ...{ destinationId: 'destination', requestId: 'request', acceptedAt: time },
        })
        const picture = { role: 'picture', mediaType: 'image/jpeg', bytes: Buffer.from('picture') }
        await evidence.keep(transaction, { ...picture, clientId, checkId: reservation.id })
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
      expect(await pending.count(clientId)).toBe(1)
      expect(await pending.claim(60_000)).toBeNull()
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

    it('are not written down when the reservation is gone', async () => {
      const erased = await reserve()
      await eraseRow(erased)
      await expect(add(erased)).rejects.toThrow('has lost its reservation')
      const done = await reserve()
      await checks.complete(done, { status: 'passed', result: {} })
      await expect(add(done)).rejects.toThrow('has lost its reservation')
      expect(await pending.count(clientId)).toBe(0)
    })
  })
}

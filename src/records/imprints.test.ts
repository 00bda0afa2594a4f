/** Databases and keys are real; the imprints are made of chance, as unlike each other as those of two people. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { addMasterKey, openMasterKey } from '../access/master-key.ts'
import { imprintSide } from '../engine/face/imprint.ts'
import { createChecks, type Reservation } from './checks.ts'
import { createImprints, imprintRecords, mirrored } from './imprints.ts'

const folder = mkdtempSync(join(tmpdir(), 'liveface-imprints-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** @param noise what a copy has of its own */
function imprint(seed: number, noise = 0): Uint8Array {
  const chance = (at: number, of: number) =>
    (Math.abs(Math.sin(at * 12.9898 + of * 78.233) * 43758.5453) % 1) - 0.5
  return Uint8Array.from(
    { length: imprintSide ** 2 },
    (_, at) => 128 + Math.round(100 * (chance(at, seed) + noise * chance(at, 99))),
  )
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`imprints on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let clientId: string
    let check: Reservation

    beforeEach(async () => {
      opened = await kind.open()
      clientId = await opened.client()
      check = await reserve(clientId)
    })

    async function reserve(client: string): Promise<Reservation> {
      const checks = createChecks(opened.database)
      const reserved = await checks.reserve({ clientId: client, dialect: 'test', operation: 'test' })
      if (typeof reserved === 'string') throw new Error(reserved)
      return reserved
    }
    async function note(seen: Uint8Array, from = createImprints(opened.masterKey)): Promise<string> {
      const id = randomUUID()
      await opened.database
        .transaction()
        .execute((transaction) => from.note(transaction, { id, checkId: check.id, clientId }, seen, 7))
      return id
    }
    const find = (sent: Uint8Array, from = createImprints(opened.masterKey)) =>
      from.findPictures(opened.database, sent)

    it('find the original of a copy, mirrored or not, and of nothing else', async () => {
      const found = [{ id: await note(imprint(1)), seenAt: 7 }]
      await note(imprint(2))
      expect(await find(imprint(1, 0.08))).toEqual(found)
      expect(await find(mirrored(imprint(1, 0.08)))).toEqual(found)
      expect(await find(imprint(1, 1))).toEqual([])
      expect(await find(imprint(3))).toEqual([])
    })

    it('are known after the master key was rotated, and to no other installation', async () => {
      openMasterKey(folder)
      await note(imprint(1), createImprints(openMasterKey(folder)))
      expect(await find(imprint(1), createImprints(addMasterKey(folder)))).toHaveLength(1)
      expect(await find(imprint(1))).toEqual([])
    })

    it('go with their check, however it is deleted', async () => {
      const other = await opened.client()
      await note(imprint(1))
      const read = (client: string) =>
        imprintRecords.read(opened.database, opened.masterKey, client, [check.id])
      expect(await read(clientId)).toMatchObject({ imprints: [{ check_id: check.id, client_id: clientId }] })
      expect(await read(other)).toEqual({ imprints: [] })
      const erase = (client: string) =>
        opened.database
          .transaction()
          .execute((transaction) => imprintRecords.erase(transaction, client, [check.id]))
      await erase(other)
      expect(await find(imprint(1))).toHaveLength(1)
      await erase(clientId)
      expect(await find(imprint(1))).toEqual([])
      await note(imprint(2))
      await opened.database.deleteFrom('checks').where('id', '=', check.id).execute()
      for (const table of ['imprints', 'imprint_bands'] as const)
        expect(await opened.database.selectFrom(table).selectAll().execute(), table).toEqual([])
    })
  })
}

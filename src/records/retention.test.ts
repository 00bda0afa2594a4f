import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { samplePhotograph } from '../../test/support/pictures.ts'
import type { ClientSettings } from '../access/settings.ts'
import { createGallery, type EntryList, type Gallery } from '../gallery/index.ts'
import { createWebhooks, type Webhooks } from '../webhooks/index.ts'
import { createAudit } from './audit.ts'
import { createChecks, type Reservation } from './checks.ts'
import { createEvidence } from './evidence.ts'
import { createEvidenceFiles } from './evidence-files.ts'
import { createPendingChecks, pendingRecords } from './pending-checks.ts'
import { createRetention, monthsBefore } from './retention.ts'
import type { Audit, Evidence, Retention } from './types.ts'

const day = 24 * 60 * 60_000

describe('monthsBefore', () => {
  it.each([
    ['2026-11-21T10:00:00Z', 1, '2026-10-21T10:00:00Z'],
    ['2026-03-31T10:00:00Z', 1, '2026-02-28T10:00:00Z'],
    ['2024-03-31T10:00:00Z', 1, '2024-02-29T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 2, '2025-11-30T10:00:00Z'],
    ['2026-11-21T10:00:00Z', 120, '2016-11-21T10:00:00Z'],
  ])('of %s, %i, is %s', (time, months, expected) => {
    expect(monthsBefore(Date.parse(time), months)).toBe(Date.parse(expected))
  })
})

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`retention on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let evidence: Evidence
    let gallery: Gallery
    let webhooks: Webhooks
    let audit: Audit
    let retention: Retention
    let time: number
    const now = () => time

    beforeEach(async () => {
      opened = await kind.open()
      time = Date.now()
      const { database, masterKey } = opened
      evidence = createEvidence({
        ...opened,
        files: createEvidenceFiles(join(opened.directory, 'evidence')),
        now,
      })
      gallery = createGallery({ database, masterKey, now })
      audit = createAudit(database, masterKey, now)
      webhooks = createWebhooks({
        database,
        masterKey,
        now,
        formats: new Map(),
        post: async () => ({ status: 200 }),
        onError: () => {},
      })
      retention = createRetention({
        ...{ database, evidence, gallery, webhooks, audit, now },
        onError: (error) => {
          throw error
        },
      })
    })

    /** A check with a picture, a template and an event, as a dialect leaves it. */
    async function check(clientId: string, list: EntryList = 'none') {
      const checks = createChecks(opened.database, now)
      const reservation = await checks.reserve({ clientId, dialect: 'didit', operation: 'test' })
      if (typeof reservation === 'string') throw new Error(reservation)
      let evidenceId = ''
      await checks.complete(reservation, async (transaction) => {
        const template = new Float32Array(128).fill(1)
        await gallery.add(transaction, { clientId, template, list, checkId: reservation.id })
        evidenceId = await evidence.keep(transaction, {
          clientId,
          checkId: reservation.id,
          role: 'user_image',
          mediaType: 'image/jpeg',
          bytes: samplePhotograph(1).subarray(0, 2000),
        })
        const event = { clientId, dialect: 'didit', type: 'status.updated', payload: { name: 'Anna' } }
        await webhooks.enqueue(transaction, { ...event, subjectId: reservation.id })
        return { status: 'Approved', result: {} }
      })
      const file = join(opened.directory, 'evidence', evidenceId.slice(0, 2), evidenceId)
      return { id: reservation.id, evidenceId, file }
    }

    async function client(settings: Partial<ClientSettings> = {}) {
      const id = await opened.client(settings)
      await webhooks.destinations.create({
        clientId: id,
        dialect: 'didit',
        url: `https://example.com/${id}`,
        events: ['*'],
        secret: 's',
      })
      return id
    }

    const idsOf = async (clientId: string) =>
      (
        await opened.database.selectFrom('checks').select('id').where('client_id', '=', clientId).execute()
      ).map(({ id }) => id)

    it('gives back what was paid for a check that is not done, and nothing else', async () => {
      const clientId = await client()
      const clients = opened.database.selectFrom('clients').select('balance').where('id', '=', clientId)
      await opened.database.updateTable('clients').set({ balance: 5 }).where('id', '=', clientId).execute()
      const checks = createChecks(opened.database, now)
      const own = { clientId, dialect: 'liveface', operation: 'liveness' }
      const underWay = (await checks.reserve(own)) as Reservation
      const done = (await checks.reserve(own)) as Reservation
      await checks.complete(done, { status: 'pass', result: {} })
      expect(await clients.executeTakeFirstOrThrow()).toEqual({ balance: 3 })
      await retention.erase(clientId, [underWay.id, done.id], { actor: clientId })
      expect(await clients.executeTakeFirstOrThrow()).toEqual({ balance: 4 })
      // Its caller, who is refused now, has it back already.
      await checks.release(underWay)
      expect(await clients.executeTakeFirstOrThrow()).toEqual({ balance: 4 })
    })

    it('leaves nothing of a check that is accepted meanwhile', async () => {
      const clientId = await client()
      const { database } = opened
      const pending = createPendingChecks(database, evidence, now)
      const eraser = createRetention({
        ...{ database, evidence, gallery, webhooks, audit, now, onError: () => {} },
        dialectRecords: [pendingRecords],
      })
      const own = { clientId, dialect: 'liveface', operation: 'liveness' }
      const reservation = (await createChecks(database, now).reserve(own)) as Reservation
      let erased: Promise<unknown> | undefined
      await database.transaction().execute(async (transaction) => {
        const destination = { destinationId: 'destination', requestId: 'request', acceptedAt: time }
        await pending.add(transaction, [{ reservation, fields: {}, ...destination }])
        erased = eraser.erase(clientId, [reservation.id], { actor: clientId })
        const picture = { role: 'picture', mediaType: 'image/jpeg', bytes: Buffer.alloc(100_000) }
        await evidence.keep(transaction, { ...picture, clientId, checkId: reservation.id })
      })
      await erased
      const pictures = await evidence.list(clientId, reservation.id)
      expect([await pending.waiting(clientId), pictures]).toEqual([{ checks: 0, bytes: 0 }, []])
    })

    it('erases a check with picture, file, template and event, and writes that down', async () => {
      const clientId = await client()
      const [gone, stays] = [await check(clientId), await check(clientId)]
      const erased = await retention.erase(clientId, [gone.id], { actor: clientId })
      expect(erased).toEqual({ checks: 1, pictures: 1, templates: 1 })
      expect(await idsOf(clientId)).toEqual([stays.id])
      expect(await evidence.read(clientId, gone.evidenceId)).toBeNull()
      expect(existsSync(gone.file)).toBe(false)
      expect(existsSync(stays.file)).toBe(true)
      expect((await gallery.list(clientId)).map(({ checkId }) => checkId)).toEqual([stays.id])
      expect(await webhooks.deliveries(clientId)).toHaveLength(1)
      expect((await audit.list())[0]).toMatchObject({
        actor: clientId,
        clientId,
        action: 'records.erased',
        subject: gone.id,
        details: { checks: 1, pictures: 1, templates: 1 },
      })
      expect((await audit.verify()).intact).toBe(true)
    })

    it("touches no other client's records, whatever ids it is given", async () => {
      const [mine, theirs] = [await client(), await client()]
      const record = await check(theirs)
      expect(await retention.erase(mine, [record.id], { actor: mine })).toEqual({
        checks: 0,
        pictures: 0,
        templates: 0,
      })
      expect(await idsOf(theirs)).toEqual([record.id])
      expect(await evidence.read(theirs, record.evidenceId)).not.toBeNull()
      expect(await gallery.list(theirs)).toHaveLength(1)
      expect(await webhooks.deliveries(theirs)).toHaveLength(1)
    })

    it('keeps a blocked face when asked to, without its check, and forgets it otherwise', async () => {
      const clientId = await client()
      const [kept, forgotten] = [await check(clientId, 'block'), await check(clientId, 'block')]
      await retention.erase(clientId, [kept.id], { actor: 'operator', keepListed: true })
      await retention.erase(clientId, [forgotten.id], { actor: 'operator' })
      expect(await gallery.list(clientId)).toMatchObject([{ list: 'block', checkId: null }])
    })

    it("sweeps what is older than each client's months, and nothing else", async () => {
      const short = await client({ retentionMonths: 1 })
      const long = await client({ retentionMonths: 6 })
      const forever = await client()
      const old = { short: await check(short), long: await check(long), forever: await check(forever) }
      time += 40 * day
      const fresh = await check(short)
      expect(await retention.sweep()).toEqual({ checks: 1, pictures: 1, templates: 1 })
      expect(await idsOf(short)).toEqual([fresh.id])
      expect(existsSync(old.short.file)).toBe(false)
      expect(await idsOf(long)).toEqual([old.long.id])
      time += 200 * day
      expect(await retention.sweep()).toMatchObject({ checks: 2 })
      expect(await idsOf(long)).toEqual([])
      expect(await idsOf(forever)).toEqual([old.forever.id])
      expect(await retention.sweep()).toMatchObject({ checks: 0 })
    })

    it('sweeps more than one batch', async () => {
      const clientId = await client({ retentionMonths: 1 })
      const rows = Array.from({ length: 250 }, (_, i) => ({
        id: `old-${i}`,
        client_id: clientId,
        dialect: 'didit',
        operation: 'test',
        external_id: null,
        state: 'done' as const,
        status: 'Approved',
        result: '{}',
        created_at: time - 60 * day,
        completed_at: time,
      }))
      await opened.database.insertInto('checks').values(rows).execute()
      expect(await retention.sweep()).toMatchObject({ checks: 250 })
    })

    it('asks the records of every dialect and runs every sweep, and erases nothing when one of the former fails', async () => {
      const clientId = await client()
      const { id } = await check(clientId)
      const asked: string[] = []
      let fails = true
      const records = {
        erase: async (_transaction: unknown, _clientId: string, checkIds: readonly string[]) => {
          asked.push(...checkIds)
          if (fails) throw new Error('no')
        },
        read: async () => ({}),
      }
      const { database } = opened
      const second = createRetention({
        ...{ database, evidence, gallery, webhooks, audit, now },
        dialectRecords: [records],
        sweeps: [async () => asked.push('sweep')],
        onError: () => {},
      })
      await expect(second.erase(clientId, [id], { actor: 'a' })).rejects.toThrow('no')
      expect(await idsOf(clientId)).toEqual([id])
      expect(await gallery.list(clientId)).toHaveLength(1)
      fails = false
      await second.erase(clientId, [id], { actor: 'a' })
      await second.sweep()
      expect(asked).toEqual([id, id, 'sweep'])
    })

    it('goes on with the other steps of a sweep when one fails, and reports each', async () => {
      // Hides: why a step fails.
      const fail = (message: string) => async () => {
        throw new Error(message)
      }
      const [broken, whole] = [await client(), await client({ retentionMonths: 1 })]
      await opened.database
        .updateTable('clients')
        .set({ settings: 'not JSON' })
        .where('id', '=', broken)
        .execute()
      await check(whole)
      time += 40 * day
      const done: string[] = []
      const reported: string[] = []
      const failing = createRetention({
        ...{ database: opened.database, gallery, audit, now },
        evidence: { ...evidence, sweepFiles: fail('the store is away') },
        webhooks: { ...webhooks, purge: fail('purge') },
        sweeps: [fail('sweep'), async () => done.push('last')],
        onError: (error) => reported.push((error as Error).message),
      })
      expect(await failing.sweep()).toMatchObject({ checks: 1 })
      expect(done).toEqual(['last'])
      expect(reported).toEqual([expect.stringContaining('JSON'), 'the store is away', 'purge', 'sweep'])
    })

    it('sweeps again and again once started, until stopped', async () => {
      const clientId = await client({ retentionMonths: 1 })
      await check(clientId)
      time += 40 * day
      retention.start(20)
      while ((await idsOf(clientId)).length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
      await retention.stop()
      await check(clientId)
      time += 40 * day
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await idsOf(clientId)).toHaveLength(1)
    })
  })
}

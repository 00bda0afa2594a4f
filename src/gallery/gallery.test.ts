import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { searchOne } from '../../test/support/search-one.ts'
import { SealError } from '../access/envelope.ts'
import { addMasterKey } from '../access/master-key.ts'
import { type Database, openDatabase } from '../database/index.ts'
import { createGallery, type Gallery, type NewEntry } from './index.ts'

/** A template that depends on `seed` alone; `shade` 0..1 moves it away from the face it stands for. */
function face(seed: number, shade = 0): Float32Array {
  let state = (seed * 2654435761) >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  const template = Float32Array.from({ length: 128 }, next)
  return template.map((value) => value + shade * next())
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`gallery on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let gallery: Gallery
    let clientId: string
    const others: { gallery: Gallery; database: Database | null }[] = []

    beforeEach(async () => {
      opened = await kind.open()
      gallery = createGallery(opened)
      clientId = await opened.client()
    })
    afterEach(async () => {
      await gallery.close()
      for (const other of others.splice(0)) {
        await other.gallery.close()
        await other.database?.destroy()
      }
    })

    /** Another server over the same data. SQLite is opened once per process, so there it shares that. */
    async function another(masterKey = opened.masterKey): Promise<{ gallery: Gallery; database: Database }> {
      const own = kind.name === 'SQLite' ? null : await openDatabase(opened.location)
      const database = own ?? opened.database
      const server = { gallery: createGallery({ database, masterKey }), database: own }
      others.push(server)
      return { gallery: server.gallery, database }
    }

    const add = (entry: Partial<NewEntry> & Pick<NewEntry, 'template'>) =>
      opened.database
        .transaction()
        .execute((transaction) => gallery.add(transaction, { clientId, approved: true, ...entry }))

    it('finds the closest first, with everything known about them', async () => {
      const id = await add({ template: face(1), vendorData: 'anna', checkId: 'c1', label: 'note' })
      await add({ template: face(1, 0.5), vendorData: 'bert' })
      await add({ template: face(2) })
      const matches = await searchOne(gallery, face(1), { clientId, limit: 2 })
      expect(matches).toHaveLength(2)
      expect(matches[0]).toMatchObject({
        id,
        clientId,
        kind: 'session',
        list: 'none',
        approved: true,
        vendorData: 'anna',
        checkId: 'c1',
        label: 'note',
      })
      expect(matches[0]?.cosine).toBeCloseTo(1, 5)
      expect(matches[1]?.vendorData).toBe('bert')
      expect(matches[1]?.cosine).toBeLessThan(0.99)
    })

    it("leaves out the caller's own vendor data, what the filter refuses and what is too far", async () => {
      await add({ template: face(1), vendorData: 'anna' })
      await add({ template: face(1, 0.1), vendorData: 'bert', list: 'block' })
      await add({ template: face(1, 0.2), approved: false })
      await add({ template: face(1, 0.3), kind: 'list_entry', list: 'allow' })
      await add({ template: face(9) })
      const found = async (query: object) =>
        (await searchOne(gallery, face(1), { clientId, minCosine: 0.5, ...query })).map(
          (match) => match.vendorData ?? match.list,
        )
      expect(await found({})).toEqual(['anna', 'bert', 'none', 'allow'])
      expect(await found({ excludeVendorData: 'anna' })).toEqual(['bert', 'none', 'allow'])
      expect(await found({ excludeVendorData: 'nobody' })).toHaveLength(4)
      expect(await found({ onlyVendorData: 'bert' })).toEqual(['bert'])
      expect(await found({ onlyVendorData: 'nobody' })).toEqual([])
      expect(await found({ filter: ({ list }: { list: string }) => list === 'block' })).toEqual(['bert'])
      expect(await found({ filter: ({ approved }: { approved: boolean }) => !approved })).toEqual(['none'])
      expect(await found({ filter: ({ kind }: { kind: string }) => kind === 'list_entry' })).toEqual([
        'allow',
      ])
      expect(await found({ limit: 1 })).toEqual(['anna'])
      expect(await found({ limit: 0 })).toEqual([])
    })

    it('answers several queries over one scan, and refuses queries of two clients', async () => {
      await add({ template: face(1), list: 'block' })
      await add({ template: face(1, 0.1) })
      const [blocked, plain] = await gallery.search(face(1), [
        { clientId, filter: ({ list }) => list === 'block' },
        { clientId, filter: ({ list }) => list === 'none' },
      ])
      expect(blocked?.map(({ list }) => list)).toEqual(['block'])
      expect(plain?.map(({ list }) => list)).toEqual(['none'])
      const other = await opened.client()
      await expect(gallery.search(face(1), [{ clientId }, { clientId: other }])).rejects.toThrow(RangeError)
      await expect(gallery.search(face(1), [])).rejects.toThrow(RangeError)
    })

    it("never shows one client's entries to another", async () => {
      const id = await add({ template: face(1), checkId: 'c1' })
      const stranger = await opened.client()
      expect(await searchOne(gallery, face(1), { clientId: stranger })).toEqual([])
      expect(await gallery.list(stranger)).toEqual([])
      expect(await gallery.find(stranger, id)).toBeNull()
      await opened.database.transaction().execute(async (transaction) => {
        expect(await gallery.forget(transaction, stranger, id)).toBe(false)
        expect(await gallery.change(transaction, stranger, id, { list: 'block' })).toBe(false)
        expect(await gallery.changeCheck(transaction, stranger, 'c1', { list: 'block' })).toBe(0)
        expect(await gallery.forgetChecks(transaction, stranger, ['c1'])).toBe(0)
      })
      expect((await searchOne(gallery, face(1), { clientId }))[0]).toMatchObject({ id, list: 'none' })
    })

    it('refuses what is no template', async () => {
      for (const template of [
        new Float32Array(128),
        new Float32Array(127).fill(1),
        face(1).map((value, i) => (i === 5 ? Number.NaN : value)),
        face(1).map((value, i) => (i === 5 ? Number.POSITIVE_INFINITY : value)),
      ]) {
        await expect(add({ template })).rejects.toThrow(RangeError)
        await expect(searchOne(gallery, template, { clientId })).rejects.toThrow(RangeError)
      }
      expect(await gallery.list(clientId)).toEqual([])
    })

    it('shows nothing of a transaction that rolled back', async () => {
      const failing = opened.database.transaction().execute(async (transaction) => {
        await gallery.add(transaction, { clientId, template: face(1) })
        await gallery.searchInLine(transaction, face(1), [{ clientId }])
        await gallery.add(transaction, { clientId, template: face(1) })
        throw new Error('rolled back')
      })
      await expect(failing).rejects.toThrow('rolled back')
      expect(await searchOne(gallery, face(1), { clientId })).toEqual([])
      // The key that the first, failed transaction made is gone with it.
      await add({ template: face(2) })
      expect(await searchOne(gallery, face(2), { clientId, minCosine: 0.9 })).toHaveLength(1)
      expect(await searchOne((await another()).gallery, face(2), { clientId, minCosine: 0.9 })).toHaveLength(
        1,
      )
    })

    it('is current on every server at once: new, changed and forgotten entries', async () => {
      const { gallery: second } = await another()
      const id = await add({ template: face(1), checkId: 'c1' })
      expect(await searchOne(second, face(1), { clientId, minCosine: 0.9 })).toHaveLength(1)
      await opened.database
        .transaction()
        .execute((transaction) => gallery.change(transaction, clientId, id, { list: 'block', label: 'x' }))
      const blocked = { clientId, filter: ({ list }: { list: string }) => list === 'block' }
      expect((await searchOne(second, face(1), blocked))[0]).toMatchObject({ id, list: 'block', label: 'x' })
      await opened.database.transaction().execute((transaction) => gallery.forget(transaction, clientId, id))
      expect(await searchOne(second, face(1), { clientId })).toEqual([])
      expect(second.size()).toBe(0)
    })

    it('is the same after a restart, and loads ahead of the first search', async () => {
      for (let i = 0; i < 50; i++) await add({ template: face(i), vendorData: `v${i}` })
      const { gallery: restarted } = await another()
      await restarted.load()
      expect(restarted.size()).toBe(50)
      for (const i of [0, 17, 49]) {
        const query = { clientId, limit: 3 }
        const [found, expected] = [
          await searchOne(restarted, face(i), query),
          await searchOne(gallery, face(i), query),
        ]
        expect(found).toEqual(expected)
        expect(found[0]?.vendorData).toBe(`v${i}`)
      }
    })

    it('keeps nothing readable in the database, and nothing at all of what is forgotten', async () => {
      const template = face(1)
      const id = await add({ template, vendorData: 'anna', label: 'note', checkId: 'c1' })
      const length = Math.hypot(...template)
      const plain = Buffer.from(template.map((value) => value / length).buffer)
      const dump = async () =>
        JSON.stringify(await opened.database.selectFrom('gallery_entries').selectAll().execute())
      expect(await dump()).not.toContain(plain.toString('base64').slice(8, 40))
      await opened.database.transaction().execute((transaction) => gallery.forget(transaction, clientId, id))
      const [row] = await opened.database.selectFrom('gallery_entries').selectAll().execute()
      expect(row).toMatchObject({ id, template: null, vendor_data: null, label: null, check_id: null })
      expect(await gallery.find(clientId, id)).toBeNull()
    })

    it('refuses a template that was moved to another row', async () => {
      const first = await add({ template: face(1) })
      const second = await add({ template: face(2) })
      const rows = await opened.database.selectFrom('gallery_entries').selectAll().execute()
      await opened.database
        .updateTable('gallery_entries')
        .set({ template: rows.find((row) => row.id === first)?.template ?? null })
        .where('id', '=', second)
        .execute()
      await expect(searchOne(gallery, face(1), { clientId })).rejects.toThrow(SealError)
    })

    it('forgets the entries of checks; listed ones can stay without their check', async () => {
      await add({ template: face(1), checkId: 'c1' })
      await add({ template: face(2), checkId: 'c1', list: 'block' })
      await add({ template: face(3), checkId: 'c2' })
      await opened.database.transaction().execute(async (transaction) => {
        expect(await gallery.forgetChecks(transaction, clientId, ['c1', 'none'], { keepListed: true })).toBe(
          1,
        )
      })
      const left = await gallery.list(clientId)
      expect(left.map(({ list, checkId }) => [list, checkId]).sort()).toEqual([
        ['block', null],
        ['none', 'c2'],
      ])
      await opened.database.transaction().execute(async (transaction) => {
        expect(await gallery.forgetChecks(transaction, clientId, ['c2'])).toBe(1)
        expect(await gallery.forgetChecks(transaction, clientId, [])).toBe(0)
      })
      expect(await gallery.list(clientId, { list: 'none' })).toEqual([])
      expect(await gallery.list(clientId, { list: 'block' })).toHaveLength(1)
      const counts = [
        await gallery.count(clientId, { list: 'none' }),
        await gallery.count(clientId, { list: 'block' }),
      ]
      expect(counts).toEqual([0, 1])
    })

    const enrol = async (
      server: { gallery: Gallery; database: Database },
      vendorData: string,
      ahead: boolean,
    ) => {
      const probe = face(7, Number(vendorData) / 1000)
      const queries = [{ clientId, minCosine: 0.9, limit: 100 }]
      const head = ahead ? await server.gallery.prepare(probe, queries) : undefined
      return server.database.transaction().execute(async (transaction) => {
        const matches = await server.gallery.searchInLine(transaction, probe, queries, head)
        await server.gallery.add(transaction, { clientId, template: probe, vendorData })
        return { vendorData, saw: (matches[0] ?? []).map((match) => match.vendorData) }
      })
    }

    for (const ahead of [false, true]) {
      it(`puts simultaneous calls with one face in line: each sees all before it${ahead ? ', scanned ahead' : ''}`, async () => {
        const servers = [{ gallery, database: opened.database }, await another(), await another()]
        const calls = Array.from({ length: 24 }, (_, i) =>
          enrol(servers[i % 3] as (typeof servers)[0], String(i), ahead),
        )
        const results = await Promise.all(calls)
        const inLine = results.sort((a, b) => a.saw.length - b.saw.length)
        inLine.forEach((result, place) => {
          const before = inLine.slice(0, place).map(({ vendorData }) => vendorData)
          expect([...result.saw].sort()).toEqual(before.sort())
        })
      })
    }

    it('looks again at everything when an entry changed between the scan ahead and the transaction', async () => {
      const id = await add({ template: face(7), list: 'none' })
      const query = { clientId, filter: ({ list }: { list: string }) => list === 'block' }
      const head = await gallery.prepare(face(7), [query])
      await opened.database
        .transaction()
        .execute((transaction) => gallery.change(transaction, clientId, id, { list: 'block' }))
      const matches = await opened.database
        .transaction()
        .execute((transaction) => gallery.searchInLine(transaction, face(7), [query], head))
      expect(matches[0]?.map((match) => match.id)).toEqual([id])
    })

    it('rewraps its keys when the master key is rotated', async () => {
      await add({ template: face(1) })
      const masterKey = addMasterKey(opened.directory)
      const { gallery: rotated } = await another(masterKey)
      expect(await rotated.rewrap()).toBe(1)
      expect(await rotated.rewrap()).toBe(0)
      expect(await searchOne(rotated, face(1), { clientId, minCosine: 0.9 })).toHaveLength(1)
      await add({ template: face(2) })
      expect(await searchOne(rotated, face(2), { clientId, minCosine: 0.9 })).toHaveLength(1)
    })
  })
}

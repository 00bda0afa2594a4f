import { Kysely, Migrator, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { testDatabases } from '../../../test/support/databases.ts'
import { type DatabaseLocation, openDatabase } from '../index.ts'
import { postgres } from '../postgres.ts'
import { sqlite } from '../sqlite.ts'
import { migrations } from './index.ts'

/** The schema of version 0.1.0, whose servers run beside those of this version during an upgrade. */
const released = '0007-used-signatures'

/** A database as version 0.1.0 left it. */
async function openReleased(location: DatabaseLocation) {
  const dialect = 'url' in location ? postgres(location.url, null) : sqlite(location.file)
  // biome-ignore lint/suspicious/noExplicitAny: the tables of another version
  const db = new Kysely<any>({ dialect })
  await migrateTo(db, released)
  return db
}

async function migrateTo(db: Kysely<unknown>, name: string) {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateTo(name)
  if (error) throw error
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`migrations on ${kind.name}`, () => {
    it('run once, and a second opener finds nothing left to do', async () => {
      const { database, location } = await kind.open()
      const second = await openDatabase(location)
      const tables = await second.introspection.getTables()
      expect(tables.map((table) => table.name)).toEqual(
        expect.arrayContaining(['checks', 'webhook_deliveries', 'evidence', 'audit', 'gallery_entries']),
      )
      await second.destroy()
      expect(await database.selectFrom('audit_head').selectAll().execute()).toHaveLength(1)
    })

    it('make the database refuse to change or delete audit rows', async () => {
      const { database } = await kind.open()
      const row = { at: 1, actor: 'a', client_id: null, action: 'b', subject: null, details: '{}' }
      await database
        .insertInto('audit')
        .values({ sequence: 1, ...row, key_id: 'k', hash: 'h' })
        .execute()
      await expect(sql`update audit set actor = 'c'`.execute(database)).rejects.toThrow(/cannot be changed/)
      await expect(sql`delete from audit`.execute(database)).rejects.toThrow(/cannot be changed/)
    })

    it('only add to the schema of 0.1.0, so that its servers go on beside those of this version', async () => {
      const location = await kind.location()
      const old = await openReleased(location)
      const before = await old.introspection.getTables()
      const current = await openDatabase(location)
      const after = new Map((await old.introspection.getTables()).map((table) => [table.name, table.columns]))
      for (const { name, columns } of before) {
        const now = new Map((after.get(name) ?? []).map((column) => [column.name, column]))
        for (const column of columns) {
          expect(now.get(column.name), `${name}.${column.name}`).toMatchObject({
            dataType: column.dataType,
            isNullable: column.isNullable,
          })
          now.delete(column.name)
        }
        // What an old server writes has no value for these.
        for (const { name: added, isNullable, hasDefaultValue } of now.values()) {
          expect(isNullable || hasDefaultValue, `${name}.${added} may be left out`).toBe(true)
        }
      }
      // As an old server makes a client and a check, and finishes it.
      const client = { id: 'c', dialect: 'cashfree', environment: 'production', name: 'c', settings: '{}' }
      await old
        .insertInto('clients')
        .values({ ...client, created_at: 1 })
        .execute()
      const check = { id: 'a', client_id: 'c', dialect: 'cashfree', operation: 'face-liveness' }
      await old
        .insertInto('checks')
        .values({ ...check, state: 'reserved', created_at: 1 })
        .execute()
      const done = { state: 'done', status: 'SUCCESS', result: '{}', completed_at: 2 }
      await old.updateTable('checks').set(done).where('id', '=', 'a').execute()
      expect(await current.selectFrom('checks').selectAll().executeTakeFirst()).toMatchObject({
        ...check,
        ...done,
        verdict: null,
      })
      await current.destroy()
      await old.destroy()
    })

    it('keep every table and column since 0.1.0', async () => {
      const old = await openReleased(await kind.location())
      const columns = async () => {
        const tables = await old.introspection.getTables()
        return tables.flatMap((table) => table.columns.map((column) => `${table.name}.${column.name}`))
      }
      const made = new Set<string>()
      for (const name of Object.keys(migrations).filter((name) => name > released)) {
        await migrateTo(old, name)
        for (const column of await columns()) made.add(column)
      }
      expect((await columns()).toSorted()).toEqual([...made].toSorted())
      await old.destroy()
    })

    it('note whom a call names that a server of 0.1.0 saves, before them and after', async () => {
      const location = await kind.location()
      const old = await openReleased(location)
      for (const id of ['c', 'other']) {
        const client = { id, dialect: 'didit', environment: 'production', name: id, settings: '{}' }
        await old
          .insertInto('clients')
          .values({ ...client, created_at: 1 })
          .execute()
      }
      let number = 0
      const save = (id: string, client_id: string, matches: { checkId: string | null }[]) =>
        old
          .insertInto('didit_sessions')
          .values({
            id,
            number: ++number,
            client_id,
            service: 'FACE_SEARCH',
            status: 'Approved',
            risks: '',
            report: JSON.stringify({ text: 'a\u0000b', matches }),
            pictures: '{}',
            reviews: '[]',
            created_at: number,
          })
          .execute()
      await save('first', 'c', [])
      await save('foreign', 'other', [])
      await save('before', 'c', [{ checkId: 'first' }])
      await migrateTo(old, '0014-didit-matches')
      await save('meanwhile', 'c', [{ checkId: 'first' }, { checkId: 'foreign' }])
      const current = await openDatabase(location)
      await save('after', 'c', [
        { checkId: null },
        { checkId: 'first' },
        { checkId: 'before' },
        { checkId: 'gone' },
      ])
      const noted = await current
        .selectFrom('didit_matches')
        .select(['session_id', 'matched_id'])
        .orderBy('session_id')
        .orderBy('matched_id')
        .execute()
      expect(noted.map((row) => `${row.session_id} names ${row.matched_id}`)).toEqual([
        'after names before',
        'after names first',
        'before names first',
        'meanwhile names first',
      ])
      await current.destroy()
      await old.destroy()
    })

    it('are asked for where they are switched off, by their names', async () => {
      const location = await kind.location()
      await (await openReleased(location)).destroy()
      const open = () => openDatabase(location, { migrate: false })
      await expect(open()).rejects.toThrow(
        /lacks 0008-persons-of-checks, .*; run `liveface migrate` first, or set LIVEFACE_MIGRATE=true\.$/,
      )
      await (await openDatabase(location)).destroy()
      await (await open()).destroy()
    })
  })
}

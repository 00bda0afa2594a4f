import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { testDatabases } from '../../../test/support/databases.ts'
import { openDatabase } from '../index.ts'

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
  })
}

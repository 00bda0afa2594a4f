import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { prepareQuery, type Value } from './prepared.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`prepared queries on ${kind.name}`, () => {
    let opened: OpenedDatabase
    beforeEach(async () => {
      opened = await kind.open()
    })

    it('are put together once and run with the values of each call', async () => {
      const { database } = opened
      let built = 0
      const find = prepareQuery((db, value: Value<{ id: string; dialect: string }>) => {
        built++
        return db
          .selectFrom('clients')
          .select(['id', 'name'])
          .where('id', '=', value('id'))
          .where('dialect', 'in', ['none', value('dialect')])
          .where('revoked_at', 'is', null)
      })
      const ids = [await opened.client(), await opened.client()]
      const dialect = (await database.selectFrom('clients').select('dialect').executeTakeFirstOrThrow())
        .dialect
      for (const id of ids)
        expect((await find(database, { id, dialect })).rows.map((row) => row.id)).toEqual([id])
      expect((await find(database, { id: ids[0]!, dialect: 'another' })).rows).toEqual([])
      expect((await find(database, { id: "' or 1=1 --", dialect })).rows).toEqual([])
      expect(built).toBe(1)
    })

    it('see what their transaction wrote, and are undone with it', async () => {
      const { database } = opened
      const rename = prepareQuery((db, value: Value<{ id: string; name: string; balance: number | null }>) =>
        db
          .updateTable('clients')
          .set({ name: value('name'), balance: value('balance') })
          .where('id', '=', value('id'))
          .returning(['name', 'balance']),
      )
      const id = await opened.client()
      const failing = database.transaction().execute(async (transaction) => {
        const { rows } = await rename(transaction, { id, name: 'other', balance: null })
        expect(rows).toEqual([{ name: 'other', balance: null }])
        throw new Error('undone')
      })
      await expect(failing).rejects.toThrow('undone')
      const { name } = await database
        .selectFrom('clients')
        .select('name')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      expect(name).not.toBe('other')
      expect((await rename(database, { id, name: 'third', balance: 3 })).rows).toEqual([
        { name: 'third', balance: 3 },
      ])
    })
  })
}

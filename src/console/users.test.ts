/** Accounts that several people change at once. Real databases; hashing is cheap, which is not what is tested. */
import { describe, expect, it } from 'vitest'
import { cheapCost } from '../../test/support/console.ts'
import { testDatabases } from '../../test/support/databases.ts'
import { createAudit } from '../records/audit.ts'
import { createPasswords } from './passwords.ts'
import { createUsers, type Role } from './users.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`accounts on ${kind.name}`, () => {
    async function stand(...given: Role[]) {
      const { database, masterKey } = await kind.open()
      const note = createAudit(database, masterKey).append
      const users = createUsers(database, createPasswords({ cost: cheapCost }), note)
      const ids: string[] = []
      for (const role of given) {
        const account = { email: `${ids.length}@example.org`, name: role, role, clients: null }
        ids.push((await users.create({ ...account, password: 'correct horse battery' }, 'operator')).id)
      }
      return { users, ids }
    }
    const roles = async (users: Awaited<ReturnType<typeof stand>>['users']) =>
      (await users.list()).map(({ role }) => role)

    it('keep an administrator when two take the right from each other', async () => {
      for (const act of ['change', 'remove'] as const) {
        const { users, ids } = await stand('administrator', 'administrator')
        const work = ids.map((id) =>
          act === 'remove' ? users.remove(id, 'x') : users.change(id, { role: 'auditor' }, 'x'),
        )
        const results = await Promise.allSettled(work)
        expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
          { reason: { code: 'last_administrator' } },
        ])
        expect((await roles(users)).filter((role) => role === 'administrator')).toHaveLength(1)
      }
    })

    it('keep what is changed of them at the same time', async () => {
      const { users, ids } = await stand('administrator', 'administrator')
      const [, id = ''] = ids
      await Promise.all([
        users.change(id, { role: 'auditor' }, 'x'),
        users.change(id, { name: 'New name' }, 'x'),
        users.change(id, { language: 'hi' }, 'x'),
      ])
      expect(await users.find(id)).toMatchObject({ role: 'auditor', name: 'New name', language: 'hi' })
    })

    it('are none for who was never made', async () => {
      const { users } = await stand('administrator')
      expect(await users.change('none', { name: 'x' }, 'x')).toBeNull()
      expect(await users.remove('none', 'x')).toBe(false)
    })
  })
}

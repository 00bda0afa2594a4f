/** Four eyes on real databases; no call made the cases. */
import { describe, expect, it } from 'vitest'
import { insertCases } from '../../test/support/cases.ts'
import { testDatabases } from '../../test/support/databases.ts'
import { decideCase, decisionsOf, type NewDecision, versionOf } from './decisions.ts'
import { countCases, findCase } from './list.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`four eyes on ${kind.name}`, () => {
    async function stand() {
      const opened = await kind.open()
      const { database: db } = opened
      const clientId = await opened.client()
      await insertCases(opened, clientId, [{ id: 'case' }])
      const version = async () =>
        versionOf((await findCase(db, 'case'))?.case_state ?? null, await decisionsOf(db, ['case']))
      /** Everything happens in the same millisecond: which decision waits does not hang on their order. */
      const decide = async (user: string, decision: NewDecision['decision'], seen?: string) => {
        const person = { user: { id: user, name: user }, reason: 'x', comment: '' }
        const rest = { check: { id: 'case', clientId }, fourEyes: true, version: seen ?? (await version()) }
        return db
          .transaction()
          .execute((transaction) => decideCase(transaction, { ...person, ...rest, decision, now: 1000 }))
      }
      const state = async () => (await findCase(db, 'case'))?.case_state
      const waiting = async () =>
        (await decisionsOf(db, ['case'])).filter(({ needs_second }) => needs_second === 1)
      const counts = () => countCases(db, [clientId], 0)
      return { decide, state, waiting, version, counts }
    }

    it('let the first decision wait, and not its own person agree to it', async () => {
      const { decide, state, waiting, counts } = await stand()
      expect(await decide('a', 'approve')).toEqual({ counts: false })
      expect(await decide('a', 'approve')).toBe('second_person')
      expect(await decide('a', 'decline')).toBe('second_person')
      expect([await state(), await waiting()]).toMatchObject(['open', [{ user_id: 'a' }]])
      expect(await counts()).toEqual({ open: 1, decided: 0 })
    })

    it('decide a case, which is counted once, when the second person agrees', async () => {
      const { decide, state, waiting, version, counts } = await stand()
      const seen = await version()
      await decide('a', 'approve')
      expect(await decide('b', 'approve', seen)).toBe('changed')
      expect(await decide('b', 'approve')).toEqual({ counts: true })
      expect([await state(), await waiting()]).toEqual(['decided', []])
      expect(await counts()).toEqual({ open: 0, decided: 1 })
      expect(await decide('c', 'approve')).toBe('decided')
    })

    it('let the decision of the second wait when they disagree, however often', async () => {
      const { decide, state, waiting, version, counts } = await stand()
      await decide('a', 'approve')
      const versions = new Set([await version()])
      for (const [user, decision] of [
        ['b', 'decline'],
        ['a', 'approve'],
        ['b', 'decline'],
        ['a', 'ask_again'],
      ] as const) {
        expect(await decide(user, decision)).toEqual({ counts: false })
        expect(await waiting()).toMatchObject([{ user_id: user, decision }])
        expect(await state()).toBe('open')
        versions.add(await version())
      }
      expect(versions.size).toBe(5)
      expect(await counts()).toEqual({ open: 1, decided: 0 })
      expect(await decide('b', 'ask_again')).toEqual({ counts: true })
      expect(await counts()).toEqual({ open: 0, decided: 1 })
    })
  })
}

/** Real databases and real signatures; the authenticator is software and the clock is the test's. */
import { verifyRegistrationResponse } from '@simplewebauthn/server'
import { describe, expect, it, vi } from 'vitest'
import { softwareAuthenticator } from '../../test/support/authenticator.ts'
import { cheapCost } from '../../test/support/console.ts'
import { testDatabases } from '../../test/support/databases.ts'
import { createAudit } from '../records/audit.ts'
import { createPasskeys } from './passkeys.ts'
import { createPasswords } from './passwords.ts'
import { createUsers } from './users.ts'

// Watched, not replaced.
vi.mock('@simplewebauthn/server', { spy: true })

const origin = 'https://console.example'
const minutes = 60_000

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`passkeys on ${kind.name}`, () => {
    async function stand() {
      const { database: db, masterKey } = await kind.open()
      const clock = { time: 1_800_000_000_000 }
      const audit = createAudit(db, masterKey)
      const users = createUsers(db, createPasswords({ cost: cheapCost }), audit.append)
      const create = (email: string) =>
        users.create(
          { email, name: email, role: 'reviewer', clients: null, password: 'correct horse battery' },
          'operator',
        )
      const [user, other] = [await create('a@example.org'), await create('b@example.org')]
      const passkeys = createPasskeys(db, audit.append, () => clock.time)
      const authenticator = softwareAuthenticator()
      const add = async () => {
        const { challenge } = await passkeys.offer(user, origin)
        return passkeys.add(user, 'Laptop', authenticator.make(challenge, { origin }), origin)
      }
      const begin = (digest: string) =>
        db
          .insertInto('console_sessions')
          .values({ digest, user_id: user.id, created_at: 0, used_at: 0, confirmed_until: 0 })
          .execute()
      const sessions = async () =>
        (await db.selectFrom('console_sessions').select('digest').execute()).map(({ digest }) => digest)
      return { db, begin, sessions, clock, audit, users, user, other, passkeys, authenticator, add }
    }
    const refused = { code: 'invalid_credentials' }

    it('are added, used, listed and removed, each in the audit log', async () => {
      const { passkeys, user, other, authenticator, add, audit, clock } = await stand()
      const added = await add()
      const { challenge, ...asked } = await passkeys.challenge(origin)
      expect(asked).toMatchObject({ rpId: 'console.example', userVerification: 'required' })
      expect(asked.allowCredentials ?? []).toEqual([])
      expect(await passkeys.use(authenticator.use(challenge, { origin }), origin)).toBe(user.id)
      expect(await passkeys.list(user.id)).toEqual([{ ...added, usedAt: clock.time }])
      expect(await passkeys.count([user.id, other.id])).toEqual(new Map([[user.id, 1]]))
      expect(await passkeys.remove(other.id, added.id, 'x')).toBe(false)
      expect(await passkeys.remove(user.id, added.id, `console:${user.id}`)).toBe(true)
      const next = await passkeys.challenge(origin)
      await expect(passkeys.use(authenticator.use(next.challenge, { origin }), origin)).rejects.toMatchObject(
        refused,
      )
      const acts = (await audit.list()).filter(({ action }) => action.startsWith('user.passkey'))
      const about = { actor: `console:${user.id}`, subject: user.id }
      expect(acts).toMatchObject([
        { ...about, action: 'user.passkey_removed' },
        { ...about, action: 'user.passkey_added' },
      ])
    })

    it('answer each challenge once, and in time', async () => {
      const { passkeys, authenticator, add, clock, user } = await stand()
      await add()
      const { challenge } = await passkeys.challenge(origin)
      const answer = authenticator.use(challenge, { origin })
      expect(await passkeys.use(answer, origin)).toBe(user.id)
      await expect(passkeys.use(answer, origin)).rejects.toMatchObject(refused)
      const late = await passkeys.challenge(origin)
      clock.time += 5 * minutes
      await expect(passkeys.use(authenticator.use(late.challenge, { origin }), origin)).rejects.toMatchObject(
        refused,
      )
    })

    it.each([
      'another origin',
      'no fingerprint, face or PIN',
      'another key',
      'a challenge of nobody',
      'a copy',
    ])('open nothing with %s', async (fault) => {
      const { passkeys, authenticator, add } = await stand()
      await add()
      const { challenge } = await passkeys.challenge(origin)
      if (fault === 'a copy') {
        expect(await passkeys.use(authenticator.use(challenge, { origin }), origin)).toBeTruthy()
        authenticator.rewind()
      }
      const fresh = (await passkeys.challenge(origin)).challenge
      const own = authenticator.use(fault === 'a challenge of nobody' ? 'AAAA' : fresh, {
        origin: fault === 'another origin' ? 'https://console.example.net' : origin,
        isVerified: fault !== 'no fingerprint, face or PIN',
      })
      const { response } = softwareAuthenticator().use(fresh, { origin })
      const answer = fault === 'another key' ? { ...own, response } : own
      await expect(passkeys.use(answer, origin)).rejects.toMatchObject(refused)
    })

    it('are added to nobody but the one to whom they were offered, and by no challenge to sign in', async () => {
      const { passkeys, user, other, authenticator } = await stand()
      const offered = await passkeys.offer(user, origin)
      const answer = authenticator.make(offered.challenge, { origin })
      await expect(passkeys.add(other, 'Stolen', answer, origin)).rejects.toMatchObject(refused)
      const { challenge } = await passkeys.challenge(origin)
      const made = authenticator.make(challenge, { origin })
      await expect(passkeys.add(user, 'Wrong', made, origin)).rejects.toMatchObject(refused)
      expect(await passkeys.count([user.id, other.id])).toEqual(new Map())
    })

    it.each(['android-key', 'apple', 'packed', 'tpm', 'of-tomorrow'])(
      'that vouch for themselves by certificates (%s) are refused before anybody looks at these',
      async (attested) => {
        const { passkeys, user, authenticator } = await stand()
        const { challenge } = await passkeys.offer(user, origin)
        vi.mocked(verifyRegistrationResponse).mockClear()
        const made = authenticator.make(challenge, { origin, attested })
        await expect(passkeys.add(user, 'Certified', made, origin)).rejects.toMatchObject(refused)
        expect(verifyRegistrationResponse).not.toHaveBeenCalled()
      },
    )

    it('are twenty of one person, also where two are added at once, and none of a person who is gone', async () => {
      const { passkeys, user, users, db } = await stand()
      const row = { user_id: user.id, name: 'x', public_key: 'x', counter: 0, transports: '[]' }
      const rows = Array.from({ length: 19 }, (_, index) => ({
        ...row,
        ...{ id: `key-${index}`, created_at: 0, used_at: null },
      }))
      await db.insertInto('console_passkeys').values(rows).execute()
      const offered = async () => {
        const { challenge } = await passkeys.offer(user, origin)
        return softwareAuthenticator().make(challenge, { origin })
      }
      const answers = [await offered(), await offered()]
      const added = await Promise.allSettled(answers.map((answer) => passkeys.add(user, 'x', answer, origin)))
      const refusals = added.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      expect(refusals).toMatchObject([{ code: 'request' }])
      expect(await passkeys.list(user.id)).toHaveLength(20)
      await expect(passkeys.offer(user, origin)).rejects.toMatchObject({ code: 'request' })
      await passkeys.forget(user.id, 'operator')
      const { challenge } = await passkeys.offer(user, origin)
      const late = softwareAuthenticator().make(challenge, { origin })
      const server = await vi.importActual<typeof import('@simplewebauthn/server')>('@simplewebauthn/server')
      vi.mocked(verifyRegistrationResponse).mockImplementationOnce(async (given) => {
        await users.remove(user.id, 'operator')
        return server.verifyRegistrationResponse(given)
      })
      await expect(passkeys.add(user, 'x', late, origin)).rejects.toMatchObject(refused)
    })

    it('take the sessions with them that they may have begun', async () => {
      const { passkeys, user, add, begin, sessions } = await stand()
      const { id } = await add()
      for (const digest of ['own', 'of a thief']) await begin(digest)
      await passkeys.remove(user.id, id, 'x', 'own')
      expect(await sessions()).toEqual(['own'])
      await add()
      await passkeys.forget(user.id, 'operator')
      expect(await sessions()).toEqual([])
    })

    it('go with their account, or when they are taken away', async () => {
      const { passkeys, users, user, add, audit } = await stand()
      await add()
      await passkeys.forget(user.id, 'operator')
      expect(await passkeys.list(user.id)).toEqual([])
      expect((await audit.list())[0]).toMatchObject({ actor: 'operator', action: 'user.passkeys_removed' })
      await add()
      expect(await passkeys.list(user.id)).toHaveLength(1)
      await users.remove(user.id, 'operator')
      expect(await passkeys.list(user.id)).toEqual([])
    })
  })
}

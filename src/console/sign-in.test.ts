/** Real databases; the clock is the test's. Hashing is cheap, which hides its time and memory: passwords.test.ts has the real cost. */

import { TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { cheapCost } from '../../test/support/console.ts'
import { testDatabases } from '../../test/support/databases.ts'
import { createAudit } from '../records/audit.ts'
import { createAttempts, lockout, slowing } from './attempts.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import { createSignIn } from './sign-in.ts'
import { createTotp } from './totp.ts'
import { createUsers } from './users.ts'

const right = 'correct horse battery'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`signing in on ${kind.name}`, () => {
    async function stand({ places = 100 } = {}) {
      const { database: db, masterKey } = await kind.open()
      const clock = { time: 1_800_000_000_000 }
      const now = () => clock.time
      const passwords = createPasswords({ cost: cheapCost, places })
      /** Counts what a guesser's time could tell apart. */
      let hashed = 0
      const counted = {
        ...passwords,
        verify: ((password, find) =>
          passwords.verify(password, async () => {
            const account = await find()
            hashed++
            return account
          })) satisfies Passwords['verify'] as Passwords['verify'],
      }
      const audit = createAudit(db, masterKey)
      const users = createUsers(db, passwords, audit.append, now)
      const attempts = createAttempts(db, masterKey, audit.append, now)
      const totp = createTotp(db, masterKey, now)
      const { signIn: signInWith, confirm } = createSignIn({ users, passwords: counted, totp, attempts })
      const signIn = (email: string, password: string, code?: string, address = '192.0.2.1') =>
        signInWith({ email, password, code }, address)
      const user = await users.create(
        { email: 'A@Example.org', name: 'A', role: 'administrator', clients: null, password: right },
        'operator',
      )
      return { clock, users, totp, attempts, audit, signIn, confirm, user, hashed: () => hashed }
    }
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'signed in',
        ({ code }) => code,
      )

    it('takes the right password, whatever the case of the address', async () => {
      const { signIn, user } = await stand()
      expect(await signIn(' a@example.ORG', right)).toEqual(user)
      expect(await codeOf(signIn('a@example.org', `${right}!`))).toBe('invalid_credentials')
    })

    it('answers alike, after the same work, whether there is an account or not; and locks both', async () => {
      const { signIn, clock, hashed } = await stand()
      const course = async (email: string) => {
        const codes: string[] = []
        const before = hashed()
        for (let i = 0; i < lockout.failures + 1; i++) codes.push(await codeOf(signIn(email, 'wrong')))
        return { codes, work: hashed() - before }
      }
      const [known, unknown] = [await course('a@example.org'), await course('b@example.org')]
      expect(known).toEqual(unknown)
      expect(known.codes.at(-1)).toBe('slow_down')
      expect(known.work).toBe(lockout.failures)
      // Not even the right password is looked at, and asking does not make the lock longer.
      clock.time += lockout.pause - 1000
      expect(await codeOf(signIn('a@example.org', right))).toBe('slow_down')
      clock.time += 2000
      expect(await codeOf(signIn('a@example.org', right))).toBe('signed in')
    })

    it('locks what a stranger guesses from, and nobody who comes from elsewhere', async () => {
      const { signIn, audit, user } = await stand()
      for (let i = 0; i < lockout.failures + 3; i++) await codeOf(signIn('a@example.org', 'wrong'))
      expect(await codeOf(signIn('a@example.org', right))).toBe('slow_down')
      expect(await codeOf(signIn('a@example.org', right, undefined, '192.0.2.2'))).toBe('signed in')
      const locks = (await audit.list()).filter(({ action }) => action === 'session.locked')
      expect(locks).toMatchObject([{ actor: 'server', subject: user.id, details: { addresses: 'one' } }])
    })

    it('slows guesses from very many addresses, but not the owner where they have signed in before', async () => {
      const { signIn, audit, clock, hashed } = await stand()
      const home = '198.51.100.7'
      expect(await codeOf(signIn('a@example.org', right, undefined, home))).toBe('signed in')
      const guess = (number: number) =>
        codeOf(signIn('a@example.org', 'wrong', undefined, `guesser ${number}`))
      for (let number = 0; number < slowing.failures; number++) {
        expect(await guess(number)).toBe('invalid_credentials')
      }
      expect(await guess(slowing.failures)).toBe('slow_down')
      expect(await codeOf(signIn('a@example.org', right, undefined, 'elsewhere'))).toBe('slow_down')
      expect(await codeOf(signIn('a@example.org', right, undefined, home))).toBe('signed in')
      // That cleared it. Once more, and this time from where nobody has signed in: one is looked at after each pause.
      for (let number = 0; number < slowing.failures; number++) await guess(number + 1000)
      const before = hashed()
      for (let round = 0; round < 3; round++) {
        clock.time += slowing.pause
        expect(await guess(2000 + round)).toBe('invalid_credentials')
        expect(await guess(3000 + round)).toBe('slow_down')
      }
      expect(hashed() - before).toBe(3)
      clock.time += slowing.pause
      expect(await codeOf(signIn('a@example.org', right, undefined, 'elsewhere'))).toBe('signed in')
      const locks = (await audit.list()).filter(({ action }) => action === 'session.locked')
      expect(locks.map(({ details }) => details)).toEqual([{ addresses: 'all' }, { addresses: 'all' }])
    })

    it('an administrator lets a locked person try again', async () => {
      const { signIn, attempts, user, audit } = await stand()
      for (let i = 0; i < lockout.failures + 1; i++) await codeOf(signIn('a@example.org', 'wrong'))
      expect(await attempts.locked([user, { id: 'b', email: 'b@example.org' }])).toEqual(new Set([user.id]))
      await attempts.reset(user, 'operator')
      expect(await attempts.locked([user])).toEqual(new Set())
      expect(await codeOf(signIn('a@example.org', right))).toBe('signed in')
      expect((await audit.list())[0]).toMatchObject({ action: 'user.unlocked', subject: user.id })
    })

    it('forgets attempts that count no more, and keeps where the owner signed in', async () => {
      const { signIn, attempts, clock } = await stand()
      await codeOf(signIn('a@example.org', right, undefined, 'home'))
      for (let number = 0; number < slowing.failures; number++) {
        await codeOf(signIn('a@example.org', 'wrong', undefined, `guesser ${number}`))
      }
      clock.time += lockout.pause + 1000
      await attempts.sweep()
      for (let number = 0; number <= slowing.failures; number++) {
        await codeOf(signIn('a@example.org', 'wrong', undefined, `guesser ${number}`))
      }
      expect(await codeOf(signIn('a@example.org', right, undefined, 'elsewhere'))).toBe('slow_down')
      expect(await codeOf(signIn('a@example.org', right, undefined, 'home'))).toBe('signed in')
    })

    it('lets no more guesses by when they come at once', async () => {
      const { signIn, hashed } = await stand()
      const guesses = Array.from({ length: 2 * lockout.failures }, () =>
        codeOf(signIn('a@example.org', 'wrong')),
      )
      const codes = await Promise.all(guesses)
      expect(codes.filter((code) => code === 'invalid_credentials')).toHaveLength(lockout.failures)
      expect(hashed()).toBe(lockout.failures)
    })

    it('sends away whom the line has no place for, and counts no failure of theirs', async () => {
      const { signIn, hashed } = await stand({ places: 2 })
      const guesses = Array.from({ length: 3 * lockout.failures }, () =>
        codeOf(signIn('a@example.org', 'wrong')),
      )
      const codes = await Promise.all(guesses)
      expect(codes.filter((code) => code === 'busy')).toHaveLength(3 * lockout.failures - 2)
      expect(hashed()).toBe(2)
      expect(await codeOf(signIn('a@example.org', right))).toBe('signed in')
    })

    it('a locked address keeps nobody from confirming who is signed in', async () => {
      const { signIn, confirm, user } = await stand()
      for (let i = 0; i < lockout.failures + 1; i++) await codeOf(signIn('a@example.org', 'wrong'))
      await confirm(user, right)
      expect(await codeOf(confirm(user, 'wrong'))).toBe('invalid_credentials')
    })

    it('asks for a code only after a right password, and takes each code once', async () => {
      const { signIn, totp, user, clock } = await stand()
      const { secret } = await totp.offer(user.id, user.email)
      const app = new TOTP({ secret })
      const code = () => app.generate({ timestamp: clock.time })
      expect(await codeOf(signIn('a@example.org', right))).toBe('signed in')
      expect(await totp.accept(user.id, '000')).toBe(false)
      expect(await totp.accept(user.id, code())).toBe(true)
      expect(await codeOf(signIn('a@example.org', 'wrong'))).toBe('invalid_credentials')
      expect(await codeOf(signIn('a@example.org', right))).toBe('code_required')
      // The code that set it up is used.
      expect(await codeOf(signIn('a@example.org', right, code()))).toBe('invalid_credentials')
      clock.time += 30_000
      expect(await codeOf(signIn('a@example.org', right, code()))).toBe('signed in')
      expect(await codeOf(signIn('a@example.org', right, code()))).toBe('invalid_credentials')
    })

    it('locks codes that are guessed from many addresses with the password, and only those', async () => {
      const { signIn, totp, attempts, audit, user, clock } = await stand()
      const { secret } = await totp.offer(user.id, user.email)
      const app = new TOTP({ secret })
      const code = () => app.generate({ timestamp: clock.time })
      expect(await totp.accept(user.id, code())).toBe(true)
      let address = 0
      /** A used code is a wrong one, whatever the chance. */
      const used = code()
      const attempt = (password: string, given?: string) =>
        codeOf(signIn('a@example.org', password, given, `address ${address++}`))
      const guess = async () => {
        for (let i = 0; i < lockout.failures; i++)
          expect(await attempt(right, used)).toBe('invalid_credentials')
      }
      // Whoever lacks the password, or has no code yet, uses up no guess.
      for (let i = 0; i < lockout.failures + 1; i++) {
        expect(await attempt('wrong', used)).toBe('invalid_credentials')
        expect(await attempt(right)).toBe('code_required')
      }
      clock.time += 30_000
      expect(await attempt(right, code())).toBe('signed in')

      clock.time += 30_000
      await guess()
      expect(await attempt(right, used)).toBe('slow_down')
      expect(await attempt(right, code())).toBe('slow_down')
      expect(await attempts.locked([user])).toEqual(new Set([user.id]))
      const locks = (await audit.list()).filter(({ action }) => action === 'session.locked')
      expect(locks).toMatchObject([{ subject: user.id, details: { addresses: 'all' } }])
      await attempts.reset(user, 'operator')
      expect(await attempts.locked([user])).toEqual(new Set())
      expect(await attempt(right, code())).toBe('signed in')

      // A success forgets what was counted; without one, time does.
      clock.time += 30_000
      await guess()
      expect(await attempt(right, code())).toBe('slow_down')
      clock.time += lockout.pause
      expect(await attempt(right, code())).toBe('signed in')
      clock.time += 30_000
      await guess()
    })

    it('keeps one administrator, who sees every client, and one account for each address', async () => {
      const { users, user } = await stand()
      expect(await codeOf(users.remove(user.id, 'operator'))).toBe('last_administrator')
      expect(await codeOf(users.change(user.id, { role: 'auditor' }, 'operator'))).toBe('last_administrator')
      expect(await codeOf(users.change(user.id, { clients: [] }, 'operator'))).toBe('request')
      const twin = {
        email: 'a@EXAMPLE.org',
        name: 'B',
        role: 'auditor',
        clients: null,
        password: right,
      } as const
      expect(await codeOf(users.create(twin, 'operator'))).toBe('taken')
    })
  })
}

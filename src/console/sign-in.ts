/** Signing in, and what a guesser of passwords meets: the same answers, in the same time, for every address. */
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { ConsoleError } from './errors.ts'
import type { Passwords } from './passwords.ts'
import type { Totp } from './totp.ts'
import { normalised, toUser, type User, type Users } from './users.ts'

/** Wrong passwords for one address, whether it has an account or not, and how long it is locked then. */
export const lockout = { failures: 10, ms: 15 * 60_000 }

export interface SignIn {
  /**
   * @param code of the authenticator app, where the account asks for one
   * @throws ConsoleError invalid_credentials; code_required, only after a right password; slow_down; busy, which is no
   *   failure
   */
  signIn(email: string, password: string, code?: string): Promise<User>
  /** The password of somebody who is signed in, once more. @throws ConsoleError invalid_credentials, slow_down, busy */
  confirm(user: User, password: string): Promise<void>
  /** Forgets failures that count no more. */
  sweep(): Promise<void>
}

export function createSignIn(
  parts: { db: Database; masterKey: MasterKey; users: Users; passwords: Passwords; totp: Totp },
  now: () => number = Date.now,
): SignIn {
  const { db, masterKey, users, passwords, totp } = parts

  /**
   * Counts an attempt before it is looked at: of many at once none gets by. An attempt on a locked address does not
   * make the lock longer, or whoever knows an address could keep its owner out for ever.
   * @throws ConsoleError slow_down
   */
  async function count(account: string): Promise<void> {
    const time = now()
    const { rows } = await attempt(account, time)
    const [row] = rows
    if (!row || row.count <= lockout.failures) return
    const retryAfter = Math.max(1, Math.ceil((row.last_at + lockout.ms - time) / 1000))
    throw new ConsoleError('slow_down', { retryAfter })
  }

  async function attempt(account: string, time: number) {
    await db
      .deleteFrom('console_failures')
      .where('account', '=', account)
      .where('last_at', '<', time - lockout.ms)
      .execute()
    const rows = await db
      .insertInto('console_failures')
      .values({ account, count: 1, last_at: time })
      .onConflict((conflict) =>
        conflict.column('account').doUpdateSet((update) => ({
          count: update('console_failures.count', '+', 1),
          last_at: update
            .case()
            .when('console_failures.count', '<', lockout.failures)
            .then(time)
            .else(update.ref('console_failures.last_at'))
            .end(),
        })),
      )
      .returning(['count', 'last_at'])
      .execute()
    return { rows }
  }

  const accountOf = (email: string) => masterKey.digest(`console/${normalised(email)}`)
  const forget = (account: string) =>
    db.deleteFrom('console_failures').where('account', '=', account).execute()

  return {
    async signIn(email, password, code) {
      const account = accountOf(email)
      const row = await passwords.verify(password, async () => {
        await count(account)
        return users.findRow(email)
      })
      if (!row) throw new ConsoleError('invalid_credentials')
      if (row.totp_secret !== null) {
        if (!code) throw new ConsoleError('code_required')
        if (!(await totp.use(row.id, code))) throw new ConsoleError('invalid_credentials')
      }
      await forget(account)
      return toUser(row)
    },

    async confirm({ id, email }, password) {
      // Counted apart: who locks an address from outside keeps nobody from working who is signed in.
      const account = masterKey.digest(`console/confirm/${id}`)
      const row = await passwords.verify(password, async () => {
        await count(account)
        return users.findRow(email)
      })
      if (!row) throw new ConsoleError('invalid_credentials')
      await forget(account)
    },

    async sweep() {
      await db
        .deleteFrom('console_failures')
        .where('last_at', '<', now() - lockout.ms)
        .execute()
    },
  }
}

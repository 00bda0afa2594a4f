/** Signing in, and what a guesser of passwords meets: the same answers, in the same time, for every address. */
import type { Attempts } from './attempts.ts'
import { ConsoleError } from './errors.ts'
import type { Passwords } from './passwords.ts'
import type { Totp } from './totp.ts'
import { toUser, type User, type Users } from './users.ts'

export interface SignIn {
  /**
   * @param address from which it is asked
   * @param code of the authenticator app, where the account asks for one
   * @throws ConsoleError invalid_credentials; code_required, only after a right password; slow_down; busy, which is no
   *   failure
   */
  signIn(
    given: { email: string; password: string; code?: string | undefined },
    address: string,
  ): Promise<User>
  /** The password of somebody who is signed in, once more. @throws ConsoleError invalid_credentials, slow_down, busy */
  confirm(user: User, password: string): Promise<void>
}

export function createSignIn(parts: {
  users: Users
  passwords: Passwords
  totp: Totp
  attempts: Attempts
}): SignIn {
  const { users, passwords, totp, attempts } = parts
  return {
    async signIn({ email, password, code }, address) {
      const row = await passwords.verify(password, async () => {
        const found = await users.findRow(email)
        await attempts.count(email, address, found?.id ?? null)
        return found
      })
      if (!row) throw new ConsoleError('invalid_credentials')
      if (row.totp_secret !== null) {
        if (!code) throw new ConsoleError('code_required')
        await attempts.countCode(row.id)
        if (!(await totp.use(row.id, code))) throw new ConsoleError('invalid_credentials')
        await attempts.forgetCodes(row.id)
      }
      await attempts.succeed(email, address)
      return toUser(row)
    },

    async confirm({ id, email }, password) {
      const row = await passwords.verify(password, async () => {
        await attempts.countConfirmation(id)
        return users.findRow(email)
      })
      if (!row) throw new ConsoleError('invalid_credentials')
      await attempts.forgetConfirmations(id)
    },
  }
}

/**
 * How often somebody has tried to sign in. From one network address few wrong passwords are looked at; from all of them
 * together more, and then one at a time with a pause, so that nobody who knows an e-mail address can keep its owner out:
 * addresses from which the owner has signed in before are not slowed by what others do.
 */
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { ConsoleAttemptsTable } from '../database/schema-console.ts'
import type { Audit } from '../records/types.ts'
import { ConsoleError } from './errors.ts'
import { userAct } from './user-act.ts'
import { normalised } from './users.ts'

const minute = 60_000

export interface AttemptLimit {
  /** Wrong passwords that are looked at one after the other. */
  failures: number
  /** Milliseconds to the next look after that. */
  pause: number
}

/** For an e-mail address at one network address, whether it has an account or not. */
export const lockout: AttemptLimit = { failures: 10, pause: 15 * minute }
/** For an e-mail address at all network addresses that do not know its password. */
export const slowing: AttemptLimit = { failures: 100, pause: 10_000 }
/** Milliseconds without an attempt after which none counts any more. */
const forgotten = 15 * minute
/** Milliseconds for which a network address is known as one that the owner uses. */
const knownFor = 30 * 24 * 60 * minute
const everywhere = ''

export interface Attempts {
  /**
   * Counts an attempt before it is looked at: of many at once none gets by. One that is refused makes no wait longer.
   * @param userId whose e-mail address it is, for the audit log; null: nobody's
   * @throws ConsoleError slow_down
   */
  count(email: string, address: string, userId: string | null): Promise<void>
  /** Forgets what was counted for the e-mail address here and everywhere, and knows this network address from now on. */
  succeed(email: string, address: string): Promise<void>
  /** Passwords of one who is signed in are counted apart: what others do does not touch them. @throws ConsoleError slow_down */
  countConfirmation(userId: string): Promise<void>
  forgetConfirmations(userId: string): Promise<void>
  /**
   * Codes of an authenticator app, given with the right password, are counted at all network addresses together: few
   * digits must withstand whoever has the password, and nobody else gets this far. @throws ConsoleError slow_down
   */
  countCode(userId: string): Promise<void>
  forgetCodes(userId: string): Promise<void>
  /** @returns ids of those of the users whose attempts to sign in are refused or slowed */
  locked(users: readonly { id: string; email: string }[]): Promise<Set<string>>
  /** Lets everybody try again. */
  reset(user: { id: string; email: string }, actor: string): Promise<void>
  /** Deletes what counts no more. */
  sweep(): Promise<void>
}

export function createAttempts(
  db: Database,
  masterKey: Pick<MasterKey, 'digest'>,
  note: Audit['append'],
  now: () => number = Date.now,
): Attempts {
  const accountOf = (email: string) => masterKey.digest(`console/${normalised(email)}`)
  const confirmationsOf = (userId: string) => masterKey.digest(`console/confirm/${userId}`)
  const codesOf = (userId: string) => masterKey.digest(`console/code/${userId}`)
  const placeOf = (address: string) => masterKey.digest(`console/address/${address}`)
  type Key = Pick<ConsoleAttemptsTable, 'account' | 'address'>

  /** @returns the row as it is now @throws ConsoleError slow_down */
  async function take(key: Key, limit: AttemptLimit, userId: string | null): Promise<ConsoleAttemptsTable> {
    const time = now()
    const row = await db.transaction().execute(async (transaction) => {
      const { account, address } = key
      // Written first, so that the row is locked, on both databases, until the commit.
      const known = await transaction
        .insertInto('console_attempts')
        .values({ account, address, count: 0, last_at: time, locked_at: null, succeeded_at: null })
        .onConflict((conflict) =>
          conflict
            .columns(['account', 'address'])
            .doUpdateSet((update) => ({ count: update.ref('console_attempts.count') })),
        )
        .returningAll()
        .executeTakeFirstOrThrow()
      const changed = judge(known, limit, time)
      await transaction
        .updateTable('console_attempts')
        .set(changed)
        .where('account', '=', account)
        .where('address', '=', address)
        .execute()
      if (changed.locked_at !== null && known.locked_at === null) {
        const details = { addresses: address === everywhere ? 'all' : 'one' }
        await note(transaction, userAct('server', 'session.locked', userId, details))
      }
      return { ...changed, isRefused: !isFree(known, limit, time) }
    })
    if (!row.isRefused) return row
    const retryAfter = Math.max(1, Math.ceil((row.last_at + limit.pause - time) / 1000))
    throw new ConsoleError('slow_down', { retryAfter })
  }

  const forget = (account: string, address: string) =>
    db.deleteFrom('console_attempts').where('account', '=', account).where('address', '=', address).execute()

  return {
    async count(email, address, userId) {
      const account = accountOf(email)
      const own = await take({ account, address: placeOf(address) }, lockout, userId)
      if (own.succeeded_at !== null && now() - own.succeeded_at < knownFor) return
      await take({ account, address: everywhere }, slowing, userId)
    },

    async succeed(email, address) {
      const account = accountOf(email)
      await db
        .updateTable('console_attempts')
        .set({ count: 0, locked_at: null, succeeded_at: now() })
        .where('account', '=', account)
        .where('address', '=', placeOf(address))
        .execute()
      await forget(account, everywhere)
    },

    async countConfirmation(userId) {
      await take({ account: confirmationsOf(userId), address: everywhere }, lockout, userId)
    },

    async forgetConfirmations(userId) {
      await forget(confirmationsOf(userId), everywhere)
    },

    async countCode(userId) {
      await take({ account: codesOf(userId), address: everywhere }, lockout, userId)
    },

    async forgetCodes(userId) {
      await forget(codesOf(userId), everywhere)
    },

    async locked(users) {
      const rows = await db
        .selectFrom('console_attempts')
        .select('account')
        .where('locked_at', 'is not', null)
        .where('last_at', '>', now() - forgotten)
        .execute()
      const accounts = new Set(rows.map(({ account }) => account))
      const isLocked = ({ id, email }: { id: string; email: string }) =>
        accounts.has(accountOf(email)) || accounts.has(codesOf(id))
      return new Set(users.filter(isLocked).map(({ id }) => id))
    },

    async reset({ id, email }, actor) {
      await db.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('console_attempts')
          .set({ count: 0, locked_at: null })
          .where('account', 'in', [accountOf(email), confirmationsOf(id), codesOf(id)])
          .execute()
        await note(transaction, userAct(actor, 'user.unlocked', id))
      })
    },

    async sweep() {
      const time = now()
      await db
        .deleteFrom('console_attempts')
        .where('last_at', '<', time - forgotten)
        .where((where) =>
          where.or([where('succeeded_at', 'is', null), where('succeeded_at', '<', time - knownFor)]),
        )
        .execute()
    },
  }
}

/** Is an attempt looked at? */
function isFree({ count, last_at }: ConsoleAttemptsTable, { failures, pause }: AttemptLimit, time: number) {
  return count < failures || time - last_at >= Math.min(pause, forgotten)
}

/** The row after one more attempt. */
function judge(row: ConsoleAttemptsTable, limit: AttemptLimit, time: number): ConsoleAttemptsTable {
  if (!isFree(row, limit, time)) return { ...row, locked_at: row.locked_at ?? time }
  if (time - row.last_at >= forgotten) return { ...row, count: 1, last_at: time, locked_at: null }
  return { ...row, count: row.count + 1, last_at: time }
}

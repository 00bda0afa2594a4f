/** Codes of an authenticator app beside the password (RFC 6238): six digits, a new one every 30 seconds. */
import { Secret, TOTP } from 'otpauth'
import { open, seal } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import { totpContext } from '../access/totp-secrets.ts'
import type { Database } from '../database/index.ts'

const period = 30_000

export interface Totp {
  /** Offers a secret, which counts from its first code on. @param label whose it is, shown in the app */
  offer(userId: string, label: string): Promise<{ secret: string; uri: string }>
  /** Makes the offered secret the user's own. @returns false for a wrong code, or without an offer */
  accept(userId: string, code: string): Promise<boolean>
  /** Uses a code up: each one is right once. */
  use(userId: string, code: string): Promise<boolean>
}

export function createTotp(db: Database, masterKey: MasterKey, now: () => number = Date.now): Totp {
  const read = async (userId: string) =>
    db
      .selectFrom('console_users')
      .select(['totp_secret', 'totp_offered'])
      .where('id', '=', userId)
      .executeTakeFirst()

  /** The counter of a code that is right now, or was a moment ago; null for any other. */
  function counterOf(userId: string, sealed: string, code: string): number | null {
    if (!/^\d{6}$/.test(code)) return null
    const secret = open(masterKey, 'credentials', totpContext(userId), sealed)
    const totp = new TOTP({ secret: Secret.fromHex(secret.toString('hex')) })
    const delta = totp.validate({ token: code, timestamp: now(), window: 1 })
    return delta === null ? null : Math.floor(now() / period) + delta
  }

  /** @returns false when the counter, or a later one, was used before */
  async function take(userId: string, counter: number, columns = {}): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('console_users')
      .set({ totp_counter: counter, ...columns })
      .where('id', '=', userId)
      .where('totp_counter', '<', counter)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  return {
    async offer(userId, label) {
      const secret = new Secret({ size: 20 })
      const totp_offered = seal(masterKey, 'credentials', totpContext(userId), Buffer.from(secret.hex, 'hex'))
      await db.updateTable('console_users').set({ totp_offered }).where('id', '=', userId).execute()
      return { secret: secret.base32, uri: new TOTP({ issuer: 'Liveface', label, secret }).toString() }
    },

    async accept(userId, code) {
      const offered = (await read(userId))?.totp_offered
      const counter = offered ? counterOf(userId, offered, code) : null
      return counter !== null && take(userId, counter, { totp_secret: offered, totp_offered: null })
    },

    async use(userId, code) {
      const sealed = (await read(userId))?.totp_secret
      const counter = sealed ? counterOf(userId, sealed, code) : null
      return counter !== null && take(userId, counter)
    },
  }
}

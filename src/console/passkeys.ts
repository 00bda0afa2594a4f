/**
 * Passkeys (WebAuthn): keys that an authenticator keeps and uses once its owner has given a fingerprint, a face or a PIN.
 * That is two factors, so nothing is asked for beside them. A key signs for one address of the console alone.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Kysely } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { isUniqueViolation } from '../database/portable.ts'
import type { ConsolePasskeysTable } from '../database/schema-console.ts'
import type { Audit } from '../records/types.ts'
import { ConsoleError } from './errors.ts'
import { userAct } from './user-act.ts'
import { endSessions, type User } from './users.ts'
import { challengeOf, refuseCertificates } from './webauthn-messages.ts'

/** Milliseconds in which a challenge must be answered. */
const challengeLifeMs = 5 * 60_000
/** Passkeys of one person. */
const maxPasskeys = 20
/** By a fingerprint, a face or a PIN, known to the authenticator alone. */
const userVerification = 'required'
/** Loaded once somebody uses a passkey: it takes 25 MB, which a console without passkeys need not spend. */
const library = () => import('@simplewebauthn/server')

export interface Passkey {
  id: string
  name: string
  /** Unix milliseconds. */
  createdAt: number
  /** Unix milliseconds; null: never since it was added. */
  usedAt: number | null
}

export interface Passkeys {
  /** What the browser needs to add a passkey. @param origin of the console, as the browser sees it */
  offer(user: User, origin: string): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** Adds the passkey that answers an offer. @throws ConsoleError invalid_credentials, request */
  add(user: User, name: string, response: RegistrationResponseJSON, origin: string): Promise<Passkey>
  /** What the browser needs to use a passkey, whoever's it is: names no account. */
  challenge(origin: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Uses a challenge up. @returns id of the passkey's owner @throws ConsoleError invalid_credentials */
  use(response: AuthenticationResponseJSON, origin: string): Promise<string>
  /** Oldest first. */
  list(userId: string): Promise<Passkey[]>
  /** How many the users have; those without are missing. */
  count(userIds: readonly string[]): Promise<Map<string, number>>
  /**
   * Removes one, and ends its owner's sessions, which it may have begun.
   * @param keepSession digest of the session that goes on @returns false: the user has no such passkey
   */
  remove(userId: string, id: string, actor: string, keepSession?: string): Promise<boolean>
  /** Takes all of a user's away, for who has lost them, and ends the sessions that they may have begun. */
  forget(userId: string, actor: string): Promise<void>
  /** Deletes challenges that nobody answered in time. */
  sweep(): Promise<void>
}

export function createPasskeys(db: Database, note: Audit['append'], now: () => number = Date.now): Passkeys {
  const rowsOf = (userId: string, from: Kysely<Tables> = db) =>
    from
      .selectFrom('console_passkeys')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .orderBy('id')
      .execute()

  async function keep(challenge: string, userId: string | null): Promise<void> {
    const row = { challenge, user_id: userId, expires_at: now() + challengeLifeMs }
    await db.insertInto('console_challenges').values(row).execute()
  }

  /** The challenge that is answered, gone from now on. @throws ConsoleError when it was given to nobody, or not to them */
  async function take(clientDataJSON: string, userId: string | null): Promise<string> {
    const challenge = challengeOf(clientDataJSON)
    const row = await db
      .deleteFrom('console_challenges')
      .where('challenge', '=', challenge)
      .returningAll()
      .executeTakeFirst()
    if (!row || row.user_id !== userId || row.expires_at <= now()) {
      throw new ConsoleError('invalid_credentials')
    }
    return challenge
  }

  return {
    async offer(user, origin) {
      const existing = await rowsOf(user.id)
      requireRoom(existing.length + 1)
      const { generateRegistrationOptions } = await library()
      const options = await generateRegistrationOptions({
        rpName: 'Liveface',
        rpID: new URL(origin).hostname,
        userID: new Uint8Array(Buffer.from(user.id)),
        userName: user.email,
        userDisplayName: user.name,
        attestationType: 'none',
        excludeCredentials: existing.map(toDescriptor),
        authenticatorSelection: { residentKey: 'required', userVerification },
      })
      await keep(options.challenge, user.id)
      return options
    },

    async add(user, name, response, origin) {
      const expectedChallenge = await take(response.response.clientDataJSON, user.id)
      await refuseCertificates(response.response.attestationObject)
      const { verifyRegistrationResponse } = await library()
      const { registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: new URL(origin).hostname,
        requireUserVerification: true,
      }).catch(refuse)
      if (!registrationInfo) throw new ConsoleError('invalid_credentials')
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential
      const row: ConsolePasskeysTable = {
        id,
        user_id: user.id,
        name,
        public_key: Buffer.from(publicKey).toString('base64url'),
        counter,
        transports: JSON.stringify(transports),
        created_at: now(),
        used_at: null,
      }
      try {
        await db.transaction().execute(async (transaction) => {
          // Written rather than read: of two that are added at once, one waits here and counts the other.
          const { numUpdatedRows } = await transaction
            .updateTable('console_users')
            .set((column) => ({ role: column.ref('role') }))
            .where('id', '=', user.id)
            .executeTakeFirst()
          if (numUpdatedRows === 0n) throw new ConsoleError('invalid_credentials')
          await transaction.insertInto('console_passkeys').values(row).execute()
          requireRoom((await rowsOf(user.id, transaction)).length)
          await note(transaction, userAct(`console:${user.id}`, 'user.passkey_added', user.id))
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw new ConsoleError('invalid_credentials')
        throw error
      }
      return toPasskey(row)
    },

    async challenge(origin) {
      const { generateAuthenticationOptions } = await library()
      const options = await generateAuthenticationOptions({
        rpID: new URL(origin).hostname,
        userVerification,
      })
      await keep(options.challenge, null)
      return options
    },

    async use(response, origin) {
      const expectedChallenge = await take(response.response.clientDataJSON, null)
      const row = await db
        .selectFrom('console_passkeys')
        .selectAll()
        .where('id', '=', response.id)
        .executeTakeFirst()
      if (!row) throw new ConsoleError('invalid_credentials')
      const { verifyAuthenticationResponse } = await library()
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: new URL(origin).hostname,
        requireUserVerification: true,
        credential: {
          ...toDescriptor(row),
          publicKey: new Uint8Array(Buffer.from(row.public_key, 'base64url')),
          counter: row.counter,
        },
      }).catch(refuse)
      if (!verified) throw new ConsoleError('invalid_credentials')
      // Removed meanwhile, it opens nothing; of two copies of one key, one counts on from the other.
      const { numUpdatedRows } = await db
        .updateTable('console_passkeys')
        .set({ counter: authenticationInfo.newCounter, used_at: now() })
        .where('id', '=', row.id)
        .where('counter', '=', row.counter)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw new ConsoleError('invalid_credentials')
      return row.user_id
    },

    list: async (userId) => (await rowsOf(userId)).map(toPasskey),

    async count(userIds) {
      const rows = await db
        .selectFrom('console_passkeys')
        .select(({ fn }) => ['user_id', fn.countAll<number | string>().as('count')])
        .where('user_id', 'in', [...userIds, ''])
        .groupBy('user_id')
        .execute()
      return new Map(rows.map(({ user_id, count }) => [user_id, Number(count)]))
    },

    remove(userId, id, actor, keepSession = '') {
      return db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('console_passkeys')
          .where('user_id', '=', userId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numDeletedRows === 0n) return false
        await endSessions(transaction, userId, keepSession)
        await note(transaction, userAct(actor, 'user.passkey_removed', userId))
        return true
      })
    },

    async forget(userId, actor) {
      await db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('console_passkeys')
          .where('user_id', '=', userId)
          .executeTakeFirst()
        if (numDeletedRows === 0n) return
        await endSessions(transaction, userId)
        await note(transaction, userAct(actor, 'user.passkeys_removed', userId))
      })
    },

    async sweep() {
      await db.deleteFrom('console_challenges').where('expires_at', '<=', now()).execute()
    },
  }
}

/** @param count of one person's passkeys @throws ConsoleError request */
function requireRoom(count: number): void {
  if (count <= maxPasskeys) return
  throw new ConsoleError('request', { detail: `An account has at most ${maxPasskeys} passkeys.` })
}

/** The library throws for whatever does not fit: what it was is nothing to whoever sent it. */
function refuse(): never {
  throw new ConsoleError('invalid_credentials')
}

function toDescriptor({ id, transports }: ConsolePasskeysTable) {
  return { id, transports: JSON.parse(transports) }
}

function toPasskey({ id, name, created_at, used_at }: ConsolePasskeysTable): Passkey {
  return { id, name, createdAt: created_at, usedAt: used_at }
}

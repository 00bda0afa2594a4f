/** Accounts of people who sign in at the OpenID Connect provider: made when they first do, with the role that it gives them. */
import type { IDToken } from 'openid-client'
import type { ProviderRole } from '../config/openid.ts'
import type { Database } from '../database/index.ts'
import type { Audit } from '../records/types.ts'
import { ConsoleError, type ConsoleErrorCode } from './errors.ts'
import type { ProviderSettings } from './provider.ts'
import { userAct } from './user-act.ts'
import { endSessions, type User, type Users } from './users.ts'

export interface ProviderAccounts {
  /**
   * The account of whom the provider names, with role and clients as the token gives them now. An account with a password
   * is nobody's here, whatever e-mail address it has: who gives out addresses at a provider would else own it.
   * @throws ConsoleError no_role and last_administrator, which end the sessions of the account; no_email; taken
   */
  admit(claims: IDToken): Promise<User>
}

export function createProviderAccounts(
  db: Database,
  users: Users,
  note: Audit['append'],
  { roleClaim, roles }: Pick<ProviderSettings, 'roleClaim' | 'roles'>,
): ProviderAccounts {
  /** Writes down who was refused. @throws ConsoleError */
  async function refuse(code: ConsoleErrorCode, user: User | null): Promise<never> {
    await db.transaction().execute(async (transaction) => {
      if (user) await endSessions(transaction, user.id)
      const details = { by: 'openid', reason: code }
      await note(transaction, userAct('server', 'session.refused', user?.id ?? null, details))
    })
    throw new ConsoleError(code)
  }

  return {
    async admit(claims) {
      const identity = `${claims.iss} ${claims.sub}`
      const known = await users.findByIdentity(identity)
      const given = roleOf(claims[roleClaim], roles)
      if (!given) return refuse('no_role', known)
      const { role, clients } = given
      if (known) {
        if (known.role === role && isSame(known.clients, clients)) return known
        const changed = await users.change(known.id, { role, clients }, 'server').catch(async (error) => {
          // They are no administrator any more where it counts: what they have open ends.
          if (error instanceof ConsoleError && error.code === 'last_administrator') {
            return refuse('last_administrator', known)
          }
          throw error
        })
        return changed ?? refuse('no_role', null)
      }
      const email = emailOf(claims)
      if (email === null) return refuse('no_email', null)
      const name = textOf(claims.name, 100) ?? email
      return users.create({ email, name, role, clients, identity }, 'server').catch(async (error) => {
        if (!(error instanceof ConsoleError && error.code === 'taken')) throw error
        // By the same person in another window, or by somebody else.
        return (await users.findByIdentity(identity)) ?? refuse('taken', null)
      })
    },
  }
}

/** The first that the claim's texts have; null: none. */
function roleOf(claim: unknown, roles: readonly ProviderRole[]): ProviderRole | null {
  const values: unknown[] = Array.isArray(claim) ? claim : [claim]
  return roles.find(({ value }) => values.includes(value)) ?? null
}

/** Null where there is none, or where the provider says that it is not confirmed; some say so as a text, many nothing. */
function emailOf({ email, email_verified: isVerified }: IDToken): string | null {
  const text = textOf(email, 254)
  const isRefused = String(isVerified) === 'false'
  return !isRefused && text !== null && /^[^\s@]+@[^\s@]+$/.test(text) ? text : null
}

function textOf(value: unknown, longest: number): string | null {
  const text = typeof value === 'string' ? value.replaceAll('\0', '').trim() : ''
  return text === '' ? null : text.slice(0, longest)
}

function isSame(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { Dialect, Services } from '../dialects/dialect.ts'
import type { Persons } from '../records/persons.ts'
import type { Audit, DialectRecords } from '../records/types.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createPasswords } from './passwords.ts'
import { createProvider, type Provider } from './provider.ts'
import { createProviderAccounts, type ProviderAccounts } from './provider-accounts.ts'
import { createProviderWays, type ProviderWays } from './provider-ways.ts'
import { type ConsoleSessions, createConsoleSessions } from './sessions.ts'
import { shareWork } from './shared-work.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createTotp, type Totp } from './totp.ts'
import { createUsers, type Users } from './users.ts'

/** What the console works with. */
export interface ConsoleServices extends Services {
  masterKey: MasterKey
  dialects: readonly Dialect[]
  persons: Persons
  /** Whoever has tables of its own about checks: what is exported of a person is read by them. */
  dialectRecords: readonly DialectRecords[]
  users: Users
  sessions: ConsoleSessions
  signIn: SignIn
  attempts: Attempts
  /** Verifies the audit log, once however many ask. */
  verifyAudit(): ReturnType<Audit['verify']>
  /** Bytes of the kept pictures, as they were within the last minute. */
  evidenceBytes(): Promise<number>
  totp: Totp
  passkeys: Passkeys
  /** Signing in at an OpenID Connect provider; null: none is set. */
  openId: { provider: Provider; ways: ProviderWays; accounts: ProviderAccounts } | null
}

export function createConsoleServices(
  services: Services,
  given: Pick<ConsoleServices, 'masterKey' | 'dialects' | 'persons' | 'dialectRecords'>,
): ConsoleServices {
  const { database: db, audit, config } = services
  const { masterKey } = given
  const passwords = createPasswords()
  const users = createUsers(db, passwords, audit.append)
  const totp = createTotp(db, masterKey)
  const isHttps = config.listening.publicUrl?.startsWith('https:') ?? false
  const settings = config.console.provider
  const attempts = createAttempts(db, masterKey, audit.append)
  return {
    ...services,
    ...given,
    users,
    totp,
    passkeys: createPasskeys(db, audit.append),
    attempts,
    sessions: createConsoleSessions(db, isHttps),
    verifyAudit: shareWork(() => audit.verify()),
    evidenceBytes: shareWork(() => sumEvidence(db), { keepMs: 60_000 }),
    openId: settings
      ? {
          provider: createProvider(settings, config.fetch),
          ways: createProviderWays(db, isHttps),
          accounts: createProviderAccounts(db, users, audit.append, settings),
        }
      : null,
    signIn: createSignIn({ users, passwords, totp, attempts }),
  }
}

async function sumEvidence(db: Database): Promise<number> {
  const { bytes } = await db
    .selectFrom('evidence')
    .select(({ fn }) => fn.sum<number | string | null>('size').as('bytes'))
    .executeTakeFirstOrThrow()
  return Number(bytes ?? 0)
}

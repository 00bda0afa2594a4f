import type { MasterKey } from '../access/master-key.ts'
import type { Dialect, Services } from '../dialects/dialect.ts'
import type { Persons } from '../records/persons.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import { createPasswords } from './passwords.ts'
import { type ConsoleSessions, createConsoleSessions } from './sessions.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createTotp, type Totp } from './totp.ts'
import { createUsers, type Users } from './users.ts'

/** What the console works with. */
export interface ConsoleServices extends Services {
  masterKey: MasterKey
  dialects: readonly Dialect[]
  persons: Persons
  users: Users
  sessions: ConsoleSessions
  signIn: SignIn
  attempts: Attempts
  totp: Totp
}

export function createConsoleServices(
  services: Services,
  { masterKey, dialects, persons }: Pick<ConsoleServices, 'masterKey' | 'dialects' | 'persons'>,
): ConsoleServices {
  const { database: db, audit, config } = services
  const passwords = createPasswords()
  const users = createUsers(db, passwords, audit.append)
  const totp = createTotp(db, masterKey)
  const attempts = createAttempts(db, masterKey, audit.append)
  return {
    ...services,
    masterKey,
    dialects,
    persons,
    users,
    totp,
    attempts,
    sessions: createConsoleSessions(db, config.listening.publicUrl?.startsWith('https:') ?? false),
    signIn: createSignIn({ users, passwords, totp, attempts }),
  }
}

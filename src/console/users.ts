/** People who may sign in to the console. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { type Role, roles } from '../config/openid.ts'
import type { Database, Tables } from '../database/index.ts'
import { isUniqueViolation } from '../database/portable.ts'
import type { ConsoleUsersTable } from '../database/schema-console.ts'
import type { Audit } from '../records/types.ts'
import { ConsoleError } from './errors.ts'
import { noPassword, type Passwords } from './passwords.ts'
import { userAct } from './user-act.ts'

export { type Role, roles }
export const languages = ['en', 'hi'] as const

/** Characters of a password. The longest one only bounds the work of hashing it. */
export const passwordLength = { minimum: 12, maximum: 200 }

export interface User {
  id: string
  email: string
  name: string
  role: Role
  /** Ids of the clients whose cases the user sees; null: all, as every administrator does. */
  clients: string[] | null
  language: (typeof languages)[number]
  /** A code is asked for beside the password. */
  totp: boolean
  /** Signs in at the OpenID Connect provider, and has no password, code or passkey. */
  atProvider: boolean
  /** Unix milliseconds. */
  createdAt: number
}

/** With a password, or known at the provider as `identity` says (provider-accounts.ts). */
export type NewUser = Pick<User, 'email' | 'name' | 'role' | 'clients'> &
  ({ password: string; identity?: undefined } | { identity: string; password?: undefined })
export type UserChange = Partial<Pick<User, 'name' | 'role' | 'clients' | 'language'>>

export interface Users {
  /** False: the console is off. */
  hasAdministrator(): Promise<boolean>
  list(): Promise<User[]>
  find(id: string): Promise<User | null>
  findRow(email: string): Promise<ConsoleUsersTable | null>
  findByIdentity(identity: string): Promise<User | null>
  /** @throws ConsoleError taken, request */
  create(user: NewUser, actor: string): Promise<User>
  /** Takes effect with the user's next request. @throws ConsoleError last_administrator, request; null: no such user */
  change(id: string, change: UserChange, actor: string): Promise<User | null>
  /** Ends every session of the user but the one named. @throws ConsoleError at_provider */
  setPassword(id: string, password: string, actor: string, keepSession?: string): Promise<boolean>
  /** Also ends the user's sessions. @throws ConsoleError last_administrator */
  remove(id: string, actor: string): Promise<boolean>
  /** Takes the second factor away, for who has lost it. */
  forgetTotp(id: string, actor: string): Promise<void>
}

export function createUsers(
  db: Database,
  passwords: Pick<Passwords, 'hash'>,
  note: Audit['append'],
  now: () => number = Date.now,
): Users {
  /**
   * An account as nobody else can change it until the commit: whoever changes accounts first locks the rows of all
   * administrators, so that of two who take the right from each other one stays.
   */
  async function hold(transaction: Transaction<Tables>, id: string): Promise<User | null> {
    await transaction
      .updateTable('console_users')
      .set((column) => ({ role: column.ref('role') }))
      .where((where) => where.or([where('role', '=', 'administrator'), where('id', '=', id)]))
      .execute()
    return findIn(transaction, id)
  }

  return {
    find: (id) => findIn(db, id),

    async hasAdministrator() {
      const query = db.selectFrom('console_users').select('id').where('role', '=', 'administrator')
      return (await query.limit(1).executeTakeFirst()) !== undefined
    },

    async list() {
      const rows = await db
        .selectFrom('console_users')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toUser)
    },

    async findRow(email) {
      const query = db.selectFrom('console_users').selectAll().where('email', '=', normalised(email))
      return (await query.executeTakeFirst()) ?? null
    },

    async findByIdentity(identity) {
      const query = db.selectFrom('console_users').selectAll().where('identity', '=', identity)
      const row = await query.executeTakeFirst()
      return row ? toUser(row) : null
    },

    async create({ email, name, role, clients, password, identity }, actor) {
      requireScope(role, clients)
      const row: ConsoleUsersTable = {
        id: randomUUID(),
        email: normalised(email),
        name,
        role,
        clients: clients && JSON.stringify(clients),
        language: 'en',
        password: password === undefined ? noPassword : await passwords.hash(password),
        identity: identity ?? null,
        totp_secret: null,
        totp_offered: null,
        totp_counter: 0,
        created_at: now(),
      }
      try {
        await db.transaction().execute(async (transaction) => {
          await transaction.insertInto('console_users').values(row).execute()
          await note(transaction, userAct(actor, 'user.created', row.id, { role }))
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw new ConsoleError('taken')
        throw error
      }
      return toUser(row)
    },

    change(id, change, actor) {
      return db.transaction().execute(async (transaction) => {
        const user = await hold(transaction, id)
        if (!user) return null
        const changed = { ...user, ...change }
        requireScope(changed.role, changed.clients)
        if (user.role === 'administrator' && changed.role !== 'administrator') {
          await requireAnother(transaction, id)
        }
        const { clients, ...rest } = change
        // Nothing but what was asked for: what another has changed meanwhile stays.
        const columns =
          clients === undefined ? rest : { ...rest, clients: clients && JSON.stringify(clients) }
        await transaction.updateTable('console_users').set(columns).where('id', '=', id).execute()
        const details = { fields: Object.keys(change), role: changed.role }
        await note(transaction, userAct(actor, 'user.changed', id, details))
        return changed
      })
    },

    async setPassword(id, password, actor, keepSession = '') {
      if ((await findIn(db, id))?.atProvider) throw new ConsoleError('at_provider')
      const hashed = await passwords.hash(password)
      return db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('console_users')
          .set({ password: hashed })
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        await endSessions(transaction, id, keepSession)
        await note(transaction, userAct(actor, 'user.password_set', id))
        return true
      })
    },

    remove(id, actor) {
      return db.transaction().execute(async (transaction) => {
        const user = await hold(transaction, id)
        if (!user) return false
        if (user.role === 'administrator') await requireAnother(transaction, id)
        await endSessions(transaction, id)
        await transaction.deleteFrom('console_passkeys').where('user_id', '=', id).execute()
        await transaction.deleteFrom('console_challenges').where('user_id', '=', id).execute()
        await transaction.deleteFrom('console_users').where('id', '=', id).execute()
        await note(transaction, userAct(actor, 'user.removed', id))
        return true
      })
    },

    async forgetTotp(id, actor) {
      await db.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('console_users')
          .set({ totp_secret: null, totp_offered: null })
          .where('id', '=', id)
          .execute()
        await note(transaction, userAct(actor, 'user.totp_removed', id))
      })
    },
  }
}

async function findIn(db: Database, id: string): Promise<User | null> {
  const row = await db.selectFrom('console_users').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toUser(row) : null
}

/** @throws ConsoleError when nobody else is an administrator */
async function requireAnother(db: Database, id: string): Promise<void> {
  const other = await db
    .selectFrom('console_users')
    .select('id')
    .where('role', '=', 'administrator')
    .where('id', '!=', id)
    .executeTakeFirst()
  if (!other) throw new ConsoleError('last_administrator')
}

/** As it is kept and looked for. */
export function normalised(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

/** Who makes accounts and keys could give themselves any client: a part of them would be a show. */
function requireScope(role: Role, clients: string[] | null): void {
  if (role === 'administrator' && clients !== null) {
    throw new ConsoleError('request', { detail: 'An administrator sees every client.' })
  }
}

export function toUser(row: ConsoleUsersTable): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    clients: row.clients === null ? null : JSON.parse(row.clients),
    language: row.language,
    totp: row.totp_secret !== null,
    atProvider: row.identity !== null,
    createdAt: row.created_at,
  }
}

/** Ends a user's sessions. @param keep digest of one that goes on */
export async function endSessions(db: Database, userId: string, keep = ''): Promise<void> {
  await db.deleteFrom('console_sessions').where('user_id', '=', userId).where('digest', '!=', keep).execute()
}

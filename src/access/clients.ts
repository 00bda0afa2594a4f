/** Clients (who calls), their credentials and their settings. */
import { randomUUID, timingSafeEqual } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { prepareQuery, type Value } from '../database/prepared.ts'
import type { ClientsTable } from '../database/schema.ts'
import { open, seal } from './envelope.ts'
import type { MasterKey } from './master-key.ts'
import { type ClientSettings, parseClientSettings } from './settings.ts'

export type Environment = 'sandbox' | 'production'

export interface Client {
  id: string
  dialect: string
  environment: Environment
  name: string
  settings: ClientSettings
}

/** A new credential as a dialect makes it: what is stored, and what the caller has to send. */
export interface IssuedCredential {
  /** Public part by which the credential is found again; unique. */
  lookup: string
  /** Secret part, only ever stored as a keyed digest. */
  secret: string
  /** The HTTP headers a client must send, exactly. */
  headers: Record<string, string>
}

/** A credential with what people call it. */
export type NamedCredential = IssuedCredential & { name?: string | undefined }

export interface CredentialRow {
  id: string
  clientId: string
  dialect: string
  environment: Environment
  /** Of the client. */
  name: string
  /** What people call the key; null: nothing. */
  label: string | null
  lookup: string
  createdAt: number
  revokedAt: number | null
}

export interface NewClient {
  dialect: string
  environment: Environment
  name: string
  settings?: Partial<ClientSettings>
  /** Prepaid calls; null, the default, means the client is not billed. */
  balance?: number | null
}

/** What an administrator did, for the audit log. */
export interface Act {
  actor: string
  clientId: string
  /** Noun and verb, for example `credential.revoked`. */
  action: string
  subject: string
  details?: Record<string, unknown>
}

/** Writes an act down in the transaction that does it. */
export type NoteAct = (transaction: Transaction<Tables>, act: Act) => Promise<unknown>

type SettingsChange = Partial<ClientSettings>

/** Whatever changes something takes who does it: a client's id, `admin`, or `operator`, the default. */
export interface Clients {
  create(client: NewClient, actor?: string): Promise<Client>
  find(id: string): Promise<Client | null>
  /** Every client of a dialect, oldest first. */
  list(dialect?: string): Promise<Client[]>
  /**
   * Changes what is named; the rest stays as it is by then.
   * @param changes or what makes them of the settings as they are, which nobody else changes meanwhile
   * @param describe more for the audit log, which otherwise has names alone: the values may be secret
   * @throws Error when there is no such client
   */
  update(
    id: string,
    changes: SettingsChange | ((settings: ClientSettings) => SettingsChange),
    actor?: string,
    describe?: (changes: SettingsChange) => Record<string, unknown>,
  ): Promise<Client>
  /** Sets the prepaid balance; null stops billing. */
  setBalance(id: string, balance: number | null, actor?: string): Promise<void>
  addCredential(clientId: string, issued: NamedCredential, actor?: string): Promise<{ id: string }>
  credentials(dialect?: string): Promise<CredentialRow[]>
  /** Revokes one credential. @returns false when there is none with this id that still works */
  revoke(credentialId: string, actor?: string): Promise<boolean>
  /**
   * Finds the client that holds a credential. Takes the same time whether the public part is
   * unknown or the secret wrong.
   * @returns null for an unknown, wrong or revoked credential
   */
  authenticate(dialect: string, lookup: string, secret: string): Promise<Client | null>
}

/** What the one secret among the settings is sealed for: the private key that opens request signatures. */
export function signatureContext(clientId: string): string {
  return `client/${clientId}/signatureKey`
}

/** Clients kept in the database; secrets are compared by digest in constant time. */
export function createClients(
  db: Database,
  masterKey: MasterKey,
  now: () => number = Date.now,
  note: NoteAct = async () => {},
): Clients {
  const dummyDigest = Buffer.from(masterKey.digest(randomUUID()), 'hex')

  function store(id: string, settings: ClientSettings): string {
    const { signatureKey } = settings
    const sealed =
      signatureKey && seal(masterKey, 'credentials', signatureContext(id), Buffer.from(signatureKey))
    return JSON.stringify({ ...settings, signatureKey: sealed })
  }

  function toClient({ id, dialect, environment, name, settings }: ClientsTable): Client {
    const stored = parseClientSettings(JSON.parse(settings))
    const sealed = stored.signatureKey
    const signatureKey = sealed && open(masterKey, 'credentials', signatureContext(id), sealed).toString()
    return { id, dialect, environment, name, settings: { ...stored, signatureKey } }
  }

  async function find(id: string): Promise<Client | null> {
    const row = await db.selectFrom('clients').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? toClient(row) : null
  }

  async function change(
    transaction: Transaction<Tables>,
    id: string,
    columns: Partial<Pick<ClientsTable, 'settings' | 'balance'>>,
    actor: string,
    details: Record<string, unknown>,
  ): Promise<void> {
    await transaction.updateTable('clients').set(columns).where('id', '=', id).execute()
    await note(transaction, { actor, clientId: id, action: 'client.changed', subject: id, details })
  }

  const findCredential = prepareQuery((db, value: Value<{ dialect: string; lookup: string }>) =>
    db
      .selectFrom('credentials')
      .innerJoin('clients', 'clients.id', 'credentials.client_id')
      .selectAll('clients')
      .select('credentials.digest as digest')
      .where('credentials.lookup', '=', value('lookup'))
      .where('credentials.revoked_at', 'is', null)
      .where('clients.revoked_at', 'is', null)
      .where('clients.dialect', '=', value('dialect')),
  )

  return {
    find,

    async create({ dialect, environment, name, settings = {}, balance = null }, actor = 'operator') {
      const id = randomUUID()
      const parsed = parseClientSettings(settings)
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('clients')
          .values({
            id,
            dialect,
            environment,
            name,
            settings: store(id, parsed),
            balance,
            created_at: now(),
            revoked_at: null,
          })
          .execute()
        const details = { dialect, environment }
        await note(transaction, { actor, clientId: id, action: 'client.created', subject: id, details })
      })
      return { id, dialect, environment, name, settings: parsed }
    },

    async list(dialect) {
      let query = db.selectFrom('clients').selectAll().where('revoked_at', 'is', null)
      if (dialect) query = query.where('dialect', '=', dialect)
      return (await query.orderBy('created_at').execute()).map(toClient)
    },

    update: (id, changes, actor = 'operator', describe = () => ({})) =>
      db.transaction().execute(async (transaction) => {
        // Written at once: what another changes meanwhile waits, on both databases, and is not undone by what was read here.
        const held = await transaction
          .updateTable('clients')
          .set(({ ref }) => ({ settings: ref('settings') }))
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        if (!held) throw new Error(`There is no client ${id}.`)
        const client = toClient(held)
        const named = typeof changes === 'function' ? changes(client.settings) : changes
        if (Object.keys(named).length === 0) return client
        const settings = parseClientSettings({ ...client.settings, ...named })
        const details = { settings: Object.keys(named), ...describe(named) }
        await change(transaction, id, { settings: store(id, settings) }, actor, details)
        return { ...client, settings }
      }),

    setBalance: (id, balance, actor = 'operator') =>
      db
        .transaction()
        .execute((transaction) => change(transaction, id, { balance }, actor, { settings: ['balance'] })),

    async addCredential(clientId, issued, actor = 'operator') {
      const id = randomUUID()
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('credentials')
          .values({
            id,
            client_id: clientId,
            lookup: issued.lookup,
            name: issued.name ?? null,
            digest: masterKey.digest(issued.secret),
            created_at: now(),
            revoked_at: null,
          })
          .execute()
        await note(transaction, { actor, clientId, action: 'credential.created', subject: id })
      })
      return { id }
    },

    async credentials(dialect) {
      let query = db
        .selectFrom('credentials')
        .innerJoin('clients', 'clients.id', 'credentials.client_id')
        .select([
          'credentials.id as id',
          'clients.id as clientId',
          'clients.dialect as dialect',
          'clients.environment as environment',
          'clients.name as name',
          'credentials.name as label',
          'credentials.lookup as lookup',
          'credentials.created_at as createdAt',
          'credentials.revoked_at as revokedAt',
        ])
      if (dialect) query = query.where('clients.dialect', '=', dialect)
      return query.orderBy('credentials.created_at').execute()
    },

    revoke: (credentialId, actor = 'operator') =>
      db.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable('credentials')
          .set({ revoked_at: now() })
          .where('id', '=', credentialId)
          .where('revoked_at', 'is', null)
          .returning('client_id')
          .executeTakeFirst()
        if (!row) return false
        const act = { actor, clientId: row.client_id, action: 'credential.revoked', subject: credentialId }
        await note(transaction, act)
        return true
      }),

    async authenticate(dialect, lookup, secret) {
      const { rows } = await findCredential(db, { dialect, lookup })
      const [row] = rows
      const expected = row ? Buffer.from(row.digest, 'hex') : dummyDigest
      // Every digest is compared, so that the time reveals nothing about which key made the stored one.
      const digests = masterKey.digests(secret)
      const matches = digests.filter((digest) => timingSafeEqual(Buffer.from(digest, 'hex'), expected))
      if (row && matches[0] && matches[0] !== digests[0]) {
        // Made under a retired master key, which can go once every credential was moved like this.
        await db
          .updateTable('credentials')
          .set({ digest: digests[0] as string })
          .where('lookup', '=', lookup)
          .execute()
      }
      return row && matches.length > 0 ? toClient(row) : null
    },
  }
}

import { randomUUID } from 'node:crypto'
import { sql, type Transaction, type UpdateObject } from 'kysely'
import type { NoteAct } from '../access/clients.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database, Tables } from '../database/index.ts'
import { inOrder, isUniqueViolation } from '../database/portable.ts'
import type { WebhookDestinationsTable } from '../database/schema-platform.ts'
import { openSecrets, sealSecret } from './secrets.ts'
import type { Destination, DestinationChange, Destinations } from './types.ts'

/** How long receivers may go on checking against the secret before the last rotation. */
const previousSecretLifeMs = 24 * 60 * 60_000

/**
 * Destinations in the database, their secrets sealed.
 * @param note is called at every change, in its transaction: by whom and of what, by name
 */
export function createDestinations(
  db: Database,
  masterKey: MasterKey,
  now: () => number = Date.now,
  note: NoteAct = async () => {},
): Destinations {
  const rowOf = (clientId: string, id: string) =>
    db
      .selectFrom('webhook_destinations')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('id', '=', id)
      .executeTakeFirst()

  async function find(clientId: string, id: string): Promise<Destination | null> {
    const row = await rowOf(clientId, id)
    return row ? toDestination(row) : null
  }

  const noteChange = (
    transaction: Transaction<Tables>,
    clientId: string,
    id: string,
    done: string,
    details = {},
    actor = clientId,
  ) => note(transaction, { actor, clientId, action: `destination.${done}`, subject: id, details })

  /** @returns how it is now; null when the client has none with this id */
  async function change(
    clientId: string,
    id: string,
    columns: UpdateObject<Tables, 'webhook_destinations'>,
    fields: string[],
    actor = clientId,
    alongside: (transaction: Transaction<Tables>, changed: Destination) => Promise<void> = async () => {},
  ): Promise<Destination | null> {
    return db.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable('webhook_destinations')
        .set(columns)
        .where('client_id', '=', clientId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      if (!row) return null
      if (fields.length > 0) await noteChange(transaction, clientId, id, 'changed', { fields }, actor)
      const changed = toDestination(row)
      await alongside(transaction, changed)
      return changed
    })
  }

  return {
    find,

    async create({ clientId, dialect, url, events, label = '', version, enabled = true, secret, actor }) {
      const id = randomUUID()
      const row = {
        id,
        client_id: clientId,
        dialect,
        label,
        url,
        events: JSON.stringify(events),
        version: version ?? null,
        enabled: enabled ? 1 : 0,
        secret: sealSecret(masterKey, clientId, id, secret),
        previous_secret: null,
        previous_until: null,
        created_at: now(),
        updated_at: now(),
      }
      try {
        await db.transaction().execute(async (transaction) => {
          await transaction.insertInto('webhook_destinations').values(row).execute()
          await noteChange(transaction, clientId, id, 'created', {}, actor)
        })
      } catch (error) {
        if (isUniqueViolation(error)) return 'url_taken'
        throw error
      }
      return toDestination(row)
    },

    async list(clientId) {
      const rows = await db
        .selectFrom('webhook_destinations')
        .selectAll()
        .where('client_id', '=', clientId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toDestination)
    },

    async update(clientId, id, given, actor) {
      const columns = toColumns(given)
      try {
        return await change(clientId, id, { ...columns, updated_at: now() }, Object.keys(columns), actor)
      } catch (error) {
        if (isUniqueViolation(error)) return 'url_taken'
        throw error
      }
    },

    async secrets(clientId, id) {
      const row = await rowOf(clientId, id)
      return row ? openSecrets(masterKey, row, now()) : null
    },

    async rotateSecret(clientId, id, secret, rotation = {}) {
      const { previousLife = previousSecretLifeMs, actor, alongside } = rotation
      const previousUntil = now() + previousLife
      // The sealed text moves as it is: both columns of a row are sealed for the same context.
      const destination = await change(
        clientId,
        id,
        {
          previous_secret: sql.ref<string>('secret'),
          previous_until: previousUntil,
          secret: sealSecret(masterKey, clientId, id, secret),
          updated_at: now(),
        },
        ['secret'],
        actor,
        async (transaction, destination) => alongside?.(transaction, { destination, previousUntil }),
      )
      return destination && { destination, previousUntil }
    },

    async remove(clientId, id, actor) {
      return db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('webhook_destinations')
          .where('client_id', '=', clientId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numDeletedRows === 0n) return false
        const waiting = transaction
          .selectFrom('webhook_deliveries')
          .select('id')
          .where('destination_id', '=', id)
          .where('state', '=', 'pending')
          .modifyEnd(inOrder(transaction))
        await transaction
          .updateTable('webhook_deliveries')
          .set({
            state: 'failed',
            reason: 'The destination was deleted.',
            next_attempt_at: null,
            claimed_by: null,
            claimed_until: null,
            ended_at: now(),
          })
          .where('id', 'in', waiting)
          .execute()
        await noteChange(transaction, clientId, id, 'removed', {}, actor)
        return true
      })
    },
  }
}

export function toDestination(row: WebhookDestinationsTable): Destination {
  const { id, dialect, label, url, version } = row
  return {
    id,
    clientId: row.client_id,
    dialect,
    label,
    url,
    events: JSON.parse(row.events),
    version,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toColumns(change: DestinationChange): Partial<WebhookDestinationsTable> {
  const { label, url, events, version, enabled } = change
  return {
    ...(label === undefined ? {} : { label }),
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events: JSON.stringify(events) }),
    ...(version === undefined ? {} : { version }),
    ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
  }
}

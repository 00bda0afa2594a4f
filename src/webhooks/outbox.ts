import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import type { WebhookDeliveriesTable, WebhookDestinationsTable } from '../database/schema-platform.ts'
import type { Delivery, DestinationHealth, NewEvent, StoredEvent } from './types.ts'

/** A delivery that this sender may try until its claim ends. */
export interface Claim {
  deliveryId: string
  destinationId: string
  /** Proves the claim: a sender that lost it to another no longer writes the outcome. */
  token: string
  /** Attempts that came before. */
  attempts: number
  event: StoredEvent
  /** Null when it was deleted meanwhile. */
  destination: WebhookDestinationsTable | null
}

/** What becomes of a claimed delivery. */
export type Settlement =
  | { state: 'delivered'; status: number }
  | { state: 'failed'; status: number | null; reason: string }
  | { state: 'pending'; status: number | null; reason: string; nextAttemptAt: number }

export interface Outbox {
  enqueue(transaction: Transaction<Tables>, event: NewEvent): Promise<{ id: string; deliveries: number }>
  /** Claims the delivery that is due the longest, for `leaseMs`; no other sender gets it meanwhile. */
  claim(leaseMs: number, busyDestinations: readonly string[]): Promise<Claim | null>
  settle(claim: Claim, settlement: Settlement): Promise<void>
  /** Gives a claim back untried. */
  release(claim: Claim): Promise<void>
  deliveries(clientId: string, limit: number): Promise<Delivery[]>
  health(clientId: string): Promise<Map<string, DestinationHealth>>
  erase(transaction: Transaction<Tables>, clientId: string, subjectIds: readonly string[]): Promise<void>
  purge(before: number): Promise<number>
}

/** Milliseconds by which clocks of several servers may differ without being taken for wrong. */
const clockSlack = 60_000

/** @param longestDelay milliseconds; a delivery due later than that was put off before the clock was set back */
export function createOutbox(
  db: Database,
  now: () => number = Date.now,
  longestDelay = Number.MAX_SAFE_INTEGER / 2,
): Outbox {
  async function joinClaim(row: WebhookDeliveriesTable, token: string): Promise<Claim | null> {
    const event = await db
      .selectFrom('webhook_events')
      .selectAll()
      .where('id', '=', row.event_id)
      .executeTakeFirst()
    // Erased between the claim and here, and the delivery with it.
    if (!event) return null
    const destination = await db
      .selectFrom('webhook_destinations')
      .selectAll()
      .where('id', '=', row.destination_id)
      .executeTakeFirst()
    return {
      deliveryId: row.id,
      destinationId: row.destination_id,
      token,
      attempts: row.attempts,
      event: {
        id: event.id,
        clientId: event.client_id,
        dialect: event.dialect,
        type: event.type,
        payload: JSON.parse(event.payload),
        createdAt: event.created_at,
      },
      destination: destination ?? null,
    }
  }

  return {
    async enqueue(transaction, { clientId, dialect, type, payload, subjectId, id = randomUUID() }) {
      const rows = await transaction
        .selectFrom('webhook_destinations')
        .select(['id', 'events'])
        .where('client_id', '=', clientId)
        .where('dialect', '=', dialect)
        .where('enabled', '=', 1)
        .execute()
      const hearers = rows.filter(({ events }) => {
        const names: string[] = JSON.parse(events)
        return names.includes(type) || names.includes('*')
      })
      if (hearers.length === 0) return { id, deliveries: 0 }
      const time = now()
      await transaction
        .insertInto('webhook_events')
        .values({
          id,
          client_id: clientId,
          dialect,
          type,
          subject_id: subjectId ?? null,
          payload: JSON.stringify(payload),
          created_at: time,
        })
        .execute()
      for (const hearer of hearers) {
        await transaction
          .insertInto('webhook_deliveries')
          .values({
            id: randomUUID(),
            event_id: id,
            destination_id: hearer.id,
            client_id: clientId,
            state: 'pending',
            attempts: 0,
            next_attempt_at: time,
            created_at: time,
          })
          .execute()
      }
      return { id, deliveries: hearers.length }
    },

    async claim(leaseMs, busyDestinations) {
      const token = randomUUID()
      const time = now()
      // One statement, so that SQLite takes its write lock at once and PostgreSQL's senders pass each
      // other by instead of waiting for the same row.
      let due = db
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('state', '=', 'pending')
        // On a clock that was set back, what was due or claimed by the old time must not wait for it to come again.
        .where((where) =>
          where.or([
            where('next_attempt_at', '<=', time),
            where('next_attempt_at', '>', time + longestDelay + clockSlack),
            where.and([where('attempts', '=', 0), where('next_attempt_at', '>', time + clockSlack)]),
          ]),
        )
        .where((where) =>
          where.or([
            where('claimed_until', 'is', null),
            where('claimed_until', '<=', time),
            where('claimed_until', '>', time + leaseMs + clockSlack),
          ]),
        )
        .orderBy('next_attempt_at')
        .limit(1)
      if (busyDestinations.length > 0) due = due.where('destination_id', 'not in', busyDestinations)
      // Mostly there is nothing: finding that out must not take SQLite's write lock every second.
      if (!(await due.executeTakeFirst())) return null
      if (isPostgres(db)) due = due.forUpdate().skipLocked()
      const row = await db
        .updateTable('webhook_deliveries')
        .set({ claimed_by: token, claimed_until: time + leaseMs })
        .where('id', '=', due)
        .returningAll()
        .executeTakeFirst()
      return row ? joinClaim(row, token) : null
    },

    async settle({ deliveryId, token, attempts }, settlement) {
      const pending = settlement.state === 'pending'
      await db
        .updateTable('webhook_deliveries')
        .set({
          state: settlement.state,
          attempts: attempts + 1,
          last_status: settlement.status,
          reason: settlement.state === 'delivered' ? null : settlement.reason,
          next_attempt_at: pending ? settlement.nextAttemptAt : null,
          claimed_by: null,
          claimed_until: null,
          ended_at: pending ? null : now(),
        })
        .where('id', '=', deliveryId)
        .where('claimed_by', '=', token)
        .execute()
    },

    async release({ deliveryId, token }) {
      await db
        .updateTable('webhook_deliveries')
        .set({ claimed_by: null, claimed_until: null })
        .where('id', '=', deliveryId)
        .where('claimed_by', '=', token)
        .execute()
    },

    async deliveries(clientId, limit) {
      const rows = await db
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('client_id', '=', clientId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        id: row.id,
        eventId: row.event_id,
        destinationId: row.destination_id,
        state: row.state,
        attempts: row.attempts,
        lastStatus: row.last_status,
        reason: row.reason,
        nextAttemptAt: row.next_attempt_at,
        createdAt: row.created_at,
      }))
    },

    async health(clientId) {
      const rows = await db
        .selectFrom('webhook_deliveries')
        .select(['destination_id', 'state'])
        .select(({ fn }) => [fn.sum('attempts').as('attempts'), fn.countAll().as('deliveries')])
        .select(({ fn }) => fn.max('ended_at').as('last'))
        .where('client_id', '=', clientId)
        .groupBy(['destination_id', 'state'])
        .execute()
      const health = new Map<string, DestinationHealth>()
      for (const row of rows) {
        const known = health.get(row.destination_id) ?? { attempts: 0, failed: 0, lastEndedAt: null }
        const succeeded = row.state === 'delivered' ? Number(row.deliveries) : 0
        const last = Math.max(Number(row.last ?? 0), known.lastEndedAt ?? 0)
        health.set(row.destination_id, {
          attempts: known.attempts + Number(row.attempts),
          failed: known.failed + Number(row.attempts) - succeeded,
          lastEndedAt: last || null,
        })
      }
      return health
    },

    async erase(transaction, clientId, subjectIds) {
      if (subjectIds.length === 0) return
      const events = transaction
        .selectFrom('webhook_events')
        .select('id')
        .where('client_id', '=', clientId)
        .where('subject_id', 'in', subjectIds)
      await transaction.deleteFrom('webhook_deliveries').where('event_id', 'in', events).execute()
      await transaction
        .deleteFrom('webhook_events')
        .where('client_id', '=', clientId)
        .where('subject_id', 'in', subjectIds)
        .execute()
    },

    async purge(before) {
      return db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('webhook_deliveries')
          .where('ended_at', '<', before)
          .executeTakeFirst()
        await transaction
          .deleteFrom('webhook_events')
          .where('created_at', '<', before)
          .where((where) =>
            where.not(
              where.exists(
                where
                  .selectFrom('webhook_deliveries')
                  .select('webhook_deliveries.id')
                  .whereRef('webhook_deliveries.event_id', '=', 'webhook_events.id'),
              ),
            ),
          )
          .execute()
        return Number(numDeletedRows)
      })
    },
  }
}

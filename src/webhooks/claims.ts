/** How senders take deliveries out of the outbox: a claim, an attempt, a settlement. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import type { WebhookDeliveriesTable, WebhookDestinationsTable } from '../database/schema-platform.ts'
import { parseExact } from '../exact-json.ts'
import { keepAttempt } from './attempts.ts'
import type { AttemptError, StoredEvent } from './types.ts'

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
  | ({ state: 'failed'; reason: string } & WithoutSuccess)
  | ({ state: 'pending'; reason: string; nextAttemptAt: number } & WithoutSuccess)

type WithoutSuccess = { status: number } | { status: null; error: AttemptError }

export interface Claims {
  /** Claims the delivery that is due the longest, for `leaseMs`; no other sender gets it meanwhile. */
  claim(leaseMs: number, busyDestinations: readonly string[]): Promise<Claim | null>
  /** @param attempt when it began and how long it took, in milliseconds */
  settle(claim: Claim, settlement: Settlement, attempt: { at: number; durationMs: number }): Promise<void>
  /** Gives a claim back untried. */
  release(claim: Claim): Promise<void>
}

/** Milliseconds by which clocks of several servers may differ without being taken for wrong. */
const clockSlack = 60_000

/** @param longestDelay milliseconds; a delivery due later than that was put off before the clock was set back */
export function createClaims(
  db: Database,
  now: () => number = Date.now,
  longestDelay = Number.MAX_SAFE_INTEGER / 2,
): Claims {
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
        payload: parseExact(event.payload),
        createdAt: event.created_at,
      },
      destination: destination ?? null,
    }
  }

  return {
    async claim(leaseMs, busyDestinations) {
      const token = randomUUID()
      const time = now()
      // One statement, so that SQLite takes its write lock at once and PostgreSQL's senders pass each
      // other by instead of waiting for the same row.
      let due = db
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('state', '=', 'pending')
        // On a clock that was set back, what was due or claimed by the old time must not wait until that time is reached again.
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

    async settle({ deliveryId, destinationId, token, attempts }, settlement, attempt) {
      const pending = settlement.state === 'pending'
      await db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
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
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return
        const error = settlement.status === null ? settlement.error : null
        const kept = { deliveryId, ...attempt, status: settlement.status, error }
        await keepAttempt(transaction, kept, destinationId)
      })
    },

    async release({ deliveryId, token }) {
      await db
        .updateTable('webhook_deliveries')
        .set({ claimed_by: null, claimed_until: null })
        .where('id', '=', deliveryId)
        .where('claimed_by', '=', token)
        .execute()
    },
  }
}

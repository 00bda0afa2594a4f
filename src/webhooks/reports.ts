/** What clients may read about their deliveries. */
import type { Database } from '../database/index.ts'
import type { Delivery, DestinationHealth } from './types.ts'

export interface Reports {
  /** Deliveries of one client, newest first. */
  deliveries(clientId: string, limit: number): Promise<Delivery[]>
  /** Health of one client's destinations by id. */
  health(clientId: string): Promise<Map<string, DestinationHealth>>
}

export function createReports(db: Database): Reports {
  return {
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
  }
}

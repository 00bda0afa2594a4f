/** Every attempt at a delivery, as people look at them: when, how it ended, how long it took. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import type { AttemptError } from './types.ts'

/** Attempts that are kept of one delivery: those of every vendor's schedule, and some by hand. */
const kept = 20

export interface KeptAttempt {
  deliveryId: string
  /** Unix milliseconds at which it began. */
  at: number
  /** What the receiver answered; null: nothing. */
  status: number | null
  /** Why there was no answer; null where there was one. */
  error: AttemptError | null
  durationMs: number
}

export async function keepAttempt(
  transaction: Transaction<Tables>,
  { deliveryId, at, status, error, durationMs }: KeptAttempt,
  destinationId: string,
): Promise<void> {
  await transaction
    .insertInto('webhook_attempts')
    .values({
      id: randomUUID(),
      delivery_id: deliveryId,
      destination_id: destinationId,
      at,
      status,
      error,
      duration_ms: durationMs,
    })
    .execute()
  const newest = transaction
    .selectFrom('webhook_attempts')
    .select('id')
    .where('delivery_id', '=', deliveryId)
    .orderBy('at', 'desc')
    .limit(kept)
  await transaction
    .deleteFrom('webhook_attempts')
    .where('delivery_id', '=', deliveryId)
    .where('id', 'not in', newest)
    .execute()
}

/** Attempts at these deliveries, oldest first. */
export async function attemptsAt(db: Database, deliveryIds: readonly string[]): Promise<KeptAttempt[]> {
  if (deliveryIds.length === 0) return []
  const rows = await db
    .selectFrom('webhook_attempts')
    .selectAll()
    .where('delivery_id', 'in', [...deliveryIds])
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(toAttempt)
}

/** The newest attempt at each of these destinations, by their ids. */
export async function lastAttempts(
  db: Database,
  destinationIds: readonly string[],
): Promise<Map<string, KeptAttempt>> {
  const rows = await Promise.all(
    destinationIds.map((id) =>
      db
        .selectFrom('webhook_attempts')
        .selectAll()
        .where('destination_id', '=', id)
        .orderBy('at', 'desc')
        .limit(1)
        .executeTakeFirst(),
    ),
  )
  return new Map(rows.flatMap((row) => (row ? [[row.destination_id, toAttempt(row)] as const] : [])))
}

function toAttempt(row: Tables['webhook_attempts']): KeptAttempt {
  return {
    deliveryId: row.delivery_id,
    at: row.at,
    status: row.status,
    error: row.error,
    durationMs: row.duration_ms,
  }
}

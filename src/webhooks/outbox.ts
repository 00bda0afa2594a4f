/** The outbox: events and their deliveries, from the transaction that causes them until they are erased. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { prepareQuery, type Value } from '../database/prepared.ts'
import { stringifyExact } from '../exact-json.ts'
import type { NewEvent } from './types.ts'

export interface Outbox {
  /** @returns the event's id, and how many destinations will hear it */
  enqueue(transaction: Transaction<Tables>, event: NewEvent): Promise<{ id: string; deliveries: number }>
  erase(transaction: Transaction<Tables>, clientId: string, subjectIds: readonly string[]): Promise<void>
  purge(before: number): Promise<number>
}

export function createOutbox(db: Database, now: () => number = Date.now): Outbox {
  const findHearers = prepareQuery((from, value: Value<{ clientId: string; dialect: string }>) =>
    from
      .selectFrom('webhook_destinations')
      .select(['id', 'events'])
      .where('client_id', '=', value('clientId'))
      .where('dialect', '=', value('dialect'))
      .where('enabled', '=', 1),
  )

  return {
    async enqueue(transaction, { clientId, dialect, type, payload, subjectId, id = randomUUID() }) {
      const { rows } = await findHearers(transaction, { clientId, dialect })
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
          payload: stringifyExact(payload),
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

/** The outbox: events and their deliveries, from the transaction that causes them until they are erased. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import { inOrder } from '../database/portable.ts'
import { prepareQuery, type Value } from '../database/prepared.ts'
import { stringifyExact } from '../exact-json.ts'
import type { Destination, NewEvent } from './types.ts'

export interface Outbox {
  /** @returns the event's id, and how many destinations will hear it */
  enqueue(transaction: Transaction<Tables>, event: NewEvent): Promise<{ id: string; deliveries: number }>
  enqueueTest(transaction: Transaction<Tables>, destination: Destination): Promise<string>
  erase(transaction: Transaction<Tables>, clientId: string, subjectIds: readonly string[]): Promise<void>
  purge(before: number): Promise<number>
}

type WrittenEvent = Omit<NewEvent, 'id' | 'subjectId'> & { id: string; subjectId?: string | null }

/** What a test says, in every vendor's format; the session and status that some sign are there, and nobody's. */
const testPayload = { test: true, session_id: '00000000-0000-0000-0000-000000000000', status: 'test' }

export function createOutbox(db: Database, now: () => number = Date.now): Outbox {
  const findHearers = prepareQuery((from, value: Value<{ clientId: string; dialect: string }>) =>
    from
      .selectFrom('webhook_destinations')
      .select(['id', 'events'])
      .where('client_id', '=', value('clientId'))
      .where('dialect', '=', value('dialect'))
      .where('enabled', '=', 1),
  )

  /** @returns the ids of the deliveries */
  async function write(
    transaction: Transaction<Tables>,
    { id, clientId, dialect, type, payload, subjectId = null }: WrittenEvent,
    destinationIds: readonly string[],
  ): Promise<string[]> {
    const time = now()
    await transaction
      .insertInto('webhook_events')
      .values({
        id,
        client_id: clientId,
        dialect,
        type,
        subject_id: subjectId,
        payload: stringifyExact(payload),
        created_at: time,
      })
      .execute()
    const ids: string[] = []
    for (const destinationId of destinationIds) {
      const deliveryId = randomUUID()
      await transaction
        .insertInto('webhook_deliveries')
        .values({
          id: deliveryId,
          event_id: id,
          destination_id: destinationId,
          client_id: clientId,
          state: 'pending',
          attempts: 0,
          next_attempt_at: time,
          created_at: time,
        })
        .execute()
      ids.push(deliveryId)
    }
    return ids
  }

  return {
    async enqueue(transaction, given) {
      const { clientId, dialect, type, payload, subjectId, alsoTo, id = randomUUID() } = given
      const { rows } = await findHearers(transaction, { clientId, dialect })
      const hearers = rows.filter(({ id: destination, events }) => {
        const names: string[] = JSON.parse(events)
        if (destination === alsoTo) return true
        return names.includes(type) || names.includes('*')
      })
      if (hearers.length === 0) return { id, deliveries: 0 }
      const event = { id, clientId, dialect, type, payload, subjectId: subjectId ?? null }
      const destinationIds = hearers.map((hearer) => hearer.id)
      await write(transaction, event, destinationIds)
      return { id, deliveries: hearers.length }
    },

    async enqueueTest(transaction, { id, clientId, dialect }) {
      const event = { id: randomUUID(), clientId, dialect, type: 'test', payload: testPayload }
      const [delivery] = await write(transaction, event, [id])
      return delivery!
    },

    async erase(transaction, clientId, subjectIds) {
      if (subjectIds.length === 0) return
      const events = transaction
        .selectFrom('webhook_events')
        .select('id')
        .where('client_id', '=', clientId)
        .where('subject_id', 'in', subjectIds)
      const deliveries = transaction
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('event_id', 'in', events)
        .modifyEnd(inOrder(transaction))
      await transaction.deleteFrom('webhook_deliveries').where('id', 'in', deliveries).execute()
      await transaction
        .deleteFrom('webhook_events')
        .where('id', 'in', events.modifyEnd(inOrder(transaction)))
        .execute()
    },

    async purge(before) {
      return db.transaction().execute(async (transaction) => {
        const ended = transaction
          .selectFrom('webhook_deliveries')
          .select('id')
          .where('ended_at', '<', before)
          .modifyEnd(inOrder(transaction))
        const { numDeletedRows } = await transaction
          .deleteFrom('webhook_deliveries')
          .where('id', 'in', ended)
          .executeTakeFirst()
        const done = transaction
          .selectFrom('webhook_events')
          .select('webhook_events.id')
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
          .modifyEnd(inOrder(transaction))
        await transaction.deleteFrom('webhook_events').where('id', 'in', done).execute()
        return Number(numDeletedRows)
      })
    },
  }
}

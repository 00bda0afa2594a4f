/** Clients with their limits, and where their events are sent. */

import type { Selectable } from 'kysely'
import { z } from 'zod'
import { parseClientSettings } from '../access/settings.ts'
import type { ClientsTable } from '../database/schema.ts'
import { type KeptAttempt, lastAttempts } from '../webhooks/attempts.ts'
import { nothing } from './account-routes.ts'
import { toAttempt } from './case-exchange.ts'
import { ConsoleError } from './errors.ts'
import { isoTime } from './iso-time.ts'
import { route, sees } from './route.ts'

const developers = ['administrator', 'developer'] as const
const time = z.iso.datetime()
const clientName = z.object({ id: z.string(), name: z.string() })

const clientAnswer = clientName
  .extend({
    createdAt: time,
    dialects: z.array(z.string()),
    requestsPerMinute: z.number().nullable().describe('null: as the server limits every client.'),
    retentionMonths: z.number().nullable().describe('null: kept until erased.'),
    balance: z.number().nullable().describe('Prepaid calls that are left; null: not billed.'),
  })
  .meta({ id: 'Client' })

const destinationAnswer = z
  .object({
    id: z.string(),
    client: clientName,
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    createdAt: time,
    lastAttempt: z
      .object({
        at: time,
        status: z.number().nullable(),
        error: z.string().nullable().describe('Why there was no answer, as a word.'),
        durationMs: z.number(),
      })
      .nullable(),
  })
  .meta({ id: 'WebhookDestination' })

function toClientAnswer({
  id,
  name,
  dialect,
  created_at,
  settings,
  balance,
}: Selectable<ClientsTable>): z.infer<typeof clientAnswer> {
  const { ratePerMinute, retentionMonths } = parseClientSettings(JSON.parse(settings))
  const createdAt = isoTime(created_at)
  const limits = { requestsPerMinute: ratePerMinute, retentionMonths, balance }
  return { id, name, createdAt, dialects: [dialect], ...limits }
}

export const clientRoutes = [
  route({
    method: 'GET',
    url: '/clients',
    name: 'list-clients',
    summary: 'The clients that the user sees, oldest first.',
    tag: 'Clients',
    roles: ['administrator', 'developer', 'reviewer', 'auditor'],
    answer: z.object({ items: z.array(clientAnswer), nextCursor: z.null() }),
    async handle({ user, services: { database } }) {
      const rows = await database.selectFrom('clients').selectAll().orderBy('created_at').execute()
      const items = rows.filter(({ id }) => sees(user, id)).map(toClientAnswer)
      return { items, nextCursor: null }
    },
  }),
  route({
    method: 'PATCH',
    url: '/clients/:id',
    name: 'change-client',
    summary: 'Change limits of a client; what is not named stays. Every server heeds it at once.',
    tag: 'Clients',
    roles: ['administrator'],
    confirm: true,
    body: z.object({
      requestsPerMinute: z.number().int().min(1).max(1_000_000_000).nullable().optional(),
      retentionMonths: z.number().int().min(1).max(120).nullable().optional(),
      balance: z.number().int().min(0).max(1_000_000_000).nullable().optional(),
    }),
    answer: clientAnswer,
    async handle({ params: { id = '' }, body, actor, services: { database, clients } }) {
      const { requestsPerMinute, retentionMonths, balance } = body
      const changes = {
        ...(requestsPerMinute === undefined ? {} : { ratePerMinute: requestsPerMinute }),
        ...(retentionMonths === undefined ? {} : { retentionMonths }),
      }
      if (!(await clients.find(id))) throw new ConsoleError('not_found')
      if (Object.keys(changes).length > 0) await clients.update(id, changes, actor)
      if (balance !== undefined) await clients.setBalance(id, balance, actor)
      const row = await database.selectFrom('clients').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) throw new ConsoleError('not_found')
      return toClientAnswer(row)
    },
  }),
  route({
    method: 'GET',
    url: '/webhook-destinations',
    name: 'list-webhook-destinations',
    summary: 'Where the events of the clients that the user sees are sent.',
    tag: 'Clients',
    roles: developers,
    answer: z.object({ items: z.array(destinationAnswer), nextCursor: z.null() }),
    async handle({ user, services: { database } }) {
      const rows = await database
        .selectFrom('webhook_destinations')
        .innerJoin('clients', 'clients.id', 'webhook_destinations.client_id')
        .select([
          'webhook_destinations.id as id',
          'client_id',
          'clients.name as client_name',
          'url',
          'events',
          'enabled',
          'webhook_destinations.created_at as created_at',
        ])
        .orderBy('webhook_destinations.created_at')
        .execute()
      const own = rows.filter(({ client_id }) => sees(user, client_id))
      const attempts = await lastAttempts(
        database,
        own.map(({ id }) => id),
      )
      const items = own.map(({ id, client_id, client_name, url, events, enabled, created_at }) => ({
        id,
        client: { id: client_id, name: client_name },
        url,
        events: JSON.parse(events) as string[],
        enabled: enabled === 1,
        createdAt: new Date(created_at).toISOString(),
        lastAttempt: lastOf(attempts.get(id)),
      }))
      return { items, nextCursor: null }
    },
  }),
  route({
    method: 'POST',
    url: '/webhook-destinations/:id/test',
    name: 'test-webhook-destination',
    summary: 'Send an event of type `test` there, signed and repeated like every other.',
    tag: 'Clients',
    roles: developers,
    answer: nothing,
    status: 202,
    async handle({ params: { id = '' }, user, actor, services: { database, webhooks, audit } }) {
      const row = await database
        .selectFrom('webhook_destinations')
        .select('client_id')
        .where('id', '=', id)
        .executeTakeFirst()
      const destination =
        row && sees(user, row.client_id) ? await webhooks.destinations.find(row.client_id, id) : null
      if (!destination) throw new ConsoleError('not_found')
      const { clientId } = destination
      await database.transaction().execute(async (transaction) => {
        await webhooks.enqueueTest(transaction, destination)
        await audit.append(transaction, { actor, clientId, action: 'webhook.tested', subject: id })
      })
    },
  }),
]

function lastOf(attempt: KeptAttempt | undefined) {
  return attempt ? toAttempt(attempt) : null
}

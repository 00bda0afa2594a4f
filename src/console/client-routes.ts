/** Clients with their limits, and where their events are sent. */
import { z } from 'zod'
import { parseClientSettings } from '../access/settings.ts'
import { type KeptAttempt, lastAttempts } from '../webhooks/attempts.ts'
import { nothing } from './account-routes.ts'
import { toAttempt } from './case-exchange.ts'
import { ConsoleError } from './errors.ts'
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
      const items = rows
        .filter(({ id }) => sees(user, id))
        .map(({ id, name, dialect, created_at, settings }) => {
          const { ratePerMinute, retentionMonths } = parseClientSettings(JSON.parse(settings))
          return {
            id,
            name,
            createdAt: new Date(created_at).toISOString(),
            dialects: [dialect],
            requestsPerMinute: ratePerMinute,
            retentionMonths,
          }
        })
      return { items, nextCursor: null }
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

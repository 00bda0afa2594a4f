/** Clients with their limits. */

import type { Selectable } from 'kysely'
import { z } from 'zod'
import { changeLimits, limitsOf } from '../access/client-limits.ts'
import type { ClientsTable } from '../database/schema.ts'
import { isoTime } from '../iso-time.ts'
import { ConsoleError } from './errors.ts'
import { route, sees } from './route.ts'
import type { ConsoleServices } from './services.ts'

const clientAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: z.iso.datetime(),
    dialects: z.array(z.string()),
    requestsPerMinute: z.number().nullable().describe('null: as the server limits every client.'),
    retentionMonths: z.number().nullable().describe('null: kept until erased.'),
    balance: z.number().nullable().describe('Prepaid calls that are left; null: not billed.'),
    webhookEvents: z
      .array(z.string())
      .describe('What its webhook destinations may hear; empty: its API has no webhooks.'),
  })
  .meta({ id: 'Client' })

function toClientAnswer(
  { id, name, dialect, created_at, settings, balance }: Selectable<ClientsTable>,
  { dialects }: Pick<ConsoleServices, 'dialects'>,
): z.infer<typeof clientAnswer> {
  const { ratePerMinute, retentionMonths } = limitsOf({ settings, balance })
  const createdAt = isoTime(created_at)
  const limits = { requestsPerMinute: ratePerMinute, retentionMonths, balance }
  const format = dialects.find(({ name }) => name === dialect)?.webhooks
  return { id, name, createdAt, dialects: [dialect], ...limits, webhookEvents: [...(format?.events ?? [])] }
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
    async handle({ user, services }) {
      const rows = await services.database.selectFrom('clients').selectAll().orderBy('created_at').execute()
      const items = rows.filter(({ id }) => sees(user, id)).map((row) => toClientAnswer(row, services))
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
    async handle({ params: { id = '' }, body, actor, services }) {
      const { database, clients } = services
      const { requestsPerMinute, retentionMonths, balance } = body
      const changes = {
        ...(requestsPerMinute === undefined ? {} : { ratePerMinute: requestsPerMinute }),
        ...(retentionMonths === undefined ? {} : { retentionMonths }),
        ...(balance === undefined ? {} : { balance }),
      }
      if (!(await clients.find(id))) throw new ConsoleError('not_found')
      await changeLimits(clients, id, changes, actor)
      const row = await database.selectFrom('clients').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) throw new ConsoleError('not_found')
      return toClientAnswer(row, services)
    },
  }),
]

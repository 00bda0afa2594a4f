/** Where events of clients are sent. */
import { z } from 'zod'
import type { Database } from '../database/index.ts'
import { isoTime } from '../iso-time.ts'
import { lastAttempts } from '../webhooks/attempts.ts'
import { toDestination } from '../webhooks/destinations.ts'
import { addressFault } from '../webhooks/index.ts'
import type { Destination, WebhookFormat } from '../webhooks/types.ts'
import { nothing } from './account-routes.ts'
import { toAttempt } from './case-exchange.ts'
import { ConsoleError } from './errors.ts'
import { type Asked, route, sees } from './route.ts'
import type { ConsoleServices } from './services.ts'

const developers = ['administrator', 'developer'] as const
const tag = 'Clients'

const destinationAnswer = z
  .object({
    id: z.string(),
    client: z.object({ id: z.string(), name: z.string() }),
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    createdAt: z.iso.datetime(),
    lastAttempt: z
      .object({
        at: z.iso.datetime(),
        status: z.number().nullable(),
        error: z.string().nullable().describe('Why there was no answer, as a word.'),
        durationMs: z.number(),
      })
      .nullable(),
  })
  .meta({ id: 'WebhookDestination' })

/** The shortest limit of an address among the APIs, so that each can show it. */
const url = z.string().trim().min(1).max(2000).describe('HTTPS address, 1 to 2000 characters.')
const events = z
  .array(z.string().max(100))
  .min(1)
  .max(20)
  .describe('Of those that the client may hear: its `webhookEvents`.')

export const destinationRoutes = [
  route({
    method: 'GET',
    url: '/webhook-destinations',
    name: 'list-webhook-destinations',
    summary: 'Where the events of the clients that the user sees are sent.',
    tag,
    roles: developers,
    answer: z.object({ items: z.array(destinationAnswer), nextCursor: z.null() }),
    async handle({ user, services: { database } }) {
      const rows = await database
        .selectFrom('webhook_destinations')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      const own = rows.filter(({ client_id }) => sees(user, client_id))
      return { items: await toAnswers(database, own.map(toDestination)), nextCursor: null }
    },
  }),
  route({
    method: 'POST',
    url: '/webhook-destinations',
    name: 'create-webhook-destination',
    summary: 'Send events of a client to an address. The secret that signs them is shown this once.',
    tag,
    roles: developers,
    confirm: true,
    body: z.object({ client: z.string().max(100), url, events }),
    answer: z
      .object({ destination: destinationAnswer, secret: z.string().describe('Shown once.') })
      .meta({ id: 'NewWebhookDestination' }),
    status: 201,
    async handle({ body, user, actor, services }) {
      const client = await services.clients.find(body.client)
      if (!client || !sees(user, client.id)) throw new ConsoleError('not_found')
      const { id: clientId, dialect } = client
      const format = formatOf(services, dialect)
      if (!format) {
        throw new ConsoleError('request', { detail: 'client: its API has no webhooks' })
      }
      requireAddress(body.url, services)
      const heard = knownEvents(body.events, format.events)
      const secret = format.newSecret()
      const created = await services.webhooks.destinations.create({
        ...{ clientId, dialect, url: body.url, events: heard, secret, actor },
      })
      return { destination: await toAnswer(created, services), secret }
    },
  }),
  route({
    method: 'PATCH',
    url: '/webhook-destinations/:id',
    name: 'change-webhook-destination',
    summary: 'Change where events are sent, which, and whether; what is not named stays.',
    tag,
    roles: developers,
    confirm: true,
    body: z.object({ url: url.optional(), events: events.optional(), enabled: z.boolean().optional() }),
    answer: destinationAnswer,
    async handle(asked) {
      const { body, actor, services } = asked
      const { id, clientId, dialect, ...before } = await ownDestination(asked)
      // One that stays as it is may be refused by today's rules: whatever else is changed is not held up by it.
      if (body.url !== undefined && body.url !== before.url) requireAddress(body.url, services)
      const known = [...(formatOf(services, dialect)?.events ?? []), ...before.events]
      const change = {
        ...(body.url === undefined ? {} : { url: body.url }),
        ...(body.events === undefined ? {} : { events: knownEvents(body.events, known) }),
        ...(body.enabled === undefined ? {} : { enabled: body.enabled }),
      }
      return toAnswer(await services.webhooks.destinations.update(clientId, id, change, actor), services)
    },
  }),
  route({
    method: 'DELETE',
    url: '/webhook-destinations/:id',
    name: 'delete-webhook-destination',
    summary: 'Delete a destination; what was on its way there is given up.',
    tag,
    roles: developers,
    confirm: true,
    answer: nothing,
    status: 204,
    async handle(asked) {
      const { clientId, id } = await ownDestination(asked)
      const removed = await asked.services.webhooks.destinations.remove(clientId, id, asked.actor)
      if (!removed) throw new ConsoleError('not_found')
    },
  }),
  route({
    method: 'POST',
    url: '/webhook-destinations/:id/test',
    name: 'test-webhook-destination',
    summary: 'Send an event of type `test` there, signed and repeated like every other.',
    tag,
    roles: developers,
    answer: nothing,
    status: 202,
    async handle(asked) {
      const { database, webhooks, audit } = asked.services
      const destination = await ownDestination(asked)
      const { clientId, id } = destination
      const act = { actor: asked.actor, clientId, action: 'webhook.tested', subject: id }
      await database.transaction().execute(async (transaction) => {
        await webhooks.enqueueTest(transaction, destination)
        await audit.append(transaction, act)
      })
    },
  }),
]

/** The destination of the path. @throws ConsoleError not_found, also for one of a client that the user does not see */
async function ownDestination({
  params: { id = '' },
  user,
  services: { database },
}: Asked<unknown, unknown>): Promise<Destination> {
  const row = await database
    .selectFrom('webhook_destinations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row || !sees(user, row.client_id)) throw new ConsoleError('not_found')
  return toDestination(row)
}

function formatOf(
  { dialects }: Pick<ConsoleServices, 'dialects'>,
  dialect: string,
): WebhookFormat | undefined {
  return dialects.find(({ name }) => name === dialect)?.webhooks
}

/** @throws ConsoleError address_refused, with the rule that is broken */
function requireAddress(address: string, { config }: Pick<ConsoleServices, 'config'>): void {
  const fault = addressFault(address, config.fetch)
  if (fault !== null) throw new ConsoleError('address_refused', { detail: fault })
}

/** Each once. @throws ConsoleError request */
function knownEvents(given: readonly string[], known: readonly string[]): string[] {
  if (!given.every((event) => known.includes(event))) {
    throw new ConsoleError('request', { detail: `events: must each be one of ${known.join(', ')}` })
  }
  return [...new Set(given)]
}

/** @throws ConsoleError destination_exists, not_found */
async function toAnswer(outcome: Destination | 'url_taken' | null, { database }: ConsoleServices) {
  if (outcome === 'url_taken') throw new ConsoleError('destination_exists')
  const [answer] = outcome ? await toAnswers(database, [outcome]) : []
  if (!answer) throw new ConsoleError('not_found')
  return answer
}

async function toAnswers(
  database: Database,
  destinations: readonly Destination[],
): Promise<z.infer<typeof destinationAnswer>[]> {
  const clients = await database.selectFrom('clients').select(['id', 'name']).execute()
  const nameOf = new Map(clients.map(({ id, name }) => [id, name]))
  const attempts = await lastAttempts(
    database,
    destinations.map(({ id }) => id),
  )
  return destinations.map(({ id, clientId, url, events, enabled, createdAt }) => {
    const attempt = attempts.get(id)
    return {
      id,
      client: { id: clientId, name: nameOf.get(clientId) ?? '' },
      ...{ url, events, enabled, createdAt: isoTime(createdAt) },
      lastAttempt: attempt ? toAttempt(attempt) : null,
    }
  })
}

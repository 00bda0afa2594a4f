/** Keys of clients, and webhooks that are sent once more. */
import { z } from 'zod'
import type { Client, CredentialRow } from '../access/clients.ts'
import { isoTime } from '../iso-time.ts'
import { redeliver } from '../webhooks/redeliver.ts'
import { name, nothing } from './account-routes.ts'
import { scopeOf } from './case-routes.ts'
import { ConsoleError } from './errors.ts'
import { type Asked, route, sees } from './route.ts'

const developers = ['administrator', 'developer'] as const
const ofClient = z.object({ client: z.string().max(100).optional() })
const clientName = z.object({ id: z.string(), name: z.string() })

const keyAnswer = z
  .object({
    id: z.string(),
    client: clientName,
    dialect: z.string(),
    name: z.string().nullable(),
    environment: z.enum(['sandbox', 'production']),
    lookup: z.string(),
    createdAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Key' })

const issuedAnswer = z
  .object({ key: keyAnswer, headers: z.record(z.string(), z.string()).describe('Shown once.') })
  .meta({ id: 'IssuedKey' })

export const keyRoutes = [
  route({
    method: 'GET',
    url: '/keys',
    name: 'list-keys',
    summary: 'Keys without their secrets.',
    tag: 'Clients',
    roles: developers,
    query: ofClient,
    answer: z.object({ items: z.array(keyAnswer), nextCursor: z.null() }),
    handle: async (asked) => ({
      items: (await ownKeys(asked, asked.query.client)).map(toKey),
      nextCursor: null,
    }),
  }),
  route({
    method: 'POST',
    url: '/keys',
    name: 'create-key',
    summary: 'Make a key of a client. Its secret is shown this once.',
    tag: 'Clients',
    roles: developers,
    confirm: true,
    body: z.object({ client: z.string().max(100), name: name.optional() }),
    answer: issuedAnswer,
    status: 201,
    async handle(asked) {
      const client = await asked.services.clients.find(asked.body.client)
      if (!client || !sees(asked.user, client.id)) throw new ConsoleError('not_found')
      return issue(asked, client, asked.body.name)
    },
  }),
  route({
    method: 'POST',
    url: '/keys/:id/rotate',
    name: 'rotate-key',
    summary: 'A new key in place of this one, which ends at once.',
    tag: 'Clients',
    roles: developers,
    confirm: true,
    answer: issuedAnswer,
    status: 201,
    async handle(asked) {
      const key = await ownKey(asked)
      const client = await asked.services.clients.find(key.clientId)
      if (!client) throw new ConsoleError('not_found')
      const issued = await issue(asked, client, key.label ?? undefined)
      await asked.services.clients.revoke(key.id, asked.actor)
      return issued
    },
  }),
  route({
    method: 'DELETE',
    url: '/keys/:id',
    name: 'revoke-key',
    summary: 'End a key at once.',
    tag: 'Clients',
    roles: developers,
    confirm: true,
    answer: nothing,
    status: 204,
    async handle(asked) {
      const { id } = await ownKey(asked)
      await asked.services.clients.revoke(id, asked.actor)
    },
  }),
  route({
    method: 'POST',
    url: '/webhooks/:deliveryId/redeliver',
    name: 'redeliver-webhook',
    summary: 'Send a webhook once more that was delivered or given up.',
    tag: 'Clients',
    roles: developers,
    answer: nothing,
    status: 202,
    async handle({ params: { deliveryId = '' }, user, actor, services: { database, audit } }) {
      const clientId = await redeliver(database, deliveryId, user.clients, Date.now())
      if (clientId === null) throw new ConsoleError('not_found')
      const entry = { actor, clientId, action: 'webhook.redelivered', subject: deliveryId }
      await database.transaction().execute((transaction) => audit.append(transaction, entry))
    },
  }),
]

async function ownKeys(
  { user, services: { clients } }: Pick<Asked<unknown, unknown>, 'user' | 'services'>,
  client?: string,
): Promise<CredentialRow[]> {
  const scope = scopeOf(user.clients, client)
  return (await clients.credentials()).filter(({ clientId }) => scope === null || scope.includes(clientId))
}

/** The working key of the path. @throws ConsoleError not_found */
async function ownKey(asked: Asked<unknown, unknown>): Promise<CredentialRow> {
  const key = (await ownKeys(asked)).find(({ id, revokedAt }) => id === asked.params.id && revokedAt === null)
  if (!key) throw new ConsoleError('not_found')
  return key
}

/** @throws ConsoleError forbidden: with an administrative key a developer could do what administrators may */
async function issue({ user, actor, services }: Asked<unknown, unknown>, client: Client, name?: string) {
  if (client.settings.administrative && user.role !== 'administrator') throw new ConsoleError('forbidden')
  const dialect = services.dialects.find(({ name }) => name === client.dialect)
  if (!dialect) throw new ConsoleError('not_found')
  const issued = dialect.issueCredential(client.environment)
  const { id } = await services.clients.addCredential(client.id, { ...issued, name }, actor)
  const row = (await services.clients.credentials(client.dialect)).find((key) => key.id === id)
  if (!row) throw new ConsoleError('not_found')
  return { key: toKey(row), headers: issued.headers }
}

function toKey({ id, clientId, dialect, environment, name, label, ...key }: CredentialRow) {
  const { lookup, createdAt, revokedAt } = key
  return {
    id,
    client: { id: clientId, name },
    dialect,
    name: label,
    environment,
    lookup,
    createdAt: isoTime(createdAt),
    revokedAt: revokedAt === null ? null : isoTime(revokedAt),
  }
}

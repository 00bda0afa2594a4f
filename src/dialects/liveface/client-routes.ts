/** Clients of this API, their keys and limits, for automation: asked for with an administrative key. */
import type { FastifyInstance } from 'fastify'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { changeLimits, limitsOf } from '../../access/client-limits.ts'
import type { CredentialRow } from '../../access/clients.ts'
import { parseClientSettings } from '../../access/settings.ts'
import type { ClientsTable } from '../../database/schema.ts'
import { isoTime } from '../../iso-time.ts'
import type { Services } from '../dialect.ts'
import { authenticateAdministrator, issueCredential } from './auth.ts'
import {
  clientAnswer,
  clientList,
  clientQuery,
  clientRequest,
  type keyAnswer,
  keyList,
  keyRequest,
  limitsChange,
  newKeyAnswer,
} from './client-schemas.ts'
import { nameCursor, readNameCursor } from './cursor.ts'
import { Problem } from './errors.ts'
import { describeOperation } from './openapi.ts'
import { doOnce } from './repeats.ts'
import { readBody, readFields } from './request.ts'

interface OfClient {
  Params: { id: string }
}
interface OfKey {
  Params: { id: string; key: string }
}
type ClientRow = Selectable<ClientsTable>

const clientId = z.object({ id: z.string().describe('Id of the client.') })
const keyId = clientId.extend({ key: z.string().describe('Id of the key.') })
const tag = 'Clients'
const askedWith =
  'Asks for an administrative key (`liveface keys create --dialect liveface --env production --administrative`).'

export function registerClients(app: FastifyInstance, services: Services): void {
  const { clients } = services

  app.get(
    '/clients',
    describeOperation({
      ...{ name: 'listClients', summary: 'The clients of this API, oldest first.', description: askedWith },
      ...{ tag, status: 200, answer: clientList, querystring: clientQuery },
    }),
    async (request) => {
      await authenticateAdministrator(request, services)
      const { limit, cursor } = readFields(clientQuery, request.query)
      const all = await ordinaryClients(services)
      const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === readNameCursor(cursor)) + 1
      const page = all.slice(from, from + limit)
      const more = all.length > from + limit
      return { data: page.map(toClient), next_cursor: more ? nameCursor(page.at(-1)!.id) : null }
    },
  )

  app.post(
    '/clients',
    describeOperation({
      ...{ name: 'createClient', summary: 'Make a client; give it a key next.', description: askedWith },
      ...{ tag, status: 201, answer: clientAnswer, body: clientRequest },
    }),
    async (request, reply) => {
      const administrator = await authenticateAdministrator(request, services)
      const asked = await readBody(clientRequest, request)
      return doOnce(request, reply, administrator.id, asked, services, async () => {
        const { name, environment } = asked
        const { balance = null, ...settings } = toLimits(asked)
        const created = await clients.create(
          { dialect: 'liveface', environment, name, balance, settings },
          administrator.id,
        )
        return {
          status: 201,
          body: toClient(await requireClient(services, created.id)),
          subjectId: created.id,
        }
      })
    },
  )

  app.get<OfClient>(
    '/clients/:id',
    describeOperation({
      ...{ name: 'getClient', summary: 'One client.', description: askedWith },
      ...{ tag, status: 200, answer: clientAnswer, params: clientId },
    }),
    async (request) => {
      await authenticateAdministrator(request, services)
      return toClient(await requireClient(services, request.params.id))
    },
  )

  app.patch<OfClient>(
    '/clients/:id',
    describeOperation({
      ...{ name: 'changeLimits', summary: 'Change limits of a client; what is not named stays.' },
      description: `Every server heeds it at once. ${askedWith}`,
      ...{ tag, status: 200, answer: clientAnswer, body: limitsChange, params: clientId },
    }),
    async (request, reply) => {
      const administrator = await authenticateAdministrator(request, services)
      const asked = await readBody(limitsChange, request)
      const { id } = await requireClient(services, request.params.id)
      return doOnce(request, reply, administrator.id, { id, ...asked }, services, async () => {
        await changeLimits(clients, id, toLimits(asked), administrator.id)
        return { status: 200, body: toClient(await requireClient(services, id)), subjectId: id }
      })
    },
  )

  app.get<OfClient>(
    '/clients/:id/keys',
    describeOperation({
      ...{ name: 'listKeys', summary: 'Keys of a client, without their secrets.', description: askedWith },
      ...{ tag, status: 200, answer: keyList, params: clientId },
    }),
    async (request) => {
      await authenticateAdministrator(request, services)
      return { data: (await keysOf(services, request.params.id)).map(toKey) }
    },
  )

  app.post<OfClient>(
    '/clients/:id/keys',
    describeOperation({
      ...{
        name: 'createKey',
        summary: 'Make a key of a client. It is shown this once.',
        description: askedWith,
      },
      ...{ tag, status: 201, answer: newKeyAnswer, body: keyRequest, params: clientId },
    }),
    async (request, reply) => {
      const administrator = await authenticateAdministrator(request, services)
      const asked = await readBody(keyRequest, request)
      const client = await requireClient(services, request.params.id)
      return doOnce(request, reply, administrator.id, { id: client.id, ...asked }, services, async () => {
        const issued = issueCredential(client.environment)
        const { id } = await clients.addCredential(client.id, { ...issued, ...asked }, administrator.id)
        const row = (await keysOf(services, client.id)).find((key) => key.id === id)!
        const key = issued.lookup + issued.secret
        return { status: 201, body: { ...toKey(row), key }, subjectId: client.id }
      })
    },
  )

  app.delete<OfKey>(
    '/clients/:id/keys/:key',
    describeOperation({
      ...{ name: 'revokeKey', summary: 'End a key at once.', description: askedWith },
      ...{ tag, status: 204, answer: z.null().describe('It is ended.'), params: keyId },
    }),
    async (request, reply) => {
      const administrator = await authenticateAdministrator(request, services)
      const key = (await keysOf(services, request.params.id)).find(({ id }) => id === request.params.key)
      if (!key || !(await clients.revoke(key.id, administrator.id))) throw new Problem('client_key_unknown')
      return reply.code(204).send()
    },
  )
}

/** Those that make checks: nobody gets at an administrative key by another one. Oldest first. */
async function ordinaryClients({ database }: Services): Promise<ClientRow[]> {
  const rows = await database
    .selectFrom('clients')
    .selectAll()
    .where('dialect', '=', 'liveface')
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.filter(({ settings }) => !parseClientSettings(JSON.parse(settings)).administrative)
}

/** @throws Problem client_unknown */
async function requireClient(services: Services, id: string): Promise<ClientRow> {
  const row = (await ordinaryClients(services)).find((client) => client.id === id)
  if (!row) throw new Problem('client_unknown')
  return row
}

/** Oldest first. @throws Problem client_unknown */
async function keysOf(services: Services, id: string): Promise<CredentialRow[]> {
  const client = await requireClient(services, id)
  return (await services.clients.credentials('liveface')).filter(({ clientId }) => clientId === client.id)
}

function toLimits({ requests_per_minute, retention_months, balance }: z.infer<typeof limitsChange>) {
  return {
    ...(requests_per_minute === undefined ? {} : { ratePerMinute: requests_per_minute }),
    ...(retention_months === undefined ? {} : { retentionMonths: retention_months }),
    ...(balance === undefined ? {} : { balance }),
  }
}

function toClient(row: ClientRow): z.infer<typeof clientAnswer> {
  const { ratePerMinute, retentionMonths, balance } = limitsOf(row)
  return {
    ...{ id: row.id, name: row.name, environment: row.environment },
    ...{ requests_per_minute: ratePerMinute, retention_months: retentionMonths, balance },
    created_at: isoTime(row.created_at),
  }
}

function toKey({ id, label, lookup, createdAt, revokedAt }: CredentialRow): z.infer<typeof keyAnswer> {
  return {
    ...{ id, name: label, begins_with: lookup, created_at: isoTime(createdAt) },
    revoked_at: revokedAt === null ? null : isoTime(revokedAt),
  }
}

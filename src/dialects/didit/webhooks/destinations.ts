import type { FastifyInstance } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Destination, DestinationHealth } from '../../../webhooks/types.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { DiditError } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { BodyReader } from '../request.ts'
import { nothing } from '../schemas.ts'
import { toUtcTime } from '../times.ts'
import { eventNames, versions } from './format.ts'
import { makeSecret, notTaken, readUrl } from './request.ts'
import { destinationAnswer, destinationList } from './schemas.ts'

type ById = { Params: { id: string } }

/** /webhook/destinations/ */
export function registerDestinations(app: FastifyInstance, services: Services): void {
  const { webhooks } = services
  const { destinations } = webhooks

  function readEvents(body: BodyReader): string[] | undefined {
    const name = 'subscribed_events'
    const given = body.list(name)
    if (!given) return undefined
    if (given.length === 0) return body.fail(name, 'At least one subscribed event is required.')
    const unknown = given.filter((event) => !eventNames.some((known) => known === event))
    if (unknown.length > 0) return body.fail(name, `Unsupported webhook events: ${unknown.join(', ')}`)
    return [...new Set(given as string[])]
  }

  async function find(client: Client, id: string): Promise<Destination> {
    const destination = await destinations.find(client.id, id)
    if (!destination) throw new DiditError('destinationNotFound')
    return destination
  }

  async function toAnswer(client: Client, destination: Destination) {
    const secrets = await destinations.secrets(client.id, destination.id)
    const health = (await webhooks.health(client.id)).get(destination.id)
    const { deliveries_count, failed_deliveries_count, ...rest } = toCounts(health)
    return {
      ...toFacts(destination),
      secret_shared_key: secrets?.current ?? '',
      summary: {
        total_deliveries: deliveries_count,
        failed_deliveries: failed_deliveries_count,
        ...rest,
        min_response_time_ms: null,
        avg_response_time_ms: null,
        max_response_time_ms: null,
      },
    }
  }

  app.get(
    '/webhook/destinations/',
    describeOperation('Webhooks', 'list-destinations', 'Webhook destinations, oldest first.', {
      200: destinationList,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const health = await webhooks.health(client.id)
      return (await destinations.list(client.id)).map((destination) => ({
        ...toFacts(destination),
        subscribed_events_count: destination.events.length,
        ...toCounts(health.get(destination.id)),
        average_response_time_ms: null,
      }))
    },
  )

  app.post(
    '/webhook/destinations/',
    describeOperation('Webhooks', 'create-destination', 'Hear about sessions at an HTTPS address.', {
      201: destinationAnswer,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const body = await BodyReader.read(request)
      const label = body.text('label', { required: true, max: 255 })
      const url = readUrl(body, 'url', services, true)
      const enabled = body.boolean('enabled')
      const version = body.choice('webhook_version', versions)
      const events = readEvents(body)
      body.finish()
      const created = await destinations.create({
        clientId: client.id,
        dialect: 'didit',
        url: url ?? '',
        label: label ?? '',
        enabled: enabled ?? true,
        version: version ?? 'v3',
        events: events ?? [],
        secret: makeSecret(),
      })
      reply.code(201)
      return toAnswer(client, notTaken(created, 'url'))
    },
  )

  app.get<ById>(
    '/webhook/destinations/:id/',
    describeOperation('Webhooks', 'get-destination', 'A destination with its secret.', {
      200: destinationAnswer,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      return toAnswer(client, await find(client, request.params.id))
    },
  )

  app.patch<ById>(
    '/webhook/destinations/:id/',
    describeOperation('Webhooks', 'update-destination', 'Change a destination; its events are replaced.', {
      200: destinationAnswer,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const { id } = await find(client, request.params.id)
      const body = await BodyReader.read(request)
      const label = body.text('label', { max: 255 })
      const url = readUrl(body, 'url', services)
      const enabled = body.boolean('enabled')
      const version = body.choice('webhook_version', versions)
      const events = readEvents(body)
      body.finish()
      const changed = await destinations.update(client.id, id, {
        ...(label === undefined ? {} : { label }),
        ...(url === undefined ? {} : { url }),
        ...(enabled === undefined ? {} : { enabled }),
        ...(version === undefined ? {} : { version }),
        ...(events === undefined ? {} : { events }),
      })
      return toAnswer(client, notTaken(changed, 'url'))
    },
  )

  app.delete<ById>(
    '/webhook/destinations/:id/',
    describeOperation('Webhooks', 'delete-destination', 'Delete a destination.', { 204: nothing }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const removed = await destinations.remove(client.id, request.params.id)
      if (!removed) throw new DiditError('destinationNotFound')
      return reply.code(204).send()
    },
  )
}

function toFacts({ id, label, url, enabled, version, events, createdAt, updatedAt }: Destination) {
  return {
    uuid: id,
    label,
    url,
    enabled,
    webhook_version: version ?? 'v3',
    subscribed_events: events,
    created_at: toUtcTime(createdAt),
    updated_at: toUtcTime(updatedAt),
  }
}

function toCounts(health: DestinationHealth | undefined) {
  const { attempts, failed, lastEndedAt } = health ?? { attempts: 0, failed: 0, lastEndedAt: null }
  return {
    deliveries_count: attempts,
    failed_deliveries_count: failed,
    error_rate_percentage: attempts === 0 ? 0 : Math.round((100 * failed) / attempts),
    last_delivery_at: lastEndedAt === null ? null : toUtcTime(lastEndedAt),
  }
}

import type { FastifyInstance } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Destination } from '../../../webhooks/types.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { DiditError } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { nothing } from '../schemas.ts'
import { webhookFormat } from './format.ts'
import { notTaken, readDestination } from './request.ts'
import { destinationAnswer, destinationList } from './schemas.ts'
import { toDestination, toListedDestination } from './translate.ts'

type ById = { Params: { id: string } }

/** /webhook/destinations/ */
export function registerDestinations(app: FastifyInstance, services: Services): void {
  const { webhooks } = services
  const { destinations } = webhooks

  async function find(client: Client, id: string): Promise<Destination> {
    const destination = await destinations.find(client.id, id)
    if (!destination) throw new DiditError('destinationNotFound')
    return destination
  }

  async function answerOf(client: Client, destination: Destination) {
    const secrets = await destinations.secrets(client.id, destination.id)
    return toDestination(
      destination,
      secrets?.current ?? '',
      (await webhooks.health(client.id)).get(destination.id),
    )
  }

  app.get(
    '/webhook/destinations/',
    describeOperation('Webhooks', 'list-destinations', 'Webhook destinations, oldest first.', {
      200: destinationList,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const health = await webhooks.health(client.id)
      return (await destinations.list(client.id)).map((destination) =>
        toListedDestination(destination, health.get(destination.id)),
      )
    },
  )

  app.post(
    '/webhook/destinations/',
    describeOperation('Webhooks', 'create-destination', 'Hear about sessions at an HTTPS address.', {
      201: destinationAnswer,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const {
        label = '',
        url = '',
        enabled = true,
        version = 'v3',
        events = [],
      } = await readDestination(request, services, { required: true })
      const created = await destinations.create({
        clientId: client.id,
        dialect: 'didit',
        url,
        label,
        enabled,
        version,
        events,
        secret: webhookFormat.newSecret(),
      })
      reply.code(201)
      return answerOf(client, notTaken(created, 'url'))
    },
  )

  app.get<ById>(
    '/webhook/destinations/:id/',
    describeOperation('Webhooks', 'get-destination', 'A destination with its secret.', {
      200: destinationAnswer,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      return answerOf(client, await find(client, request.params.id))
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
      const changed = await destinations.update(client.id, id, await readDestination(request, services))
      return answerOf(client, notTaken(changed, 'url'))
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

import type { FastifyInstance } from 'fastify'
import type { Client } from '../../access/clients.ts'
import { addressFault } from '../../webhooks/index.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { VerifyHQError } from './errors.ts'
import { describeOperation } from './openapi.ts'
import { readBody } from './request.ts'
import { messageAnswer, webhookAnswer, webhookList, webhookRequest } from './schemas.ts'
import { fromVendorId, isoTime, toVendorId } from './translate.ts'
import { webhookFormat } from './webhooks.ts'

/** /webhooks */
export function registerWebhooks(app: FastifyInstance, services: Services, hidden: boolean): void {
  const { config } = services
  const { destinations } = services.webhooks
  const tag = 'Webhooks'

  /** A key speaks for its own client alone; any other id is as unknown as one that never was. */
  function requireOwn({ id }: Client, clientId: string): void {
    if (fromVendorId('client', clientId) !== id) throw VerifyHQError.of('clientNotFound')
  }

  /** Frees the URL of a webhook that was deactivated, so that it can be configured again. */
  async function removeInactive(clientId: string, url: string): Promise<void> {
    const known = await destinations.list(clientId)
    const inactive = known.find((destination) => destination.url === url && !destination.enabled)
    if (inactive) await destinations.remove(clientId, inactive.id)
  }

  app.post(
    '/configure',
    describeOperation(
      {
        name: 'configureWebhook',
        summary: 'Hear about verdicts at an HTTPS address.',
        tag,
        status: 201,
        body: webhookRequest,
        answer: webhookAnswer,
      },
      hidden,
    ),
    async (request, reply) => {
      const client = await authenticate(request, null, services)
      const { clientId, callbackUrl, events } = await readBody(webhookRequest, request)
      requireOwn(client, clientId)
      const fault = addressFault(callbackUrl, config.fetch)
      if (fault !== null) throw VerifyHQError.invalid([`callbackUrl must be an HTTPS URL: ${fault}`])
      const secret = webhookFormat.newSecret()
      await removeInactive(client.id, callbackUrl)
      const created = await destinations.create({
        clientId: client.id,
        dialect: 'verifyhq',
        url: callbackUrl,
        events: [...new Set(events)],
        secret,
      })
      if (created === 'url_taken') throw VerifyHQError.of('webhookExists')
      reply.code(201)
      return {
        id: toVendorId('wh', created.id),
        callbackUrl,
        events: created.events,
        secret,
        message:
          'Store the signing secret securely — it will not be shown again. Verify webhook signatures using HMAC-SHA256 with the X-Webhook-Signature header.',
      }
    },
  )

  app.get<{ Params: { clientId: string } }>(
    '/client/:clientId',
    describeOperation(
      { name: 'listWebhooks', summary: "A client's webhooks.", tag, status: 200, answer: webhookList },
      hidden,
    ),
    async (request) => {
      const client = await authenticate(request, null, services)
      requireOwn(client, request.params.clientId)
      return (await destinations.list(client.id)).map(({ id, url, events, enabled, createdAt }) => ({
        id: toVendorId('wh', id),
        callbackUrl: url,
        events,
        active: enabled,
        createdAt: isoTime(createdAt),
      }))
    },
  )

  app.delete<{ Params: { id: string } }>(
    '/:id',
    describeOperation(
      { name: 'deleteWebhook', summary: 'Deactivate a webhook.', tag, status: 200, answer: messageAnswer },
      hidden,
    ),
    async (request) => {
      const client = await authenticate(request, null, services)
      const id = fromVendorId('wh', request.params.id)
      const changed = id && (await destinations.update(client.id, id, { enabled: false }))
      if (!changed || changed === 'url_taken') throw VerifyHQError.of('webhookNotFound')
      return { message: 'Webhook deactivated successfully' }
    },
  )
}

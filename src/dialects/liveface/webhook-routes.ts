/** Addresses that are told of checks and sessions. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isoTime } from '../../iso-time.ts'
import { addressFault } from '../../webhooks/index.ts'
import type { Destination, RotatedDestination } from '../../webhooks/types.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { Problem } from './errors.ts'
import { describeOperation } from './openapi.ts'
import { doOnce, onceOnly } from './repeats.ts'
import { readBody } from './request.ts'
import {
  newWebhookAnswer,
  rotatedWebhook,
  rotationRequest,
  type webhookAnswer,
  webhookList,
  webhookRequest,
} from './webhook-schemas.ts'
import { newSecret } from './webhooks.ts'

const webhookId = z.object({ id: z.string().describe('Id of the webhook.') })

type WebhookAnswer = z.infer<typeof webhookAnswer>

export function registerWebhooks(app: FastifyInstance, services: Services): void {
  const { config } = services
  const { destinations } = services.webhooks
  const tag = 'Webhooks'

  app.post(
    '/webhooks',
    describeOperation({
      ...{ name: 'createWebhook', summary: 'Hear of checks and sessions at an HTTPS address.', tag },
      description:
        'Messages are signed as standardwebhooks.com has it and repeated for a day and more until one is answered with 2xx; drop those whose webhook-id you know.',
      ...{ status: 201, answer: newWebhookAnswer, body: webhookRequest },
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const asked = await readBody(webhookRequest, request)
      const fault = addressFault(asked.url, config.fetch)
      if (fault !== null) throw new Problem('fields_invalid', { errors: [{ field: 'url', message: fault }] })
      return doOnce(request, reply, client.id, asked, services, async () => {
        const secret = newSecret()
        const events = [...new Set(asked.events)]
        const ownership = { clientId: client.id, dialect: 'liveface' }
        const created = await destinations.create({ ...ownership, url: asked.url, events, secret })
        if (created === 'url_taken') throw new Problem('webhook_exists')
        return { status: 201, body: { ...toAnswer(created), secret }, subjectId: created.id }
      })
    },
  )

  app.get(
    '/webhooks',
    describeOperation({
      ...{ name: 'listWebhooks', summary: 'Your webhooks.', tag, status: 200, answer: webhookList },
    }),
    async (request) => {
      const client = await authenticate(request, services)
      return { data: (await destinations.list(client.id)).map(toAnswer) }
    },
  )

  app.post<{ Params: { id: string } }>(
    '/webhooks/:id/rotate',
    describeOperation({
      ...{ name: 'rotateWebhookSecret', summary: 'Sign with a new secret.', tag },
      description:
        'Until `previous_until` every message carries two signatures, separated by a space, so that a receiver with either secret accepts it. A secret before those two ends at once: send an Idempotency-Key, with which a request whose answer was lost rotates no second time.',
      ...{ status: 200, answer: rotatedWebhook, body: rotationRequest, params: webhookId },
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const asked = await readBody(rotationRequest, request)
      const { id } = request.params
      const once = onceOnly(request, reply, client.id, services)
      const before = await once.begin([JSON.stringify({ id, ...asked })])
      if (before) return before.body as z.infer<typeof rotatedWebhook>
      const secret = newSecret()
      const toBody = ({ destination, previousUntil }: RotatedDestination) => ({
        ...toAnswer(destination),
        ...{ secret, previous_until: isoTime(previousUntil) },
      })
      return once.run(async () => {
        const rotated = await destinations.rotateSecret(client.id, id, secret, {
          previousLife: asked.previous_for * 1000,
          // With the rotation or not at all: rotated again for want of an answer, the only secret that its owner knows would end.
          alongside: (transaction, done) => once.keep(transaction, { status: 200, body: toBody(done) }, id),
        })
        if (!rotated) throw new Problem('webhook_unknown')
        return toBody(rotated)
      })
    },
  )

  app.delete<{ Params: { id: string } }>(
    '/webhooks/:id',
    describeOperation({
      ...{ name: 'deleteWebhook', summary: 'Delete a webhook; what was on its way is given up.', tag },
      ...{ status: 204, answer: z.null().describe('It is deleted.') },
      params: webhookId,
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const removed = await destinations.remove(client.id, request.params.id)
      if (!removed) throw new Problem('webhook_unknown')
      return reply.code(204).send()
    },
  )
}

function toAnswer({ id, url, events, createdAt }: Destination): WebhookAnswer {
  return {
    ...{ id, url, events: events as WebhookAnswer['events'] },
    created_at: isoTime(createdAt),
  }
}

import type { FastifyInstance } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { describeOperation } from '../openapi.ts'
import { BodyReader } from '../request.ts'
import { versions, webhookFormat } from './format.ts'
import { notTaken, readUrl } from './request.ts'
import { webhookConfiguration } from './schemas.ts'

/** Label of the destination that the older calls at /webhook/ speak of. */
const primaryLabel = 'Default'
const primaryEvents = ['status.updated', 'data.updated']

/** The older /webhook/, which also has the months of retention */
export function registerConfiguration(app: FastifyInstance, services: Services): void {
  const { webhooks, clients } = services
  const { destinations } = webhooks

  const primaryOf = async (client: Client) =>
    (await destinations.list(client.id)).find(({ label }) => label === primaryLabel)

  async function configurationOf(client: Client) {
    const primary = await primaryOf(client)
    const secrets = primary && (await destinations.secrets(client.id, primary.id))
    return {
      webhook_url: primary?.enabled ? primary.url : null,
      webhook_version: primary?.version ?? 'v3',
      secret_shared_key: secrets?.current ?? null,
      capture_method: 'both',
      data_retention_months: (await clients.find(client.id))?.settings.retentionMonths ?? null,
    }
  }

  app.get(
    '/webhook/',
    describeOperation('Webhooks', 'get-webhook', 'The older, single webhook, and the retention.', {
      200: webhookConfiguration,
    }),
    async (request, reply) => configurationOf(await authenticate(request, reply, services)),
  )

  app.patch(
    '/webhook/',
    describeOperation('Webhooks', 'update-webhook', 'Change the older webhook, its secret, the retention.', {
      200: webhookConfiguration,
    }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const body = await BodyReader.read(request)
      const url = body.isNull('webhook_url') ? null : readUrl(body, 'webhook_url', services)
      const version = body.choice('webhook_version', versions)
      const rotate = body.boolean('rotate_secret_key') ?? false
      body.choice('capture_method', ['mobile', 'desktop', 'both'])
      const months = body.isNull('data_retention_months')
        ? null
        : body.integer('data_retention_months', 1, 120)
      body.finish()
      if (months !== undefined) await clients.update(client.id, { retentionMonths: months }, client.id)
      await changePrimary(client, { url, version, rotate })
      return configurationOf(client)
    },
  )

  async function changePrimary(
    client: Client,
    {
      url,
      version,
      rotate,
    }: { url: string | null | undefined; version: string | undefined; rotate: boolean },
  ): Promise<void> {
    const primary = await primaryOf(client)
    if (!primary) {
      if (!url) return
      const created = await destinations.create({
        clientId: client.id,
        dialect: 'didit',
        url,
        label: primaryLabel,
        version: version ?? 'v3',
        events: primaryEvents,
        secret: webhookFormat.newSecret(),
      })
      notTaken(created, 'webhook_url')
      return
    }
    const changed = await destinations.update(client.id, primary.id, {
      ...(url ? { url } : {}),
      ...(url === undefined ? {} : { enabled: url !== null }),
      ...(version === undefined ? {} : { version }),
    })
    notTaken(changed, 'webhook_url')
    if (rotate) await destinations.rotateSecret(client.id, primary.id, webhookFormat.newSecret())
  }
}

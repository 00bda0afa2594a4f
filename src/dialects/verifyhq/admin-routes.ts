import type { FastifyInstance } from 'fastify'
import type { Services } from '../dialect.ts'
import { authenticateAdmin, issueCredential } from './auth.ts'
import { describeOperation } from './openapi.ts'
import { readBody } from './request.ts'
import { clientAnswer, clientRequest } from './schemas.ts'
import { toVendorId } from './translate.ts'

const defaultRate = 100

/** /admin */
export function registerAdmin(app: FastifyInstance, services: Services, hidden: boolean): void {
  const { clients } = services
  app.post(
    '/api-clients',
    describeOperation(
      {
        name: 'createApiClient',
        summary: 'Make a client and its key. Asks for the header X-Admin-Secret instead of a key.',
        tag: 'Admin',
        status: 201,
        body: clientRequest,
        answer: clientAnswer,
      },
      hidden,
    ),
    async (request, reply) => {
      await authenticateAdmin(request, services)
      const input = await readBody(clientRequest, request)
      const { name, permissions = ['liveness:read', 'liveness:write'], rateLimit = defaultRate } = input
      const environment = input.environment ?? 'production'
      const settings = { permissions, ratePerMinute: rateLimit }
      const client = await clients.create({ dialect: 'verifyhq', environment, name, settings }, 'admin')
      const issued = issueCredential(environment)
      await clients.addCredential(client.id, issued, 'admin')
      reply.code(201)
      return {
        id: toVendorId('client', client.id),
        name,
        apiKey: issued.headers['X-API-Key'],
        permissions,
        rateLimit,
        message: 'Store the API key securely — it will not be shown again.',
      }
    },
  )
}

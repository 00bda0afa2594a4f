/** Cashfree Secure ID: face-liveness, face-match and the older liveliness, under /verification. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { documentRoutes } from '../../api-docs/index.ts'
import { callOf } from '../../checks/call.ts'
import { acceptEveryContentType } from '../../receive/content-type.ts'
import { curlWords } from '../common/curl.ts'
import type { Dialect, Services } from '../dialect.ts'
import { authenticate, issueCredential } from './auth.ts'
import { endpoints } from './checks.ts'
import { simulator, singleUseSignatures, strictMatchStatus } from './client-switches.ts'
import { CashfreeError, sendError, toCashfreeError } from './errors.ts'
import { apiDescription, describeOperation } from './openapi.ts'
import { playground } from './playground.ts'
import { signatureWindow } from './settings.ts'

export const cashfree: Dialect<'cashfree'> = {
  name: 'cashfree',
  title: 'Cashfree Secure ID',
  issueCredential,
  playground,
  settings: [signatureWindow],
  clientSwitches: [simulator, strictMatchStatus, singleUseSignatures],
  exampleCurl: (baseUrl, headers, picture) =>
    curlWords(
      `${baseUrl}/verification/face-liveness`,
      headers,
      `-F verification_id=first_$(date +%s) -F image=@${picture}`,
    ).join(' '),
  async register(app, services) {
    await documentRoutes(app, '/openapi/cashfree.json', apiDescription, services.config)
    await app.register((scope) => registerOperations(scope, services), { prefix: '/verification' })
  },
}

async function registerOperations(app: FastifyInstance, services: Services): Promise<void> {
  app.setNotFoundHandler((_request, reply) => sendError(reply, new CashfreeError('notFound')))
  // Every content type is accepted here: a body of another kind lacks its fields, and gets the errors that say so.
  acceptEveryContentType(app)
  for (const { name, failed, handle } of endpoints) {
    const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      sendError(reply, toCashfreeError(error, failed, request.log))
    app.post(`/${name}`, { ...describeOperation(name), errorHandler }, async (request, reply) => {
      const client = await authenticate(request, name, services)
      return handle(request, callOf(reply, client), client, services)
    })
  }
}

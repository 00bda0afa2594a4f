/** Liveface's own API, under /api/v1. */
import type { FastifyError, FastifyInstance } from 'fastify'
import { documentRoutes } from '../../api-docs/index.ts'
import { acceptEveryContentType } from '../../receive/content-type.ts'
import { curlWords } from '../common/curl.ts'
import type { Dialect, Services } from '../dialect.ts'
import { authenticate, issueCredential } from './auth.ts'
import { registerBatches } from './batch-routes.ts'
import { carryOut, operations } from './checks.ts'
import { registerClients } from './client-routes.ts'
import { refuseUnverified, warnUnverified } from './client-switches.ts'
import { Problem, sendProblem, toProblem } from './errors.ts'
import { apiDescription, describeCheck } from './openapi.ts'
import { registerPeople } from './person-routes.ts'
import { playground } from './playground.ts'
import { registerRecords } from './record-routes.ts'
import { createRunner } from './runner.ts'
import { registerSessions } from './session-routes.ts'
import { sessionEvent } from './sessions.ts'
import { waitingChecks, waitingMegabytes } from './settings.ts'
import { registerWebhooks } from './webhook-routes.ts'
import { webhookFormat } from './webhooks.ts'

export const liveface: Dialect<'liveface'> = {
  name: 'liveface',
  title: 'Liveface',
  issueCredential,
  settings: [waitingChecks, waitingMegabytes],
  clientSwitches: [warnUnverified, refuseUnverified],
  playground,
  webhooks: webhookFormat,
  sessionEvents: (session) => [sessionEvent(session)],
  exampleCurl: (baseUrl, headers, picture) =>
    curlWords(`${baseUrl}/api/v1/liveness`, headers, `-F picture=@${picture}`).join(' '),
  async register(app, services) {
    await documentRoutes(app, '/openapi/liveface.json', apiDescription, services.config)
    await app.register((scope) => registerAll(scope, services), { prefix: '/api/v1' })
  },
}

async function registerAll(app: FastifyInstance, services: Services): Promise<void> {
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendProblem(reply, toProblem(error, request.log)),
  )
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem('route_unknown')))
  acceptEveryContentType(app)
  const runner = createRunner(services, app.log)
  app.addHook('onReady', async () => runner.start())
  app.addHook('onClose', () => runner.stop())
  for (const operation of operations) {
    app.post(`/${operation.type}`, describeCheck(operation), async (request, reply) => {
      const client = await authenticate(request, services)
      const answer = await carryOut(request, reply, client, operation, services)
      if ('status' in answer) runner.wake()
      return answer
    })
  }
  registerBatches(app, services, runner)
  registerClients(app, services)
  registerRecords(app, services)
  registerPeople(app, services)
  registerSessions(app, services)
  registerWebhooks(app, services)
}

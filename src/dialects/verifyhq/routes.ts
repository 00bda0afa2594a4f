/** VerifyHQ: liveness by challenge and response, its webhooks and its admin call, at /v1 and at /. */
import type { FastifyError, FastifyInstance } from 'fastify'
import { documentRoutes } from '../../api-docs/index.ts'
import { acceptEveryContentType } from '../../receive/content-type.ts'
import { curlWords } from '../common/curl.ts'
import type { Dialect } from '../dialect.ts'
import { registerAdmin } from './admin-routes.ts'
import { issueCredential } from './auth.ts'
import { listEnvelope } from './client-switches.ts'
import { sendError, toVerifyHQError, VerifyHQError } from './errors.ts'
import { registerIdentity } from './identity-routes.ts'
import { registerLiveness } from './liveness-routes.ts'
import { apiDescription } from './openapi.ts'
import { playground } from './playground.ts'
import { adminSecret } from './settings.ts'
import { registerWebhooks } from './webhook-routes.ts'
import { eventsOf, webhookFormat } from './webhooks.ts'

export const verifyhq: Dialect<'verifyhq'> = {
  name: 'verifyhq',
  title: 'VerifyHQ',
  issueCredential,
  playground,
  settings: [adminSecret],
  clientSwitches: [listEnvelope],
  webhooks: webhookFormat,
  sessionEvents: eventsOf,
  exampleCurl(baseUrl, headers, picture) {
    const curl = (path: string, ...rest: string[]) =>
      curlWords(`${baseUrl}/v1/verifications/liveness/${path}`, headers, ...rest).join(' ')
    const json = `-H 'Content-Type: application/json'`
    const token = `sed 's/.*"sessionToken":"\\([^"]*\\)".*/\\1/'`
    return [
      `SESSION=$(${curl('session', json, `-d '{"userId": "user_1"}'`)} | ${token})`,
      curl('reference-selfie', '-F sessionToken=$SESSION', `-F selfie=@${picture}`),
      curl('capture-link', json, `-d "{\\"sessionToken\\": \\"$SESSION\\"}"`),
    ].join(' && echo && ')
  },
  exampleNote:
    'Open the captureUrl of its answer in a browser with a camera: the page guides through the gestures of the session.',
  async register(app, services) {
    await documentRoutes(app, '/openapi/verifyhq.json', apiDescription, services.config)
    // The vendor's documents name the same routes with and without the version, and its own client takes either.
    for (const prefix of ['/v1', '']) {
      const isHidden = prefix === ''
      const groups = {
        '/verifications/liveness': registerLiveness,
        '/verifications/identity': registerIdentity,
        '/webhooks': registerWebhooks,
        '/admin': registerAdmin,
      }
      for (const [path, register] of Object.entries(groups)) {
        await app.register(
          async (scope) => {
            registerErrorHandlers(scope)
            register(scope, services, isHidden)
          },
          { prefix: prefix + path },
        )
      }
    }
  },
}

function registerErrorHandlers(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(reply, toVerifyHQError(error, request.log)),
  )
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, VerifyHQError.noRoute(request.method, request.url)),
  )
  // Every content type is accepted here: a body of another kind lacks its fields, and gets the errors that say so.
  acceptEveryContentType(app)
}

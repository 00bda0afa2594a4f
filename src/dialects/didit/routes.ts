/** Didit v3: standalone face calls, their sessions, webhooks and lists, under /v3. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { documentRoutes } from '../../api-docs/index.ts'
import { curlWords } from '../common/curl.ts'
import type { Dialect, Services } from '../dialect.ts'
import { issueCredential } from './auth.ts'
import { DiditError, sendError, sendPageNotFound, toDiditError } from './errors.ts'
import { registerHealthcheck } from './healthcheck.ts'
import { registerLists } from './lists/routes.ts'
import { apiDescription } from './openapi.ts'
import { playground } from './playground.ts'
import { decideSession } from './sessions/decisions.ts'
import { sessionRecords } from './sessions/records.ts'
import { registerSessions } from './sessions/routes.ts'
import { statusCodes } from './settings.ts'
import { registerStandalone } from './standalone/routes.ts'
import { webhookFormat } from './webhooks/format.ts'
import { registerWebhooks } from './webhooks/routes.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const reads = ['GET', 'HEAD']

export const didit: Dialect<'didit'> = {
  name: 'didit',
  title: 'Didit',
  issueCredential,
  playground,
  settings: [statusCodes],
  webhooks: webhookFormat,
  records: sessionRecords,
  decide: decideSession,
  sandboxNote:
    "Sandbox keys get the same fixed answer for every picture, as the vendor's do. For a real one: npx liveface keys create --dialect didit --env production",
  exampleCurl: (baseUrl, headers, picture) =>
    curlWords(
      `${baseUrl}/v3/passive-liveness/`,
      headers,
      `-F user_image=@${picture} -F vendor_data=user-123`,
    ).join(' '),
  async register(app, services) {
    await documentRoutes(app, '/openapi/didit.json', apiDescription, services.config)
    registerHealthcheck(app, services)
    await app.register(async (scope) => registerAll(scope, services), { prefix: '/v3' })
  },
}

function registerAll(app: FastifyInstance, services: Services): void {
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(reply, toDiditError(error, request, services.config)),
  )
  app.setNotFoundHandler((_request, reply) => sendPageNotFound(reply))
  const registered = new Map<string, RouteOptions[]>()
  app.addHook('onRoute', (route) => {
    registered.set(route.url, [...(registered.get(route.url) ?? []), { ...route }])
  })
  registerStandalone(app, services)
  registerSessions(app, services)
  registerWebhooks(app, services)
  registerLists(app, services)
  for (const [url, routes] of [...registered]) answerNeighbours(app, url.slice('/v3'.length), routes)
}

/** Answers what is not quite a route: another method, or the path without its last slash. */
function answerNeighbours(app: FastifyInstance, path: string, routes: readonly RouteOptions[]): void {
  const known = [...new Set(routes.flatMap(({ method }) => method))]
  app.route({
    method: methods.filter((method) => !known.includes(method)),
    url: path,
    schema: { hide: true },
    handler: async (request, reply) => {
      reply.header('allow', [...known, 'OPTIONS'].join(', '))
      throw new DiditError('methodNotAllowed', { given: request.method })
    },
  })
  const withoutSlash = path.replace(/\/$/, '')
  const writes = routes.filter(({ method }) => !reads.includes(String(method)))
  for (const route of writes) {
    app.route({ ...route, url: withoutSlash, schema: { ...route.schema, hide: true } })
  }
  app.route({
    method: methods.filter((method) => !writes.some((route) => route.method === method)),
    url: withoutSlash,
    schema: { hide: true },
    exposeHeadRoute: true,
    handler: redirectToSlash,
  })
}

/**
 * 301 as the vendor does; for anything but GET 308, because clients turn a redirected POST into a GET. What writes is
 * served in place instead: some clients repeat a redirected form under the boundary of the first.
 */
async function redirectToSlash(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const [path, query] = request.url.split('?', 2)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return reply
    .code(isRead ? 301 : 308)
    .header('location', `${path}/${query ? `?${query}` : ''}`)
    .send()
}

/** Routes and hooks over open services: every dialect, the operator's routes, the pages. */
import { randomUUID } from 'node:crypto'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify'
import { serveDocsPage } from '../api-docs/index.ts'
import type { Config } from '../config/index.ts'
import { registerConsole } from '../console/index.ts'
import type { Services } from '../dialects/dialect.ts'
import { markSandboxAnswers } from '../dialects/sandbox.ts'
import { answerExamplePicture } from '../pages/example-picture.ts'
import { type OpenInnerServer, registerPages } from '../pages/index.ts'
import { leaveBodiesUnread, textLimit } from '../receive/body.ts'
import { findNul } from '../receive/nul.ts'
import { registerEvidence } from '../records/evidence-route.ts'
import { connectionOptions } from './connections.ts'
import { registerFallbacks } from './fallbacks.ts'
import { registerHealth } from './health.ts'
import { removeLeftFolders } from './playground-folder.ts'
import type { OpenServices } from './services.ts'

/** An HTTP server without routes, which does not listen yet. */
export function createApp(config: Config, log: FastifyBaseLogger): FastifyInstance {
  return Fastify({
    loggerInstance: log,
    trustProxy: trustProxy(config.listening.trustProxy),
    bodyLimit: textLimit,
    ...connectionOptions(config.listening),
    genReqId: () => randomUUID(),
    // No hook runs before this answer: paths that cannot be decoded come here. Fastify's own would repeat them.
    frameworkErrors: (error, request, reply: FastifyReply) => {
      reply.header('x-request-id', request.id).headers(undecodedHeaders)
      reply.code(error.statusCode ?? 400).header('cache-control', 'no-store')
      reply.send({ error: 'Bad Request' })
    },
    // Callers' own ids of a person stand in paths.
    routerOptions: { caseSensitive: true, maxParamLength: 200 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  })
}

/** What helmet says of all other answers, for one that no hook sees. */
const undecodedHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * Gives `app` every hook and route. The order of the hooks is the order in which they run.
 * @param openInner opens the playground's server; absent: no pages are served
 */
export async function registerRoutes(
  app: FastifyInstance,
  { services: opened, console, dialects, metrics, tracing, disk, store }: OpenServices,
  openInner?: OpenInnerServer,
): Promise<void> {
  const { config, database, engine } = opened
  const services = openInner && !config.production ? withExamplePicture(app, opened) : opened
  addAnswerHeaders(app)
  refuseNulInPaths(app)
  markSandboxAnswers(app)
  metrics.register(app, { production: config.production, token: config.metricsToken })
  tracing?.register(app)
  await app.register(helmet)
  leaveBodiesUnread(app)
  // An oversized file is marked, so that each dialect refuses it in its own order and words.
  await app.register(multipart, { throwFileSizeLimit: false })
  registerFallbacks(app)
  registerHealth(app, { database, engine, disk, store })
  registerEvidence(app, services.evidence)
  for (const dialect of dialects) {
    await app.register(async (scope) => {
      metrics.nameDialect(scope, dialect.name)
      await dialect.register(scope, services)
    })
  }
  if (openInner) {
    removeLeftFolders()
    await app.register((scope) => registerConsole(scope, console))
    await app.register((scope) =>
      registerPages(scope, services, dialects, openInner, console.users.hasAdministrator),
    )
  }
  if (config.pages.docs) {
    const documents = [...dialects, consoleDocument].map(({ name, title }) => ({
      name: title,
      url: `/openapi/${name}.json`,
    }))
    await serveDocsPage(app, documents)
  }
}

/** Beside those of the vendors. */
const consoleDocument = { name: 'console', title: 'Console' }

/** What every answer says: how long it may be kept, and whether its connection goes on. */
function addAnswerHeaders(app: FastifyInstance): void {
  let closing = false
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    // Answers hold what callers said about people: where nothing else is said of an answer, no cache keeps it.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    // Idle connections were closed when closing began; one that was busy then would be waited for until its
    // keep-alive is over, more than a minute.
    if (closing) reply.header('connection', 'close')
  })
}

/** No id has the character U+0000: a path with it is answered as one that there is not, in each API's own words. */
function refuseNulInPaths(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ params }, reply) => {
    if (!findNul(params)) return
    reply.callNotFound()
    return reply
  })
}

/** The same services, except that URLs of the server's own example picture are answered without the network. */
function withExamplePicture(app: FastifyInstance, services: Services): Services {
  const { config, fetch } = services
  return { ...services, fetch: answerExamplePicture(fetch, config.dataDirectory, () => origins(app, config)) }
}

/** Where the server is reached, as far as it knows. */
function origins(app: FastifyInstance, { listening: { publicUrl: seen } }: Config): string[] {
  const address = app.server.address()
  const own =
    address && typeof address === 'object' ? [app.listeningOrigin, `http://localhost:${address.port}`] : []
  return seen ? [...own, seen.replace(/\/$/, '')] : own
}

function trustProxy(setting: string | undefined): boolean | string[] {
  if (!setting || setting === 'false') return false
  return setting === 'true' ? true : setting.split(',').map((address) => address.trim())
}

/** Composition root: the one file that knows every folder. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { createClients } from './access/clients.ts'
import { createRateLimits } from './access/rate-limits.ts'
import { serveDocsPage } from './api-docs.ts'
import { createChallengeSessions, sessionLife } from './challenges/index.ts'
import { challengeRecords } from './challenges/records.ts'
import type { Config } from './config.ts'
import type { Database } from './database/index.ts'
import { ping } from './database/portable.ts'
import type { Services } from './dialects/dialect.ts'
import { dialects } from './dialects/index.ts'
import { markSandboxAnswers } from './dialects/sandbox.ts'
import { eventOf } from './dialects/verifyhq/webhooks.ts'
import { cosine, similarity } from './engine/face/compare.ts'
import type { Engine } from './engine/types.ts'
import { createGallery } from './gallery/index.ts'
import { openInstallation } from './installation.ts'
import { logDestination, loggerOptions } from './log.ts'
import { openEngine } from './open-engine.ts'
import { lendExamplePicture } from './pages/example-picture.ts'
import { registerPages } from './pages/index.ts'
import { openInnerServer } from './pages/inner-server.ts'
import { createAdmission } from './receive/admission.ts'
import { leaveBodiesUnread, textLimit } from './receive/body.ts'
import { connectionOptions } from './receive/connections.ts'
import { createGuardedFetch, type GuardedFetch } from './receive/fetch.ts'
import { createAudit } from './records/audit.ts'
import { createChecks } from './records/checks.ts'
import { createClockGuard } from './records/clock-guard.ts'
import { createDiskProbe, type DiskProbe } from './records/disk-probe.ts'
import { createEvidence } from './records/evidence.ts'
import { registerEvidence } from './records/evidence-route.ts'
import { createRetention } from './records/retention.ts'
import { createMetrics, openTracing } from './telemetry/index.ts'
import { createPost, createWebhooks } from './webhooks/index.ts'

export interface LivefaceServer {
  app: FastifyInstance
  services: Services
  database: Database
  /** Stops accepting, lets requests in flight finish, then closes engine and database. */
  close(): Promise<void>
}

/** Resources to use instead of opening them, for tests. */
export interface GivenResources {
  engine?: Engine
  /** Where log lines go; default: standard output. */
  logStream?: NodeJS.WritableStream
  database?: Database
  fetch?: GuardedFetch
  /** Serve the pages; default true. */
  pages?: boolean
}

/** Opens every resource and registers every dialect. Does not listen yet. */
export async function buildServer(config: Config, given: GivenResources = {}): Promise<LivefaceServer> {
  const { database, masterKey } = await openInstallation(config, given.database)
  const metrics = createMetrics()
  const admission = createAdmission({
    longestWaitMs: config.LIVEFACE_QUEUE_WAIT_MS,
    mostQueued: config.queue,
    mostUnderWay: config.LIVEFACE_REQUESTS,
    mostPerClient: config.LIVEFACE_REQUESTS_PER_CLIENT,
  })
  const opened = given.engine ?? (await openEngine(config))
  const tracing = openTracing(config, (error) => app.log.warn({ err: error }, 'traces could not be sent'))
  const watched = metrics.observeEngine(admission.observeEngine(opened))
  const engine = tracing?.observeEngine(watched) ?? watched
  metrics.observeAdmission(admission)
  const fetch =
    given.fetch ??
    createGuardedFetch({
      ports: config.LIVEFACE_FETCH_PORTS,
      allowPrivate: allowsPrivateUrls(config),
      totalMs: config.LIVEFACE_FETCH_TIMEOUT_MS,
    })
  const showsExample = given.pages !== false && !config.LIVEFACE_PRODUCTION
  const audit = createAudit(database, masterKey)
  const checks = metrics.observeChecks(createChecks(database, Date.now, audit))
  const evidence = createEvidence({ database, masterKey, directory: join(config.dataDirectory, 'evidence') })
  const webhooks = createWebhooks({
    database,
    masterKey,
    formats: webhookFormats(),
    post: createPost(fetch, allowsPrivateUrls(config)),
    onError: (error) => app.log.error(error, 'the sender of webhooks failed'),
    onAttempt: metrics.countAttempt,
    // A claim must outlive the attempt it was made for.
    leaseMs: config.LIVEFACE_FETCH_TIMEOUT_MS + 20_000,
  })
  const gallery = createGallery({ database, masterKey })
  metrics.observeGallery(gallery)
  const services: Services = {
    config,
    database,
    engine,
    clients: createClients(database, masterKey, Date.now, audit.append),
    checks,
    rateLimits: createRateLimits(),
    admission,
    fetch: showsExample ? lendExamplePicture(fetch, config.dataDirectory, () => origins(app, config)) : fetch,
    evidence,
    audit,
    gallery,
    retention: createRetention({
      database,
      evidence,
      gallery,
      webhooks,
      audit,
      keepers: [challengeRecords, ...dialects.flatMap(({ records }) => records ?? [])],
      chores: [() => services.challenges.sweep(), () => services.checks.releaseDead()],
      onError: (error) => app.log.error(error, 'the sweep of old records failed'),
      mayErase: createClockGuard({ onJump: (message) => app.log.error(message) }),
    }),
    webhooks,
    challenges: createChallengeSessions({
      database,
      masterKey,
      checks,
      engine,
      dialect: 'verifyhq',
      policy: {
        livenessThreshold: config.LIVEFACE_LIVENESS_THRESHOLD,
        matchThreshold: config.LIVEFACE_MATCH_THRESHOLD,
        similarity: (first, second) => similarity(cosine(first, second)),
      },
      ...(config.LIVEFACE_EVIDENCE ? { evidence } : {}),
      onCompleted: async (transaction, session) => {
        await webhooks.enqueue(transaction, eventOf(session))
      },
    }),
  }
  const app = Fastify({
    logger: {
      ...loggerOptions(config.LIVEFACE_LOG_LEVEL),
      stream: given.logStream ?? logDestination(),
    },
    trustProxy: trustProxy(config.LIVEFACE_TRUST_PROXY),
    bodyLimit: textLimit,
    ...connectionOptions({
      headersMs: config.LIVEFACE_HEADERS_TIMEOUT_MS,
      requestMs: config.LIVEFACE_REQUEST_TIMEOUT_MS,
    }),
    genReqId: () => randomUUID(),
    // No hook runs before this answer: paths that cannot be decoded come here. Fastify's own would repeat them.
    frameworkErrors: (error, request, reply: FastifyReply) => {
      reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
      reply.code(error.statusCode ?? 400).header('cache-control', 'no-store')
      reply.send({ error: 'Bad Request' })
    },
    routerOptions: { caseSensitive: true },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  const disk = createDiskProbe(config.dataDirectory, (error) => {
    if (error) app.log.error({ err: error }, 'the data folder takes no writes')
    else app.log.info('the data folder takes writes again')
  })
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
    // Requests under way are waited for, native code that does not return is not.
    setTimeout(() => engine.close(0), config.LIVEFACE_GRACE_MS).unref()
  })
  // Answers hold what callers said about people: where nothing else is said of an answer, no cache keeps it.
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    // Idle connections were closed when closing began; one that was busy then would be waited for until its
    // keep-alive is over, more than a minute.
    if (closing) reply.header('connection', 'close')
  })
  markSandboxAnswers(app)
  metrics.register(app, { production: config.LIVEFACE_PRODUCTION, token: config.LIVEFACE_METRICS_TOKEN })
  tracing?.register(app)
  await app.register(helmet)
  leaveBodiesUnread(app)
  // An oversized file is marked, so that each dialect refuses it in its own order and words.
  await app.register(multipart, { throwFileSizeLimit: false })
  registerFallbacks(app)
  registerHealth(app, database, engine, disk)
  registerEvidence(app, services.evidence)
  for (const dialect of dialects) {
    await app.register(async (scope) => {
      metrics.nameDialect(scope, dialect.name)
      await dialect.register(scope, services)
    })
  }
  if (given.pages !== false) {
    const openInner = (innerFetch: GuardedFetch) => openInnerServer(buildServer, config, engine, innerFetch)
    await app.register((scope) => registerPages(scope, services, openInner))
  }
  if (config.docs) {
    const documents = dialects.map(({ name, title }) => ({ name: title, url: `/openapi/${name}.json` }))
    await serveDocsPage(app, documents)
  }
  // What was measured in sessions that nobody finished does not wait for the end of a retention period.
  let sweeps: NodeJS.Timeout | undefined
  const sweepSessions = () =>
    services.challenges.sweep().catch((error) => app.log.error(error, 'sweeping sessions failed'))
  app.addHook('onReady', async () => {
    await disk.start()
    webhooks.start()
    services.retention.start()
    sweeps = setInterval(sweepSessions, sessionLife).unref()
    // Searches that come before the end of this load what they need themselves.
    gallery.load().catch((error) => app.log.error(error, 'the gallery could not be loaded'))
  })
  app.addHook('onClose', async () => {
    disk.stop()
    clearInterval(sweeps)
    await Promise.all([webhooks.stop(), services.retention.stop()])
    await gallery.close()
    await engine.close()
    await database.destroy()
  })
  return { app, services, database, close: () => app.close() }
}

/** Where the server is reached, as far as it knows. */
function origins(app: FastifyInstance, { LIVEFACE_PUBLIC_URL: seen }: Config): string[] {
  const address = app.server.address()
  const own =
    address && typeof address === 'object' ? [app.listeningOrigin, `http://localhost:${address.port}`] : []
  return seen ? [...own, seen.replace(/\/$/, '')] : own
}

function allowsPrivateUrls(config: Config): boolean {
  return config.LIVEFACE_ALLOW_PRIVATE_URLS && !config.LIVEFACE_PRODUCTION
}

function webhookFormats() {
  return new Map(dialects.flatMap(({ name, webhooks }) => (webhooks ? [[name, webhooks] as const] : [])))
}

/** `/healthz`: the process answers. `/readyz`: workers run, the database is open and the data folder takes writes. */
function registerHealth(app: FastifyInstance, database: Database, engine: Engine, disk: DiskProbe): void {
  app.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'alive' }))
  app.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const { workers } = engine.stats()
    const databaseOpen = await ping(database).then(
      () => true,
      () => false,
    )
    const parts = { models: workers > 0, database: databaseOpen, disk: disk.isWritable() }
    const ready = Object.values(parts).every(Boolean)
    reply.code(ready ? 200 : 503)
    return { status: ready ? 'ready' : 'not ready', ...parts }
  })
}

/** Answers outside every dialect. Fastify's own would log the whole path, which may hold a session token. */
function registerFallbacks(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Not Found' }))
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return reply.code(status).send({ error: 'Bad Request' })
    request.log.error({ err: error }, 'request failed')
    return reply.code(500).send({ error: 'Internal Server Error' })
  })
}

function trustProxy(setting: string | undefined): boolean | string[] {
  if (!setting || setting === 'false') return false
  return setting === 'true' ? true : setting.split(',').map((address) => address.trim())
}

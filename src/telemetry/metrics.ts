import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { isSameText } from '../access/same-text.ts'
import type { Admission } from '../admission/index.ts'
import { EngineError } from '../engine/errors.ts'
import { type AroundCall, observeCalls } from '../engine/observe-calls.ts'
import type { Engine, FaceReport } from '../engine/types.ts'
import type { Gallery } from '../gallery/types.ts'
import type { Checks } from '../records/checks.ts'
import { eventLoopBuckets, watchEventLoop } from './event-loop.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Label of the metrics; absent outside the dialects. */
    dialect?: string
  }
}

export interface Metrics {
  /**
   * Counts and times every request of `app`, and serves GET /metrics: to all, but in production mode only to whoever
   * sends `Authorization: Bearer` with the token, and to nobody when there is none.
   */
  register(app: FastifyInstance, access: { production: boolean; token?: string | undefined }): void
  /** Names the dialect of every route that `scope` gets after this call. */
  nameDialect(scope: FastifyInstance, dialect: string): void
  /** The same engine, timed by stage. */
  observeEngine(engine: Engine): Engine
  /** Counts the requests that are under way, wait for room, and were refused. */
  observeAdmission(admission: Pick<Admission, 'stats'>): void
  /** The same checks, their verdicts counted. */
  observeChecks(checks: Checks): Checks
  /** Counts an attempt to deliver a webhook by how it left the delivery. */
  countAttempt(dialect: string, state: 'delivered' | 'failed' | 'pending'): void
  /** Counts the templates in memory. */
  observeGallery(gallery: Pick<Gallery, 'size'>): void
}

const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 2.5, 5, 10]
const stageBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const waitBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5]

/** One registry per server, so that two servers in one process do not count into each other. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  // Their delay has the sampling interval in it; liveface_event_loop_delay_seconds is right.
  for (const { name } of registry.getMetricsAsArray()) {
    if (name.startsWith('nodejs_eventloop_lag')) registry.removeSingleMetric(name)
  }
  const requests = new Histogram({
    name: 'liveface_http_request_duration_seconds',
    help: 'Time from request to answer, by dialect, route pattern and status.',
    labelNames: ['dialect', 'method', 'route', 'status'],
    buckets: requestBuckets,
    registers,
  })
  const verdicts = new Counter({
    name: 'liveface_verdicts_total',
    help: "Finished checks, in the dialect's own words.",
    labelNames: ['dialect', 'operation', 'status'],
    registers,
  })
  const stages = new Histogram({
    name: 'liveface_stage_duration_seconds',
    help: 'Time that one picture spent in a stage of the engine.',
    labelNames: ['stage'],
    buckets: stageBuckets,
    registers,
  })
  const waits = new Histogram({
    name: 'liveface_queue_wait_seconds',
    help: 'Time that one picture spent between server and worker: mostly waiting for a worker.',
    buckets: waitBuckets,
    registers,
  })
  const failures = new Counter({
    name: 'liveface_engine_failures_total',
    help: 'Pictures that the engine gave up on, by its own code: engine_busy, engine_timeout, engine_crashed.',
    labelNames: ['code'],
    registers,
  })
  const attempts = new Counter({
    name: 'liveface_webhook_attempts_total',
    help: 'Attempts to deliver a webhook: delivered, failed for good, or pending another attempt.',
    labelNames: ['dialect', 'state'],
    registers,
  })
  const eventLoop = new Histogram({
    name: 'liveface_event_loop_delay_seconds',
    help: 'By how much a timer of the main thread is late, looked at every 10 ms.',
    buckets: eventLoopBuckets,
    registers,
  })

  function observe(report: FaceReport): number {
    let sum = 0
    for (const [stage, milliseconds] of Object.entries(report.timings)) {
      stages.observe({ stage }, milliseconds / 1000)
      sum += milliseconds
    }
    return sum
  }

  const timed: AroundCall = async (_name, call, reportsOf) => {
    const start = performance.now()
    try {
      const result = await call()
      const sums = reportsOf(result).map(observe)
      waits.observe(Math.max(0, performance.now() - start - Math.max(...sums)) / 1000)
      return result
    } catch (error) {
      if (error instanceof EngineError) failures.inc({ code: error.code })
      throw error
    }
  }

  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })

  /** A count that somebody else keeps. */
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })

  function watch(engine: Engine): void {
    gauge('liveface_workers', 'Worker processes.', () => engine.stats().workers)
    gauge('liveface_queue_length', 'Pictures waiting for a worker.', () => engine.stats().queued)
    counter('liveface_pictures_total', 'Pictures that left the engine.', () => engine.stats().completed)
    const restarts = 'Workers replaced after a crash or a hang.'
    counter('liveface_worker_restarts_total', restarts, () => engine.stats().restarts)
  }

  return {
    register(app, { production, token }) {
      const stop = watchEventLoop(eventLoop)
      app.addHook('onClose', async () => stop())
      app.addHook('onResponse', async (request, reply) => {
        const { url, config } = request.routeOptions
        const labels = {
          dialect: config?.dialect ?? 'none',
          method: request.method,
          // The pattern, not the path: a path may hold a session token, and would grow the series without end.
          route: url ?? 'none',
          status: String(reply.statusCode),
        }
        requests.observe(labels, reply.elapsedTime / 1000)
      })
      app.get('/metrics', { logLevel: 'warn', schema: { hide: true } }, async (request, reply) => {
        if (production && !token) return reply.callNotFound()
        const { authorization = '' } = request.headers
        const given = /^bearer /i.test(authorization) ? authorization.slice('bearer '.length).trim() : ''
        if (production && token && !isSameText(given, token)) {
          return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'Unauthorized' })
        }
        reply.type(registry.contentType)
        return registry.metrics()
      })
    },

    nameDialect(scope, dialect) {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, dialect }
      })
    },

    countAttempt: (dialect, state) => attempts.inc({ dialect, state }),

    observeGallery(gallery) {
      gauge('liveface_gallery_templates', 'Enrolled templates in memory.', () => gallery.size())
    },

    observeEngine(engine) {
      watch(engine)
      return observeCalls(engine, timed)
    },

    observeAdmission(admission) {
      const underWay = 'Requests with pictures that are being worked on.'
      gauge('liveface_requests_under_way', underWay, () => admission.stats().underWay)
      const fetching = 'Requests whose pictures are being fetched from where their callers said.'
      gauge('liveface_requests_fetching', fetching, () => admission.stats().fetching)
      const waiting = 'Requests with pictures that wait for room.'
      gauge('liveface_requests_waiting', waiting, () => admission.stats().waiting)
      const refused = 'Requests asked to retry before their pictures were read.'
      counter('liveface_requests_refused_total', refused, () => admission.stats().refused)
    },

    observeChecks(checks) {
      return {
        ...checks,
        async complete(reservation, decide, course) {
          const outcome = await checks.complete(reservation, decide, course)
          const { dialect, operation } = reservation
          verdicts.inc({ dialect, operation, status: outcome.status })
          return outcome
        },
      }
    },
  }
}

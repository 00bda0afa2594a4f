/** What Prometheus may know: counts and times by dialect and stage, never who called or whom it was about. */
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Engine, FaceReport } from './engine/types.ts'
import type { Gallery } from './gallery/types.ts'
import type { Checks } from './records/checks.ts'

export interface Metrics {
  /** Counts and times every request of `app`, and serves GET /metrics. */
  register(app: FastifyInstance): void
  /** The same engine, timed by stage. */
  observeEngine(engine: Engine): Engine
  /** The same checks, their verdicts counted. */
  observeChecks(checks: Checks): Checks
  /** Counts an attempt to deliver a webhook by how it left the delivery. */
  countAttempt(dialect: string, state: 'delivered' | 'failed' | 'pending'): void
  /** Tells how many templates are in memory. */
  observeGallery(gallery: Pick<Gallery, 'size'>): void
}

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const stageBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

/** One registry per server, so that two servers in one process do not count into each other. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'liveface_http_request_seconds',
    help: 'Time from request to answer, by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: secondsBuckets,
    registers,
  })
  const verdicts = new Counter({
    name: 'liveface_verdicts_total',
    help: "Finished checks, in the dialect's own words.",
    labelNames: ['dialect', 'operation', 'status'],
    registers,
  })
  const stages = new Histogram({
    name: 'liveface_stage_seconds',
    help: 'Time that one picture spent in a stage of the engine.',
    labelNames: ['stage'],
    buckets: stageBuckets,
    registers,
  })

  function observe(report: FaceReport): FaceReport {
    for (const [stage, milliseconds] of Object.entries(report.timings))
      stages.observe({ stage }, milliseconds / 1000)
    return report
  }

  const attempts = new Counter({
    name: 'liveface_webhook_attempts_total',
    help: 'Attempts to deliver a webhook: delivered, failed for good, or pending another attempt.',
    labelNames: ['dialect', 'state'],
    registers,
  })

  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })

  function watch(engine: Engine): void {
    gauge('liveface_workers', 'Worker threads.', () => engine.stats().workers)
    gauge('liveface_queue_length', 'Pictures waiting for a worker.', () => engine.stats().queued)
    gauge('liveface_pictures', 'Pictures analysed since the start.', () => engine.stats().completed)
    gauge(
      'liveface_worker_restarts',
      'Workers replaced after a crash or a hang.',
      () => engine.stats().restarts,
    )
  }

  return {
    register(app) {
      app.addHook('onResponse', async (request, reply) => {
        const labels = {
          method: request.method,
          // The pattern, not the path: a path may hold a session token, and would grow the series without end.
          route: request.routeOptions.url ?? 'none',
          status: String(reply.statusCode),
        }
        requests.observe(labels, reply.elapsedTime / 1000)
      })
      app.get('/metrics', { logLevel: 'warn', schema: { hide: true } }, async (_request, reply) => {
        reply.type(registry.contentType)
        return registry.metrics()
      })
    },

    countAttempt: (dialect, state) => attempts.inc({ dialect, state }),

    observeGallery(gallery) {
      gauge('liveface_gallery_templates', 'Enrolled templates in memory.', () => gallery.size())
    },

    observeEngine(engine) {
      watch(engine)
      return {
        stats: () => engine.stats(),
        close: () => engine.close(),
        analyse: async (picture, options) => observe(await engine.analyse(picture, options)),
        async compare(first, second, options) {
          const report = await engine.compare(first, second, options)
          observe(report.first)
          observe(report.second)
          return report
        },
      }
    },

    observeChecks(checks) {
      return {
        ...checks,
        async complete(reservation, decide) {
          const outcome = await checks.complete(reservation, decide)
          const { dialect, operation } = reservation
          verdicts.inc({ dialect, operation, status: outcome.status })
          return outcome
        },
      }
    },
  }
}

import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type AroundCall, observeCalls } from '../engine/observe-calls.ts'
import type { Engine } from '../engine/types.ts'
import { readHeader } from '../receive/header.ts'
import type { Attributes, Span, SpanExporter } from './otlp.ts'

/** Spans of requests and of the engine's stages: what was done and for how long, never for whom. */
export interface Tracing {
  /** Traces every request of `app` from now on. */
  register(app: FastifyInstance): void
  /** The same engine, each call a span with its stages under the request's. */
  observeEngine(engine: Engine): Engine
  /** Sends what is left. */
  close(): Promise<void>
}

/** A request under way, and the spans below it. */
interface Trace {
  traceId: string
  spanId: string
  parentSpanId?: string
  start: number
  below: Span[]
}

/** @param sampled share of the traces that are kept, 0..1; a caller's own decision counts more */
export function createTracing(exporter: SpanExporter, sampled = 1): Tracing {
  const current = new AsyncLocalStorage<Trace>()
  const traces = new WeakMap<object, Trace>()

  function below(trace: Trace, parentSpanId: string, name: string, times: [number, number]): Span {
    const [start, end] = times
    const { traceId } = trace
    const attributes: Attributes = {}
    return {
      traceId,
      spanId: newId(8),
      parentSpanId,
      name,
      kind: 'internal',
      start,
      end,
      attributes,
      failed: false,
    }
  }

  /**
   * One span for the call and one for each stage of each picture. A worker goes through the stages one after the
   * other and reports how long each took: they are laid before the end, in their order.
   */
  const traced: AroundCall = async (name, run, reportsOf) => {
    const trace = current.getStore()
    if (!trace) return run()
    const start = unixTime()
    try {
      const result = await run()
      const call = below(trace, trace.spanId, name, [start, unixTime()])
      trace.below.push(call)
      for (const { timings } of reportsOf(result)) {
        const spent = Object.values(timings).reduce((sum, stage) => sum + stage, 0)
        let at = Math.max(start, call.end - spent)
        for (const [stage, milliseconds] of Object.entries(timings)) {
          trace.below.push(below(trace, call.spanId, stage, [at, at + milliseconds]))
          at += milliseconds
        }
      }
      return result
    } catch (error) {
      const failed = below(trace, trace.spanId, name, [start, unixTime()])
      trace.below.push({ ...failed, failed: true })
      throw error
    }
  }

  return {
    register(app) {
      app.addHook('onRequest', async (request) => {
        const parent = readParent(readHeader(request, 'traceparent'))
        if (parent ? !parent.sampled : Math.random() >= sampled) return
        traces.set(request, {
          traceId: parent?.traceId ?? newId(16),
          spanId: newId(8),
          ...(parent ? { parentSpanId: parent.spanId } : {}),
          start: unixTime(),
          below: [],
        })
      })
      // Only now, because the events of a body's stream come from before the request.
      app.addHook('preHandler', (request, _reply, done) => {
        const trace = traces.get(request)
        if (trace) current.run(trace, done)
        else done()
      })
      app.addHook('onResponse', async (request, reply) => {
        const trace = traces.get(request)
        // An operator's own looks at the server are no traffic.
        if (!trace || request.routeOptions.logLevel === 'warn') return
        const { url = 'none', config } = request.routeOptions
        const { traceId, spanId, parentSpanId, start } = trace
        const span: Span = {
          traceId,
          spanId,
          ...(parentSpanId ? { parentSpanId } : {}),
          name: `${request.method} ${url}`,
          kind: 'server',
          start,
          end: unixTime(),
          attributes: {
            'http.request.method': request.method,
            'http.route': url,
            'http.response.status_code': reply.statusCode,
            'liveface.dialect': config?.dialect ?? 'none',
            'liveface.request_id': request.id,
          },
          failed: reply.statusCode >= 500,
        }
        exporter.add([span, ...trace.below])
      })
    },

    observeEngine: (engine) => observeCalls(engine, traced),

    close: exporter.close,
  }
}

/** The caller's span, from the header of the W3C. */
function readParent(header: string | undefined) {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(header ?? '')
  if (!match || header?.startsWith('ff')) return null
  const [, traceId, spanId, flags] = match as unknown as [string, string, string, string]
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}

function unixTime(): number {
  return performance.timeOrigin + performance.now()
}

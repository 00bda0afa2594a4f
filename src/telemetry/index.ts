/** What an operator may see of a running server: metrics for Prometheus, traces. Never who called, nor about whom. */
import type { Config } from '../config/index.ts'
import { createSpanExporter } from './otlp.ts'
import { createTracing, type Tracing } from './tracing.ts'

export { createMetrics, type Metrics } from './metrics.ts'
export type { Tracing } from './tracing.ts'

/** Traces when a collector is named, else none. */
export function openTracing(config: Config, onError: (error: unknown) => void): Tracing | null {
  const { endpoint, headers, serviceName, sampled } = config.tracing
  if (!endpoint) return null
  const exporter = createSpanExporter({ endpoint, serviceName, onError, ...(headers ? { headers } : {}) })
  return createTracing(exporter, sampled)
}

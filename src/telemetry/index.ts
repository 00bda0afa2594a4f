/** What an operator may see of a running server: metrics for Prometheus. Never who called, nor about whom. */
export { createMetrics, type Metrics } from './metrics.ts'

import type { Histogram } from 'prom-client'

/** Milliseconds between two readings. */
const interval = 10

/** Seconds. Fine around 15 ms: more than that on the main thread and every request feels it. */
export const eventLoopBuckets = [
  0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 1,
]

/**
 * Records by how much a timer of the main thread is late. It is a sampler of our own because the one in perf_hooks
 * reports its interval as if it were delay (10 ms on an idle process), and gives quantiles since its last reset, which
 * neither add up over servers nor suit two readers.
 * @returns stops it
 */
export function watchEventLoop(histogram: Pick<Histogram, 'observe'>): () => void {
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    histogram.observe(Math.max(0, now - last - interval) / 1000)
    last = now
  }, interval)
  timer.unref()
  return () => clearInterval(timer)
}

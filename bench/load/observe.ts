/** What a server under load did, as its callers, its own metrics and the operating system tell. */
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { quantileBetween, sumOf } from './exposition.ts'
import type { Hit } from './generators.ts'
import type { ServerProcess } from './server-process.ts'
import { quantileOf, round } from './statistics.ts'
import { readUsage } from './usage.ts'

/** Answers in the first moments of a load are to requests that met an idle server. */
export const settleSeconds = 1

export interface Observed {
  answeredPerSecond: number
  busyPerSecond: number
  /** Answers that were neither right nor the dialect's busy, and requests that got none. */
  wrong: number
  /** Of answered requests. */
  milliseconds: { p50: number; p95: number; p99: number }
  eventLoopDelayP99Ms: number
  /** Of the server, per answered request: all threads, and the main thread alone. */
  processorMsPerRequest: number
  mainThreadMsPerRequest: number
  /** What the load generator took of the whole machine, 0..1. */
  generatorShare: number
}

/** Measures from a moment after the load began until its end; then lets the server come to rest. */
export async function observe(
  server: ServerProcess,
  load: () => Promise<Hit[]>,
  forSeconds: number,
): Promise<Observed> {
  const running = load()
  await sleep(1000 * settleSeconds)
  const start = await snapshot(server)
  await sleep(1000 * forSeconds)
  const end = await snapshot(server)
  const hits = (await running).filter(({ at }) => at >= start.at && at <= end.at)
  await comeToRest(server)
  const answered = hits.filter(({ verdict }) => verdict === 'answered')
  const times = answered.map(({ milliseconds }) => milliseconds)
  const busy = hits.filter(({ verdict }) => verdict === 'busy').length
  const elapsed = (end.at - start.at) / 1000
  const delay = quantileBetween(start.metrics, end.metrics, 'liveface_event_loop_delay_seconds', 0.99)
  return {
    answeredPerSecond: round(answered.length / elapsed),
    busyPerSecond: round(busy / elapsed),
    wrong: hits.length - answered.length - busy,
    milliseconds: {
      p50: round(quantileOf(times, 0.5)),
      p95: round(quantileOf(times, 0.95)),
      p99: round(quantileOf(times, 0.99)),
    },
    eventLoopDelayP99Ms: round(1000 * delay),
    processorMsPerRequest: round((end.usage.processor - start.usage.processor) / answered.length),
    mainThreadMsPerRequest: round((end.usage.mainThread - start.usage.mainThread) / answered.length, 2),
    generatorShare: round((end.own - start.own) / (1000 * elapsed * availableParallelism()), 3),
  }
}

async function snapshot(server: ServerProcess) {
  const metrics = await server.metrics()
  const { user, system } = process.cpuUsage()
  return { metrics, usage: readUsage(server.pid), own: (user + system) / 1000, at: performance.now() }
}

/** Waits until no picture is queued or under way. */
export async function comeToRest(server: ServerProcess): Promise<void> {
  while (sumOf(await server.metrics(), 'liveface_queue_length') > 0) await sleep(100)
  await sleep(500)
}

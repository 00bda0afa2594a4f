import type { FastifyBaseLogger } from 'fastify'
import { type Admission, createAdmission } from '../admission/index.ts'
import type { Config } from '../config/index.ts'
import { createEngine } from '../engine/index.ts'
import type { Engine } from '../engine/types.ts'
import { createMetrics, type Metrics, openTracing, type Tracing } from '../telemetry/index.ts'
import type { Closing } from './closing.ts'

export interface ObservedEngine {
  engine: Engine
  admission: Admission
  metrics: Metrics
  /** Null when no collector is named. */
  tracing: Tracing | null
}

/** The engine, with those who watch each call: admission, metrics and, where a collector is named, tracing. */
export async function openObservedEngine(
  config: Config,
  log: FastifyBaseLogger,
  closing: Closing,
  given?: Engine,
): Promise<ObservedEngine> {
  const metrics = createMetrics()
  const admission = createAdmission(config.admission)
  const opened = closing.add(given ?? (await createEngine(config.engine)), (engine) => engine.close())
  const tracing = openTracing(config, (error) => log.warn({ err: error }, 'traces could not be sent'))
  closing.add(tracing, () => tracing?.close())
  const watched = metrics.observeEngine(admission.observeEngine(opened))
  metrics.observeAdmission(admission)
  return { engine: tracing?.observeEngine(watched) ?? watched, admission, metrics, tracing }
}

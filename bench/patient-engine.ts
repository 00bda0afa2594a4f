import { createEngine, type Engine } from '../src/engine/index.ts'

/**
 * An engine for measurements of accuracy: a busy machine changes no number, so each picture may wait five minutes for it.
 * EVAL_WORKERS is its number of workers, 1 unless set. Whoever asks for it closes it.
 */
export function createPatientEngine(): Promise<Engine> {
  return createEngine({ workers: Number(process.env.EVAL_WORKERS ?? 1), timeoutMs: 5 * 60_000 })
}

/** The module each worker thread runs: opens one set of sessions, then analyses one picture at a time. */
import { getPriority, setPriority } from 'node:os'
import { workerData } from 'node:worker_threads'
import { openSessions } from './models/index.ts'
import { capture, type Outcome, release } from './outcome.ts'
import { createPipeline, type Pipeline, type PipelineCall, type PipelineOptions } from './pipeline.ts'
import { pipelineNets } from './pipeline-nets.ts'
import type { WorkerCall } from './pool.ts'
import type { FaceReport } from './types.ts'

export interface WorkerOptions extends PipelineOptions {
  /** Where compiled models are kept. */
  modelsDirectory?: string
}

export interface PictureTask {
  bytes: Uint8Array
  call: PipelineCall
}

/**
 * Puts this thread behind those that wait for its results: on a machine where all cores analyse, the main thread would
 * otherwise wait its turn for milliseconds, and everybody's answers with it. Only Linux can tell threads apart.
 */
function stepBack(by = 5): void {
  if (process.platform === 'linux') setPriority(0, Math.min(19, getPriority(0) + by))
}

stepBack()

/** Kept as an outcome: a module that fails to load would be started again and again. */
const opened: Promise<Outcome<Pipeline>> = capture(() => openPipeline(workerData as WorkerOptions))

async function openPipeline({ modelsDirectory, ...options }: WorkerOptions): Promise<Pipeline> {
  const where = modelsDirectory ? { cacheDirectory: modelsDirectory } : {}
  return createPipeline(await openSessions(pipelineNets, where), options)
}

/** Resolves once the models are loaded, whether or not that went well; each call then says what went wrong. */
export default opened.then(() => analyse)

function analyse(call: WorkerCall<PictureTask>): Promise<Outcome<FaceReport | null>> {
  return capture(async () => {
    const pipeline = release(await opened)
    return 'task' in call ? pipeline.analyse(call.task.bytes, call.task.call) : null
  })
}

/** Picture bytes in, measurements out: the whole public face of the engine. It keeps nothing between calls. */
import { availableParallelism } from 'node:os'
import { PictureError } from './errors.ts'
import { cosine, similarity } from './face/index.ts'
import { compileModels } from './models/index.ts'
import { pipelineNets } from './pipeline-nets.ts'
import { WorkerPool } from './pool.ts'
import type { AnalyseOptions, Engine, FaceReport } from './types.ts'
import type { PictureTask, WorkerOptions } from './worker.ts'

export * from './errors.ts'
export { cosine, similarity, templateLength } from './face/index.ts'
export type * from './types.ts'

export interface EngineOptions {
  /** Worker threads, each with its own set of nets (about 120 MB). Default: one per core. */
  workers?: number
  /** Pictures that may wait for a worker; one more is refused with engine_busy. Default: 8 per worker. */
  maxQueue?: number
  /** Longest analysis of one picture in milliseconds, waiting not counted. Default 15 000. */
  timeoutMs?: number
  /** Most pixels, width x height, of a picture. Default 40 million. */
  pixelLimit?: number
  /** Longer side, in pixels, at which pictures are analysed at most. Default 1280. */
  longestSide?: number
  /** Folder of compiled models. Default: .cache/models in the package. */
  modelsDirectory?: string
}

/**
 * Compiles what the models folder lacks, starts the workers and loads the nets in each.
 *
 * @throws EngineError model_missing, model_damaged
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { workers = availableParallelism(), maxQueue = 8 * workers, timeoutMs = 15_000, ...rest } = options
  const { modelsDirectory } = rest
  // Once here, before the workers do: none of them waits for, or repeats, another's work.
  await compileModels({
    names: pipelineNets,
    ...(modelsDirectory ? { cacheDirectory: modelsDirectory } : {}),
  })
  const pool = new WorkerPool<PictureTask, FaceReport>({
    file: new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url),
    workerData: rest satisfies WorkerOptions,
    workers,
    maxQueue,
    timeoutMs,
  })
  await pool.prepare()

  function analyse(picture: Uint8Array, { signal, ...call }: AnalyseOptions = {}): Promise<FaceReport> {
    // The caller keeps its bytes; the copy moves to the worker.
    const bytes = new Uint8Array(picture)
    return pool.run({ bytes, call }, [bytes.buffer], signal)
  }

  return {
    analyse,
    compare: async (first, second, call = {}) => {
      const want = { ...call.want, template: true }
      const sides = [analyse(first, { ...call, want }), analyse(second, { ...call, want })] as const
      const [a, b] = await Promise.allSettled(sides)
      if (a.status === 'rejected') throw named(a.reason, 'first')
      if (b.status === 'rejected') throw named(b.reason, 'second')
      const templates = [a.value.subject?.template, b.value.subject?.template] as const
      const between = templates[0] && templates[1] ? cosine(templates[0], templates[1]) : null
      return {
        similarity: between === null ? null : similarity(between),
        cosine: between,
        first: a.value,
        second: b.value,
      }
    },
    stats: () => pool.stats(),
    close: () => pool.close(),
  }
}

function named(error: unknown, which: 'first' | 'second'): unknown {
  if (error instanceof PictureError) error.which = which
  return error
}

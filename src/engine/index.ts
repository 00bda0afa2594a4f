/** Picture bytes in, measurements out: the whole public face of the engine. It keeps nothing between calls. */
import { availableParallelism } from 'node:os'
import { padNetInUse } from './added/folder.ts'
import { EngineError, PictureError } from './errors.ts'
import { cosine, similarity } from './face/index.ts'
import { findModels } from './models/index.ts'
import { pipelineNets } from './pipeline-nets.ts'
import type { AnalyseOptions, Engine, FaceReport } from './types.ts'
import { createHarmfulPictures } from './workers/harmful-pictures.ts'
import type { PictureResult, PictureTask, PictureWorkerOptions } from './workers/picture-worker.ts'
import { type RunOptions, WorkerPool } from './workers/pool.ts'

export * from './errors.ts'
export { cosine, similarity, templateLength } from './face/index.ts'
export { overlay } from './scene/index.ts'
export type * from './types.ts'

export interface EngineOptions {
  /** Worker processes, each with its own set of nets. Default: one per core. */
  workers?: number
  /** Pictures that may wait for a worker; one more is refused with engine_busy. Default: 8 per worker. */
  maxQueue?: number
  /** Longest analysis of one picture in milliseconds, waiting not counted. Default 15 000. */
  timeoutMs?: number
  /** Resident memory in bytes above which a worker is ended; enforced on Linux. Default 1.5 GiB. */
  memoryLimit?: number
  /** Maximum pixels, width x height, that are decoded of a picture; a JPEG may have more. Default 50 million. */
  pixelLimit?: number
  /** Longer side, in pixels, at which pictures are analysed at most. Default 1280. */
  longestSide?: number
  /** Folder of compiled models. Default: .cache/models in the package. */
  modelsDirectory?: string
  /** Folder of nets that were added with `liveface models add`. Default: none are used. */
  addedNetsDirectory?: string
}

/**
 * Starts the workers and loads the nets in each. The nets must have been compiled: `npx liveface models build`.
 *
 * @throws EngineError model_missing, model_damaged: the message names the file, and that command where it helps; Error when
 *   the added net in use cannot be read
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const {
    workers = availableParallelism(),
    maxQueue = 8 * workers,
    timeoutMs = 15_000,
    memoryLimit = 1.5 * 2 ** 30,
    addedNetsDirectory,
    ...openWith
  } = options
  const { modelsDirectory } = openWith
  // Looked up once: a worker that is replaced later judges as the others do.
  const pad = addedNetsDirectory === undefined ? null : await padNetInUse(addedNetsDirectory)
  // Before a process is started for nothing: each worker looks at its files itself.
  await findModels(pipelineNets, modelsDirectory)
  const harmful = createHarmfulPictures()
  const pool = new WorkerPool<PictureTask, PictureResult>({
    file: new URL(
      `./workers/picture-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
      import.meta.url,
    ),
    openWith: { ...openWith, pad } satisfies PictureWorkerOptions,
    workers,
    maxQueue,
    timeoutMs,
    memoryLimit,
    onDeath: ({ bytes }) => harmful.blame(bytes),
  })
  await pool.prepare()

  async function run<R extends PictureResult>(task: PictureTask, options: RunOptions): Promise<R> {
    harmful.check(task.bytes)
    // A copy, for a task may wait and the caller keeps its bytes.
    return (await pool.run({ ...task, bytes: new Uint8Array(task.bytes) }, options)) as R
  }

  function analyse(bytes: Uint8Array, options: AnalyseOptions = {}): Promise<FaceReport> {
    const { signal, urgent, ...call } = options
    return run({ kind: 'analyse', bytes, call }, { signal, urgent })
  }

  return {
    analyse,
    redraw: (bytes, longestSide) => run({ kind: 'redraw', bytes, longestSide }, { urgent: true }),
    compare: async (first, second, call = {}) => {
      const want = { ...call.want, template: true }
      const one = analyse(first, { ...call, want })
      const other = analyse(second, { ...call, want }).catch(async (error) => {
        if (!(error instanceof EngineError && error.code === 'engine_busy')) throw error
        // There was room for one of them alone: the second comes after the first, if that is taken.
        await one
        return analyse(second, { ...call, want, urgent: true })
      })
      const [a, b] = await Promise.allSettled([one, other])
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
    close: (graceMs) => pool.close(graceMs),
  }
}

function named(error: unknown, which: 'first' | 'second'): unknown {
  if (error instanceof PictureError) error.which = which
  return error
}

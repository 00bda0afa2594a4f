import type { Config } from './config.ts'
import { createEngine } from './engine/index.ts'
import type { Engine } from './engine/types.ts'

/** An engine as the settings describe it. The caller closes it. */
export function openEngine(config: Config): Promise<Engine> {
  return createEngine({
    workers: config.LIVEFACE_WORKERS,
    maxQueue: config.queue,
    timeoutMs: config.LIVEFACE_PICTURE_TIMEOUT_MS,
    memoryLimit: config.LIVEFACE_WORKER_MEMORY_MB * 2 ** 20,
    pixelLimit: config.LIVEFACE_PIXEL_LIMIT,
    ...(config.LIVEFACE_MODELS_DIR ? { modelsDirectory: config.LIVEFACE_MODELS_DIR } : {}),
  })
}

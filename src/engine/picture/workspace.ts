import { type BufferPool, createBufferPool } from './buffer-pool.ts'
import { createKernel, type Kernel } from './kernel.ts'
import { createMip, type Mip } from './mip.ts'

/** The kernel that samples pictures, and the halved copies that lie in its memory. */
export interface Sampler {
  readonly kernel: Kernel
  readonly mip: Mip
}

/**
 * Memory that is reused from one picture to the next. A worker has one; no result depends on which one a picture has.
 */
export interface Workspace {
  readonly buffers: BufferPool
  /** Made when it is first asked for: many a picture is only decoded. */
  readonly sampler: Sampler
}

export function createWorkspace(): Workspace {
  let sampler: Sampler | undefined
  return {
    buffers: createBufferPool(),
    get sampler() {
      sampler ??= createSampler()
      return sampler
    },
  }
}

function createSampler(): Sampler {
  const kernel = createKernel()
  return { kernel, mip: createMip(kernel) }
}

import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface DiskProbe {
  /** Whether the data folder took the last write. True before the first. */
  isWritable(): boolean
  /** Tries at once, then every few seconds until `stop`. */
  start(): Promise<void>
  stop(): void
}

export const probeFile = '.write-probe'
/** More than what is left in pages that are allocated already, little beside one picture. */
const probeBytes = 64 * 1024

/**
 * Writes to the data folder now and then: a server whose disk is full or has become read-only can read its database and
 * refuses every check.
 * @param onChange hears what stands in the way, and null when it is over
 */
export function createDiskProbe(
  directory: string,
  onChange: (error: unknown) => void,
  intervalMs = 5000,
): DiskProbe {
  const path = join(directory, probeFile)
  let writable = true
  let timer: NodeJS.Timeout | undefined
  let probing: Promise<void> | null = null

  /** One write at a time: on a slow disk two of them would remove each other's file and call that a full disk. */
  function probe(): Promise<void> {
    probing ??= writeOnce().finally(() => {
      probing = null
    })
    return probing
  }

  async function writeOnce(): Promise<void> {
    const error = await write(path).then(
      () => null,
      (cause: unknown) => cause,
    )
    if (writable !== (error === null)) onChange(error)
    writable = error === null
  }

  return {
    isWritable: () => writable,
    async start() {
      timer = setInterval(probe, intervalMs).unref()
      await probe()
    },
    stop: () => clearInterval(timer),
  }
}

async function write(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(Buffer.alloc(probeBytes))
    await file.datasync()
  } finally {
    await file.close()
  }
  // Another server on the same folder may have removed it already.
  await rm(path, { force: true })
}

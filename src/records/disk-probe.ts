import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createWriteProbe, type WriteProbe } from './write-probe.ts'

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
  intervalMs?: number,
): WriteProbe {
  const path = join(directory, probeFile)
  return createWriteProbe(() => write(path), onChange, intervalMs)
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

import { readFileSync } from 'node:fs'

/** Often enough that a worker that allocates a gigabyte a second is caught in time, rare beside a picture's 50 ms. */
const intervalMs = 200

/** Linux counts in pages; all processors that Node's builds for it support use this size or say so here. */
const pageSize = 4096

/**
 * Calls `onExceeded` with the resident bytes of the process when they are above `limit`, once.
 * Reads /proc and so does nothing on other systems.
 * @returns stops watching
 */
export function watchMemory(
  pid: number | undefined,
  limit: number,
  onExceeded: (bytes: number) => void,
): () => void {
  if (process.platform !== 'linux' || pid === undefined) return () => {}
  const timer = setInterval(() => {
    const bytes = residentMemory(pid)
    if (bytes <= limit) return
    clearInterval(timer)
    onExceeded(bytes)
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Resident bytes of a process; 0 when it is gone. */
function residentMemory(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * pageSize
  } catch {
    return 0
  }
}

import { type FileHandle, open } from 'node:fs/promises'

/** Makes what SQLite has written to its log durable, off the main thread. */
export interface DurableLog {
  /**
   * Resolves when everything that was in the log at the call is on the disk. Calls that come while one is under way
   * share the next.
   * @throws what the operating system says; from then on always, for it forgets what it could not write
   */
  sync(): Promise<void>
  close(): Promise<void>
}

/** @param flush writes the log's pages to the disk */
export function createDurableLog(flush: () => Promise<void>, close = async () => {}): DurableLog {
  let underWay: Promise<void> | null = null
  let next: Promise<void> | null = null
  let failure: { cause: unknown } | null = null

  async function run(): Promise<void> {
    if (failure) throw failure.cause
    try {
      await flush()
    } catch (cause) {
      failure = { cause }
      throw cause
    } finally {
      underWay = null
    }
  }

  function start(): Promise<void> {
    underWay = run()
    return underWay
  }

  return {
    sync() {
      if (failure) return Promise.reject(failure.cause)
      // Also when the one under way is just over: the next one has not begun.
      if (next) return next
      if (!underWay) return start()
      // The one under way may have begun before the caller's pages were written.
      next = underWay
        .catch(() => {})
        .then(() => {
          next = null
          return start()
        })
      return next
    },
    async close() {
      await (next ?? underWay)?.catch(() => {})
      await close()
    },
  }
}

/** The log beside a SQLite file, opened when it is first needed: SQLite makes it with its first write. */
export function openDurableLog(databaseFile: string): DurableLog {
  let opened: Promise<FileHandle> | null = null
  return createDurableLog(
    async () => {
      // Not a second handle of the database itself: closing one would drop SQLite's locks on it.
      opened ??= open(`${databaseFile}-wal`, 'r+')
      await (await opened).datasync()
    },
    async () => {
      await (await opened?.catch(() => null))?.close()
    },
  )
}

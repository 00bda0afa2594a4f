import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { startThread } from '../process/thread.ts'

/**
 * Brings what is in SQLite's log into its file, by another thread: a commit that does so itself, every thousandth page,
 * waits for the disk twice, and with it every other request of the main thread (10 to 20 ms).
 */
export interface Checkpoints {
  /** Reports a commit that wrote something. */
  wrote(): void
  /**
   * Brings all of the log over and cuts its file to nothing. No transaction of this process may be open.
   * @returns false when another process reads or writes at this moment
   * @throws what SQLite says, as of a full disk
   */
  empty(): Promise<boolean>
  /** Waits for what is under way and ends the thread. */
  close(): Promise<void>
}

/** Orders to the thread: bring the log over, the same and empty it, or end. */
export type CheckpointOrder = 'checkpoint' | 'empty' | 'close'
/** What it answers: that it has done so, or whether the log is empty. */
export type CheckpointReport = 'done' | { emptied: boolean } | { failed: string }

/**
 * Pages of the log (of 4 KiB) after which a commit brings them over itself. Where commits follow each other without a
 * pause the log never starts over, as the thread is always some pages behind: the remaining pages are then copied quickly.
 */
export const maxLogPages = 4000

/** @param every commits from one checkpoint to the next; a commit writes 3 to 12 pages */
export function openCheckpoints(file: string, every = 200): Checkpoints {
  let thread: Worker | null = null
  let commits = 0
  let underWay = false
  /** Who waits for an empty log, in the order of asking, which is that of the answers. */
  const askers: { resolve(emptied: boolean): void; reject(error: Error): void }[] = []

  function start(): Worker {
    const started = startThread(import.meta.url, 'checkpoint-worker', { file })
    const over = () => {
      underWay = false
    }
    started.on('message', (report: CheckpointReport) => {
      if (report === 'done') return over()
      const asker = askers.shift()
      if ('failed' in report) asker?.reject(new Error(report.failed))
      else asker?.resolve(report.emptied)
    })
    // A checkpoint that failed, be it for a full disk, has lost nothing; the next comes with another thread.
    started.on('error', over)
    started.on('exit', () => {
      over()
      thread = null
      for (const { reject } of askers.splice(0))
        reject(new Error('The thread that empties the log has ended.'))
    })
    return started
  }

  const send = (order: CheckpointOrder) => thread?.postMessage(order)

  return {
    wrote() {
      commits++
      if (commits < every || underWay) return
      commits = 0
      underWay = true
      thread ??= start()
      send('checkpoint')
    },
    async empty() {
      thread ??= start()
      // Whoever waits for this is not to be left by a process that has nothing else to do.
      thread.ref()
      try {
        return await new Promise<boolean>((resolve, reject) => {
          askers.push({ resolve, reject })
          send('empty')
        })
      } finally {
        if (askers.length === 0) thread?.unref()
      }
    },
    async close() {
      if (!thread) return
      const exited = once(thread, 'exit').catch(() => {})
      // Until then the process may have nothing else to wait for.
      thread.ref()
      send('close')
      await exited
    },
  }
}

import type { Worker } from 'node:worker_threads'
import { startThread } from '../process/thread.ts'
import type { GalleryMemory } from './layout.ts'
import { createScan, type Hit, type Scan, type ScanTask } from './scan.ts'

export interface Scanner {
  scan(task: ScanTask): Promise<Hit[][]>
  close(): Promise<void>
}

interface Job {
  task: ScanTask
  resolve: (hits: Hit[][]) => void
  reject: (error: Error) => void
}

/**
 * Scans small tasks at once and hands large ones, one after the other, to a thread of its own.
 * @param inlineRows most rows that are scanned on the calling thread; 20 000 take well under a millisecond
 */
export function createScanner(memory: GalleryMemory, inlineRows = 20_000): Scanner {
  const inline: Scan = createScan(memory, 0)
  const queue: Job[] = []
  let worker: Worker | undefined
  let current: Job | undefined
  let closed = false

  function startWorker(): Worker {
    const started = startThread(import.meta.url, 'scan-worker', { memory })
    started.on('message', (hits: Hit[][]) => {
      const done = current
      current = undefined
      done?.resolve(hits)
      next()
    })
    started.on('error', (error) => fail(started, error))
    started.on('exit', () => fail(started, new Error('The thread that scans galleries ended.')))
    return started
  }

  /** The job under way fails; the next one gets a new thread. */
  function fail(from: Worker, error: Error): void {
    if (worker !== from) return
    worker = undefined
    const failed = current
    current = undefined
    failed?.reject(error)
    if (!closed) next()
  }

  function next(): void {
    if (current) return
    current = queue.shift()
    if (!current) {
      worker?.unref()
      return
    }
    worker ??= startWorker()
    worker.ref()
    worker.postMessage(current.task)
  }

  return {
    async scan(task) {
      if (closed) throw new Error('The gallery is closed.')
      if (task.to - task.from <= inlineRows) return inline(task)
      return new Promise((resolve, reject) => {
        queue.push({ task, resolve, reject })
        next()
      })
    },
    async close() {
      closed = true
      const error = new Error('The gallery is closed.')
      for (const job of queue.splice(0)) job.reject(error)
      const ending = worker
      await ending?.terminate()
    },
  }
}

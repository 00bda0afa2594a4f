import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Piscina } from 'piscina'
import { EngineError } from './errors.ts'
import { type Outcome, release } from './outcome.ts'
import type { EngineStats } from './types.ts'

export interface PoolOptions {
  /** Module whose default export, or the promise it is, takes a `WorkerCall` and gives an `Outcome`. */
  file: URL
  /** Handed to each worker as `workerData`. */
  workerData: unknown
  workers: number
  /** Tasks that may wait for a worker; one more is refused with engine_busy. */
  maxQueue: number
  /** Longest run of one task in milliseconds; waiting does not count. The worker is then replaced. */
  timeoutMs: number
}

/** `prepare` waits until the worker has loaded its models. */
export type WorkerCall<Task> = { prepare: true } | { task: Task }

interface Job<Task, Result> {
  task: Task
  transfer: ArrayBuffer[]
  resolve: (result: Result) => void
  reject: (error: unknown) => void
  /** Stops listening to the caller's signal. */
  detach: () => void
}

/** Loading the models takes longer than any picture may, and a shared machine can be slow at it. */
const prepareLimitMs = 120_000

/**
 * MiB that a worker's heap and its pictures may grow to before its first full garbage collection. V8's own guess shrinks
 * with the worker's small heap of code: full collections then come at every second or third picture, on helper threads
 * besides, and take a fifth of all processor time.
 */
const initialHeap = 64

/**
 * A fixed number of worker threads, each running one task at a time, behind a bounded first-in first-out queue.
 *
 * The queue is kept here and not in piscina: a caller who goes away must not kill the worker of a task that has
 * begun, and the time limit must not count the wait behind others or for a new worker. Piscina owns the threads:
 * it starts a new one when one dies or is ended.
 */
export class WorkerPool<Task, Result> {
  readonly #threads: Piscina
  readonly #options: PoolOptions
  readonly #queue: Job<Task, Result>[] = []
  /** Workers that live and have loaded their code. */
  #ready = 0
  #busy = 0
  #completed = 0
  #restarts = 0
  #closed = false
  #drained: (() => void) | null = null

  constructor(options: PoolOptions) {
    const { file, workerData, workers } = options
    this.#options = options
    // Read when a thread's heap is made, which no option of a worker reaches. Heaps that exist stay as they are.
    setFlagsFromString(`--initial-old-space-size=${initialHeap}`)
    this.#threads = new Piscina({
      filename: fileURLToPath(file),
      workerData,
      minThreads: workers,
      maxThreads: workers,
      // Under tsx or vitest the worker is a .ts file: the thread needs the loader as well.
      ...(file.pathname.endsWith('.ts') ? { execArgv: ['--import', 'tsx'] } : {}),
    })
    // Without a listener a worker that dies while idle would take the process with it.
    this.#threads.on('error', (cause: Error) => {
      if (this.#threads.threads.length === 0) this.#abandonQueue(cause)
    })
    this.#threads.on('workerCreate', () => {
      this.#ready++
      this.#next()
    })
    this.#threads.on('workerDestroy', () => {
      this.#ready--
      if (!this.#closed) this.#restarts++
    })
  }

  /** Loads the models in every worker. @throws what loading throws; the pool is then closed. */
  async prepare(): Promise<void> {
    try {
      const calls = Array.from({ length: this.#options.workers }, () =>
        this.#post({ prepare: true }, prepareLimitMs, []),
      )
      await Promise.all(calls)
    } catch (error) {
      this.#closed = true
      await this.#threads.destroy()
      throw error
    }
  }

  /**
   * Runs one task on the next free worker.
   *
   * @param transfer buffers that move to the worker instead of being copied
   * @param signal takes the task out of the queue; a task that has begun is finished and its result dropped
   * @throws EngineError engine_busy, engine_timeout, engine_crashed, engine_closed; the signal's reason; or what
   *   the task itself threw
   */
  run(task: Task, transfer: ArrayBuffer[] = [], signal?: AbortSignal): Promise<Result> {
    if (this.#closed) return Promise.reject(new EngineError('engine_closed'))
    if (signal?.aborted) return Promise.reject(signal.reason)
    const full = this.#busy >= this.#ready && this.#queue.length >= this.#options.maxQueue
    if (full) return Promise.reject(new EngineError('engine_busy'))
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const at = this.#queue.indexOf(job)
        if (at >= 0) this.#queue.splice(at, 1)
        reject(signal?.reason)
      }
      const detach = () => signal?.removeEventListener('abort', giveUp)
      const job: Job<Task, Result> = { task, transfer, resolve, reject, detach }
      signal?.addEventListener('abort', giveUp, { once: true })
      this.#queue.push(job)
      this.#next()
    })
  }

  stats(): EngineStats {
    return {
      workers: this.#closed ? 0 : this.#ready,
      queued: this.#queue.length,
      completed: this.#completed,
      restarts: this.#restarts,
    }
  }

  /** Takes no new task, finishes those that run or wait, then stops the threads. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#busy > 0 || this.#queue.length > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    }
    await this.#threads.destroy()
  }

  #next(): void {
    while (this.#busy < this.#ready && this.#queue.length > 0) {
      this.#busy++
      void this.#work(this.#queue.shift()!)
    }
    if (this.#busy === 0 && this.#queue.length === 0) this.#drained?.()
  }

  /** Piscina gives up on workers that can't even start: nobody will ever come for the queue. */
  #abandonQueue(cause: Error): void {
    for (const { reject, detach } of this.#queue.splice(0)) {
      detach()
      reject(new EngineError('engine_crashed', cause.message, { cause }))
    }
    this.#next()
  }

  async #work({ task, transfer, resolve, reject, detach }: Job<Task, Result>): Promise<void> {
    try {
      const result = await this.#post<Result>({ task }, this.#options.timeoutMs, transfer)
      resolve(result)
    } catch (error) {
      reject(error)
    } finally {
      this.#completed++
      detach()
      this.#busy--
      this.#next()
    }
  }

  /** Hands a call to a free worker; ends that worker when the limit passes. */
  async #post<T>(call: WorkerCall<Task>, limitMs: number, transferList: ArrayBuffer[]): Promise<T> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), limitMs)
    let outcome: Outcome<T>
    try {
      outcome = await this.#threads.run(call, { signal: limit.signal, transferList })
    } catch (cause) {
      if (limit.signal.aborted) throw new EngineError('engine_timeout', `${limitMs} ms`)
      throw new EngineError('engine_crashed', cause instanceof Error ? cause.message : undefined, { cause })
    } finally {
      clearTimeout(timer)
    }
    return release(outcome)
  }
}

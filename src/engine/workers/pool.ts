import { setTimeout as sleep } from 'node:timers/promises'
import { EngineError } from '../errors.ts'
import type { EngineStats } from '../types.ts'
import { WorkerProcess, type WorkerProcessOptions } from './worker-process.ts'

export interface PoolOptions<Task> extends WorkerProcessOptions {
  workers: number
  /** Tasks that may wait for a worker; one more is refused with engine_busy. */
  maxQueue: number
  /** Longest run of one task in milliseconds; waiting does not count. The worker is then replaced. */
  timeoutMs: number
  /** Hears of each task whose worker ended, or had to be ended, while it ran. */
  onDeath?: (task: Task) => void
}

export interface RunOptions {
  /** Takes the task out of the queue; a task that has begun is finished and its result dropped. */
  signal?: AbortSignal | undefined
  /** Goes before all others and is never refused: for what completes work that was already done. */
  urgent?: boolean | undefined
}

interface Job<Task, Result> {
  task: Task
  resolve: (result: Result) => void
  reject: (error: unknown) => void
  /** Stops listening to the caller's signal. */
  detach: () => void
}

/** Pause before a worker that could not even open its models is started again; it doubles up to the longest. */
const shortestPauseMs = 100
const longestPauseMs = 5000

/**
 * A fixed number of worker processes, each running one task at a time, behind a bounded first-in first-out queue.
 * A worker that dies or exceeds a limit fails its own task alone and is replaced.
 */
export class WorkerPool<Task, Result> {
  readonly #options: PoolOptions<Task>
  readonly #queue: Job<Task, Result>[] = []
  /** Every process that lives or is being started. */
  readonly #processes = new Set<WorkerProcess<Task, Result>>()
  readonly #idle: WorkerProcess<Task, Result>[] = []
  /** The life of each place for a worker, one process after the other; settled when the pool is closed. */
  readonly #places: Promise<void>[] = []
  readonly #closing = new AbortController()
  #busy = 0
  #completed = 0
  #restarts = 0
  #drained: (() => void) | null = null

  constructor(options: PoolOptions<Task>) {
    this.#options = options
  }

  /** Starts every worker and loads the models in it. @throws what loading throws; the pool is then closed. */
  async prepare(): Promise<void> {
    const first = Array.from({ length: this.#options.workers }, () => this.#start())
    try {
      for (const worker of await Promise.all(first)) this.#places.push(this.#keep(worker))
    } catch (error) {
      this.#closing.abort()
      for (const worker of this.#processes) worker.kill()
      throw error
    }
  }

  /**
   * Runs one task on the next free worker.
   * @throws EngineError engine_busy, engine_timeout, engine_crashed, engine_closed; the signal's reason; or what
   *   the task itself threw
   */
  run(task: Task, { signal, urgent = false }: RunOptions = {}): Promise<Result> {
    if (this.#closing.signal.aborted) return Promise.reject(new EngineError('engine_closed'))
    if (signal?.aborted) return Promise.reject(signal.reason)
    const full = this.#idle.length === 0 && this.#queue.length >= this.#options.maxQueue
    if (full && !urgent) return Promise.reject(new EngineError('engine_busy'))
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const at = this.#queue.indexOf(job)
        if (at >= 0) this.#queue.splice(at, 1)
        reject(signal?.reason)
      }
      const detach = () => signal?.removeEventListener('abort', giveUp)
      const job: Job<Task, Result> = { task, resolve, reject, detach }
      signal?.addEventListener('abort', giveUp, { once: true })
      if (urgent) this.#queue.unshift(job)
      else this.#queue.push(job)
      this.#next()
    })
  }

  stats(): EngineStats {
    return {
      workers: this.#closing.signal.aborted ? 0 : this.#idle.length + this.#busy,
      queued: this.#queue.length,
      completed: this.#completed,
      restarts: this.#restarts,
    }
  }

  /**
   * Takes no new task, finishes those that run or wait, then ends the workers.
   * @param graceMs after which workers are ended with whatever they do; their tasks fail with engine_crashed, those
   *   that wait with engine_closed
   */
  async close(graceMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.#closing.abort()
    const timer = Number.isFinite(graceMs) ? setTimeout(() => this.#abandon(), graceMs) : undefined
    if (this.#busy > 0 || this.#queue.length > 0) {
      await new Promise<void>((resolve) => {
        const before = this.#drained
        this.#drained = () => {
          before?.()
          resolve()
        }
      })
    }
    clearTimeout(timer)
    for (const worker of this.#processes) worker.kill()
    await Promise.all(this.#places)
  }

  #abandon(): void {
    this.#refuseQueue(new EngineError('engine_closed'))
    for (const worker of this.#processes) worker.kill()
  }

  async #start(): Promise<WorkerProcess<Task, Result>> {
    const worker = new WorkerProcess<Task, Result>(this.#options)
    this.#processes.add(worker)
    void worker.ended.then(() => this.#processes.delete(worker))
    try {
      await worker.open()
    } catch (error) {
      worker.kill()
      throw error
    }
    this.#idle.push(worker)
    this.#next()
    return worker
  }

  /** Keeps one place filled: waits for the end of its worker, then starts another. */
  async #keep(worker: WorkerProcess<Task, Result>): Promise<void> {
    const { signal } = this.#closing
    for (let current = worker; ; ) {
      await current.ended
      const at = this.#idle.indexOf(current)
      if (at >= 0) this.#idle.splice(at, 1)
      if (signal.aborted) return
      this.#restarts++
      const next = await this.#replace(signal)
      if (!next) return
      current = next
    }
  }

  async #replace(signal: AbortSignal): Promise<WorkerProcess<Task, Result> | null> {
    for (let pause = shortestPauseMs; !signal.aborted; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        return await this.#start()
      } catch (cause) {
        // With no worker left and none that can be started, nobody comes for those who wait.
        if (this.#idle.length + this.#busy === 0)
          this.#refuseQueue(new EngineError('engine_crashed', undefined, { cause }))
        await sleep(pause, undefined, { signal }).catch(() => {})
      }
    }
    return null
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.shift()!
      // Its end may not have been seen yet.
      if (worker.alive) void this.#work(worker, this.#queue.shift()!)
    }
    if (this.#busy === 0 && this.#queue.length === 0) this.#drained?.()
  }

  #refuseQueue(error: EngineError): void {
    for (const { reject, detach } of this.#queue.splice(0)) {
      detach()
      reject(error)
    }
    this.#next()
  }

  async #work(worker: WorkerProcess<Task, Result>, job: Job<Task, Result>): Promise<void> {
    this.#busy++
    try {
      job.resolve(await worker.run(job.task, this.#options.timeoutMs))
    } catch (error) {
      if (!worker.alive && !this.#closing.signal.aborted) this.#options.onDeath?.(job.task)
      job.reject(error)
    } finally {
      this.#completed++
      this.#busy--
      job.detach()
      if (worker.alive) this.#idle.push(worker)
      this.#next()
    }
  }
}

/** The server's side of one worker process: starts it, asks it one thing at a time, ends it. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EngineError } from '../errors.ts'
import { watchMemory } from './memory.ts'
import { type Outcome, release } from './outcome.ts'

export interface WorkerProcessOptions {
  /** Module that calls `answerCalls`. */
  file: URL
  /** Handed to the `open` of that module. */
  openWith: unknown
  /** Resident memory in bytes above which a worker at work is ended. Enforced on Linux. */
  memoryLimit: number
}

/** What a worker is asked. It answers each with an `Outcome`. */
export type WorkerCall<Task> = { open: unknown } | { task: Task }

/** Loading the models takes longer than any picture may, and a shared machine can be slow at it. */
const openLimitMs = 120_000

/**
 * MiB that a worker's heap and its pictures may grow to before its first full garbage collection. V8's own guess shrinks
 * with the worker's small heap of code: full collections then come at every second or third picture, on helper threads
 * besides, and take a fifth of all processor time.
 */
const initialHeap = 64

/**
 * A process and not a thread: native code that does not return can be ended, and native code that crashes takes nothing
 * with it. A thread that is terminated inside the inference runtime aborts the whole process.
 */
export class WorkerProcess<Task, Result> {
  /** Resolves with how the process ended, in words. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess
  readonly #options: WorkerProcessOptions
  /** Takes the answer to the call under way. */
  #answer: ((outcome: Outcome<unknown>) => void) | null = null
  #alive = true

  constructor(options: WorkerProcessOptions) {
    this.#options = options
    const file = fileURLToPath(options.file)
    this.#child = fork(file, {
      // Typed arrays cross as they are.
      serialization: 'advanced',
      execArgv: [
        `--initial-old-space-size=${initialHeap}`,
        // Under tsx or vitest the worker is a .ts file: its process needs the loader as well.
        ...(file.endsWith('.ts') ? ['--import', 'tsx'] : []),
      ],
      env: withoutSecrets(process.env),
      // Standard output is the log, one JSON object a line; what a dying runtime says goes beside it.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child.on('message', (outcome: Outcome<unknown>) => this.#answer?.(outcome))
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#alive = false
        resolve(how)
      }
      this.#child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
      // Also comes when the process cannot be started, and when a message cannot be sent to one that is gone.
      this.#child.on('error', (error) => this.#child.pid === undefined && end(error.message))
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Loads the models. @throws EngineError what loading throws, or engine_crashed, engine_timeout */
  async open(): Promise<void> {
    await this.#call({ open: this.#options.openWith }, openLimitMs)
  }

  /**
   * Runs one task; only one may be under way.
   * @throws EngineError engine_timeout after `limitMs`, engine_crashed when the process ends or grows beyond its memory:
   *   the worker is then dead; or what the task itself threw
   */
  run(task: Task, limitMs: number): Promise<Result> {
    return this.#call({ task }, limitMs) as Promise<Result>
  }

  /** Ends the process at once, whatever it does. */
  kill(): void {
    this.#alive = false
    this.#child.kill('SIGKILL')
  }

  async #call(call: WorkerCall<Task>, limitMs: number): Promise<unknown> {
    let condemn: (error: EngineError) => void = () => {}
    const condemned = new Promise<never>((_resolve, reject) => {
      condemn = (error) => {
        this.kill()
        reject(error)
      }
    })
    const timer = setTimeout(() => condemn(new EngineError('engine_timeout', `${limitMs} ms`)), limitMs)
    const stopWatching = watchMemory(this.#child.pid, this.#options.memoryLimit, (bytes) =>
      condemn(new EngineError('engine_crashed', `${Math.round(bytes / 2 ** 20)} MiB of memory`)),
    )
    const answered = new Promise<Outcome<unknown>>((resolve) => {
      this.#answer = resolve
    })
    const died = this.ended.then((how) => {
      throw new EngineError('engine_crashed', how)
    })
    try {
      // A failure to send means that the process is gone, which `died` reports.
      this.#child.send(call, () => {})
      return release(await Promise.race([answered, died, condemned]))
    } finally {
      clearTimeout(timer)
      stopWatching()
      this.#answer = null
    }
  }
}

/** A process that reads strangers' pictures has no use for the server's keys, addresses and passwords. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string) => /^(LIVEFACE_|OTEL_|PG)/.test(name)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOurs(name)))
}

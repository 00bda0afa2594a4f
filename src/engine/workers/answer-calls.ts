/** The worker's side: answers the server's calls, and ends when the server is gone. */
import { writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { capture } from './outcome.ts'
import type { WorkerCall } from './worker-process.ts'

/**
 * Makes this process a worker.
 * @param open is called once with what the pool was given to open workers with; it loads what tasks need and returns
 *   what performs them. What it throws is answered to the server, as is what a task throws.
 */
export function answerCalls<Options, Task>(
  open: (options: Options) => Promise<(task: Task) => Promise<unknown>>,
): void {
  stepBack()
  offerAsVictim()
  endWithTheServer()
  let perform: ((task: Task) => Promise<unknown>) | undefined
  process.on('message', async (call: WorkerCall<Task>) => {
    const outcome = await capture(async () => {
      if ('task' in call) return perform!(call.task)
      perform = await open(call.open as Options)
      return null
    })
    process.send!(outcome)
  })
}

/**
 * Puts this process behind the server's: where all cores analyse, the main thread would otherwise wait its turn for
 * milliseconds, and everybody's answers with it.
 */
function stepBack(by = 5): void {
  setPriority(Math.min(19, getPriority() + by))
}

/** Where memory runs out, Linux ends this process before any other: a worker is replaced, a database is not. */
function offerAsVictim(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // A system that does not allow it chooses by itself.
  }
}

/**
 * The server decides when a worker ends. A signal to the whole process group (Ctrl-C, a service manager) must not end
 * workers whose answers the server still waits for; when the server is gone, its workers end too. A server that was
 * killed while this process is deep in native code is noticed by a thread that has nothing else to do.
 */
function endWithTheServer(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('disconnect', () => process.exit())
  const watch = `const { ppid } = process
    setInterval(() => process.ppid === ppid || process.kill(process.pid, 'SIGKILL'), 1000)`
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, codeRangeSizeMb: 0 }
  new Worker(watch, { eval: true, execArgv: [], resourceLimits: limits }).unref()
}

/** Ends a process whose event loop stands still: nothing inside the loop could. */
import { Worker } from 'node:worker_threads'

/**
 * How often the loop says that it turns. Ticks are counted and not time, so that a machine that was suspended, or a
 * process that was stopped and goes on, is not taken for one that stands still.
 */
const tickMs = 500

const watch = `
  const { workerData } = require('node:worker_threads')
  const beats = new Int32Array(workerData.memory)
  let last = 0, missed = 0
  setInterval(() => {
    const now = Atomics.load(beats, 0)
    missed = now === last ? missed + 1 : 0
    last = now
    if (missed < workerData.limit) return
    require('node:fs').writeSync(2, workerData.message)
    process.kill(process.pid, 'SIGKILL')
  }, workerData.tickMs)`

/**
 * Watches this process's event loop from a thread of its own, and kills the process when it stands still for longer than
 * `limitMs`: every caller waits in vain then, signals too.
 * @returns stops watching
 */
export function startWatchdog(limitMs: number): () => Promise<void> {
  const memory = new SharedArrayBuffer(4)
  const beats = new Int32Array(memory)
  const message = `liveface: the event loop stood still for ${limitMs} ms, ending the process.\n`
  const workerData = { memory, message, tickMs, limit: Math.max(2, Math.ceil(limitMs / tickMs)) }
  const thread = new Worker(watch, { eval: true, execArgv: [], workerData })
  thread.unref()
  const timer = setInterval(() => Atomics.add(beats, 0, 1), tickMs / 2).unref()
  return async () => {
    clearInterval(timer)
    await thread.terminate()
  }
}

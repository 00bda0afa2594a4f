/** Keeps a server running: starts it as a process of its own, and again when it ended by itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Set for the process that serves: it is watched over. */
export const supervisedOption = '--supervised'

/** Pause before a server that ended is started again; it doubles with each end within a minute. */
const shortestPauseMs = 500
const longestPauseMs = 30_000
const steadyAfterMs = 60_000

/**
 * Runs this very command in a child process until it ends by request, or because of wrong settings; a crash, a kill
 * and the watchdog's end start it again. Signals are passed on. Resolves with the exit code.
 */
export async function supervise(): Promise<number> {
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  let hasListened = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stopping.abort()
      child?.kill(signal)
    })
  }
  for (let pause = shortestPauseMs; ; ) {
    const begin = performance.now()
    child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1), supervisedOption], {
      // Says once that the server listens; its end shows the server that this process is gone.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    })
    child.once('message', () => {
      hasListened = true
    })
    const how = await ending(child)
    // What cannot start is reported and not tried again; what ran before may find its database again.
    const isFinal = how.code === 0 || (how.code === 2 && !hasListened)
    if (stopping.signal.aborted || isFinal) return how.code ?? 1
    process.stderr.write(
      `liveface: the server ended (${how.signal ?? `exit code ${how.code}`}), starting it again.\n`,
    )
    if (performance.now() - begin > steadyAfterMs) pause = shortestPauseMs
    await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {})
    if (stopping.signal.aborted) return 0
    pause = Math.min(2 * pause, longestPauseMs)
  }
}

function ending(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', reject)
  })
}

/** Tells the supervisor that the server listens. */
export function reportListening(): void {
  process.send?.('listening')
}

/** Calls `stop` when the supervisor is gone, however it ended: a server that nobody can stop is no use. */
export function stopWithSupervisor(stop: () => void): void {
  process.once('disconnect', stop)
  // The channel alone must not keep a process alive that has ended its work.
  process.channel?.unref()
}

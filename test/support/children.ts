import { readdirSync, readFileSync } from 'node:fs'

/** Pids of the processes that a process began and that still run. Linux only. */
export function childrenOf(pid: number | 'self'): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim().split(' '))
    .filter(Boolean)
    .map(Number)
}

/** Those of them that analyse pictures for an engine. */
export function workersOf(pid: number | 'self'): number[] {
  return childrenOf(pid).filter((child) => commandOf(child).includes('picture-worker'))
}

/** False also of one that ended and was not fetched by its parent yet. */
export function isRunning(pid: number): boolean {
  return commandOf(pid) !== ''
}

/** Its command line, its parts ended by NUL; empty when it is gone. Linux only. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    // It ended in between.
    return ''
  }
}

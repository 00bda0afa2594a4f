/** Runs the contestants of a bench on the same pictures, each in a process of its own. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { ContestantName, Opened, Round } from './contestant.ts'
import type { Questions } from './rivals.ts'

export interface Score {
  /** Milliseconds of one picture: that of a round, the median of all. */
  clockMs: number
  processorMs: number
  /** Most memory that the process ever held, MiB, and what it held after loading, before the first picture. */
  peakMemoryMiB: number
  loadedMemoryMiB: number
  /** Median milliseconds of one run of each net; of the bare runtime only. */
  nets?: Record<string, number>
}

/**
 * The contestants take turns, a round of all pictures each, so that whatever else the machine does strikes all alike.
 * @param warmUp rounds that do not count: JavaScript is still being compiled in them
 */
export async function contest<N extends ContestantName>(
  names: readonly N[],
  questions: Questions,
  rounds: number,
  warmUp = 30,
): Promise<Record<N, Score>> {
  const children = new Map<N, { process: ChildProcess; opened: Opened; rounds: Round[] }>()
  for (const name of names) {
    const child = fork(join(import.meta.dirname, 'contestant.ts'), [name, questions], {
      // The heap that the engine gives its workers; the peers gain by it as well.
      execArgv: ['--initial-old-space-size=64', '--import', 'tsx'],
    })
    const [opened] = (await once(child, 'message')) as [Opened]
    children.set(name, { process: child, opened, rounds: [] })
  }
  for (let turn = -warmUp; turn < rounds; turn++) {
    for (const child of children.values()) {
      child.process.send('round')
      const [answer] = (await once(child.process, 'message')) as [Round]
      if (turn >= 0) child.rounds.push(answer)
    }
  }
  const scores = [...children].map(([name, child]) => {
    child.process.kill()
    const { peakMemory, nets } = child.rounds.at(-1)!
    const score: Score = {
      clockMs: round(median(child.rounds.map(({ clock }) => clock))),
      processorMs: round(median(child.rounds.map(({ processor }) => processor))),
      peakMemoryMiB: Math.round(peakMemory / 2 ** 20),
      loadedMemoryMiB: Math.round(child.opened.memory / 2 ** 20),
      ...(nets ? { nets } : {}),
    }
    return [name, score] as const
  })
  return Object.fromEntries(scores) as Record<N, Score>
}

/** What every committed result says of its making. Call it before the measurement: the load is that of others. */
export function circumstances() {
  const git = (...command: string[]) => execFileSync('git', command, { encoding: 'utf8' }).trim()
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`,
    /** Runnable processes on the machine when the bench began: above the cores, the clock tells little. */
    loadBefore: round(loadavg()[0]!),
  }
}

export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  return ascending[ascending.length >> 1]!
}

export function round(value: number, digits = 3): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}

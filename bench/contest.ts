/** Runs the contestants of a bench on the same pictures, each in a process of its own. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Answer, ContestantName, Opened, Questions } from './contestant.ts'

export interface Score {
  /** Milliseconds of one picture: the median over the rounds of each picture, then the mean over the pictures. */
  clockMs: number
  processorMs: number
  /** Most memory that the process ever held, MiB, and what it held after loading, before the first picture. */
  peakMemoryMiB: number
  loadedMemoryMiB: number
  /** Median milliseconds of one run of each net; of the bare runtime only. */
  nets?: Record<string, number>
}

/**
 * The contestants take turns, picture by picture, so that whatever else the machine does strikes all alike.
 * @param warmUp rounds that do not count
 */
export async function contest<N extends ContestantName>(
  names: readonly N[],
  questions: Questions,
  pictures: number,
  rounds: number,
  warmUp = 10,
): Promise<Record<N, Score>> {
  const children = new Map<N, { process: ChildProcess; opened: Opened }>()
  for (const name of names) {
    const child = fork(join(import.meta.dirname, 'contestant.ts'), [name, questions], {
      // The heap that the engine gives its workers; the peers gain by it as well.
      execArgv: ['--initial-old-space-size=64', '--import', 'tsx'],
    })
    const [opened] = (await once(child, 'message')) as [Opened]
    children.set(name, { process: child, opened })
  }
  const answers = new Map(names.map((name) => [name, Array.from({ length: pictures }, (): Answer[] => [])]))
  for (let turn = -warmUp; turn < rounds; turn++) {
    for (let picture = 0; picture < pictures; picture++) {
      for (const [name, child] of children) {
        child.process.send(picture)
        const [answer] = (await once(child.process, 'message')) as [Answer]
        if (turn >= 0) answers.get(name)![picture]!.push(answer)
      }
    }
  }
  for (const child of children.values()) child.process.kill()
  const scores = names.map((name) => {
    const given = answers.get(name)!
    const last = given.at(-1)!.at(-1)!
    const middle = (of: 'clock' | 'processor') =>
      round(mean(given.map((each) => median(each.map((answer) => answer[of])))))
    const score: Score = {
      clockMs: middle('clock'),
      processorMs: middle('processor'),
      peakMemoryMiB: Math.round(last.peakMemory / 2 ** 20),
      loadedMemoryMiB: Math.round(children.get(name)!.opened.memory / 2 ** 20),
      ...(last.nets ? { nets: last.nets } : {}),
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

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function round(value: number, digits = 3): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import type { Observed } from './observe.ts'
import { round } from './statistics.ts'

const folder = resolve(import.meta.dirname, '..', 'results')

/** What a reader needs to judge a number by. */
export function circumstances() {
  return {
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`,
    /** Runnable processes on the machine in the last minute: this run's own are among them. */
    loadAverage: round(loadavg()[0]!, 2),
  }
}

export interface Level extends Observed {
  connections?: number
  /** Requests sent per second, where that was set and not the number of connections. */
  sentPerSecond?: number
}

export interface HttpResult extends ReturnType<typeof circumstances> {
  workers: number
  engineAlonePerSecond: number
  levels: Level[]
  saturationPerSecond: number
  saturationOverEngineAlone: number
  halfOfSaturation: Level
  p99OverP50AtHalf: number
}

/** What happened in one second. */
export interface Moment {
  second: number
  sent: number
  answered: number
  busy: number
  /** Longest time to any answer, of requests that came in this second. */
  slowestMs: number
  residentMiB: number
}

export interface OverloadResult extends ReturnType<typeof circumstances> {
  workers: number
  saturation: Observed
  sentPerSecond: number
  answeredPerSecond: number
  busyPerSecond: number
  /** Neither right nor the dialect's busy with Retry-After, or no answer at all. */
  wrong: number
  answeredOverSaturation: number
  milliseconds: { answeredP50: number; answeredP99: number; busyP99: number; slowest: number }
  /** Share of answers, busy ones among them, that came within a second. */
  withinASecond: number
  /** From the end of the overload to the last request that was refused, or took twice as long as any before it. */
  recoverySeconds: number
  residentMiB: { before: number; most: number; after: number }
  generatorShare: number
  moments: Moment[]
}

/** What was written before under this name, or an empty object. */
export function readResults<T extends object>(name: string): T {
  const file = join(folder, `${name}.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : ({} as T)
}

export function writeResults(name: string, results: object): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`)
}

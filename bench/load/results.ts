import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join, resolve } from 'node:path'
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

/** What was written before under this name, or an empty object. */
export function readResults<T extends object>(name: string): T {
  const file = join(folder, `${name}.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : ({} as T)
}

export function writeResults(name: string, results: object): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`)
}

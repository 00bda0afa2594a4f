/** Writes what the benches of the server found into the tables of docs/reference/load.md. */

import { writeSection } from '../document.ts'
import { type HttpResult, type OverloadResult, readResults } from './results.ts'

interface SoakResult {
  date: string
  commit: string
  machine: string
  requests: number
  seconds: number
  growth: number
  wrong: number
  failures: string[]
  residentMiB: { afterWarmUp: number; atTheEnd: number }
  workerRestarts: number
}

/** A goal, and whether the number reaches it. */
function goal(value: string, reached: boolean): string {
  return reached ? value : `${value} (not reached)`
}

function percent(part: number, digits = 0): string {
  return `${(100 * part).toFixed(digits)} %`
}

/** What the generator took of the machine, and the ratio that the rest of the machine makes up for. */
function besides(share: number, ratio: number): string {
  return `${percent(share, 1)} (${percent(ratio / (1 - share))})`
}

function httpTable(results: Readonly<Record<string, HttpResult>>): string[] {
  const rows = Object.entries(results).map(([dialect, result]) => {
    const { levels, engineAlonePerSecond, saturationPerSecond, saturationOverEngineAlone: ratio } = result
    const { milliseconds, eventLoopDelayP99Ms } = result.halfOfSaturation
    const best = levels.find(({ answeredPerSecond }) => answeredPerSecond === saturationPerSecond)
    const delay = Math.max(eventLoopDelayP99Ms, best?.eventLoopDelayP99Ms ?? 0)
    return [
      dialect,
      `${saturationPerSecond} of ${engineAlonePerSecond}`,
      goal(percent(ratio), ratio >= 0.9),
      besides(best?.generatorShare ?? 0, ratio),
      `${milliseconds.p50} / ${milliseconds.p95} / ${milliseconds.p99} ms`,
      goal(String(result.p99OverP50AtHalf), result.p99OverP50AtHalf <= 3),
      goal(`${delay} ms`, delay <= 15),
      `${best?.processorMsPerRequest} / ${best?.mainThreadMsPerRequest} ms`,
    ]
  })
  const head = [
    'dialect',
    'answers per second, of the engine alone',
    'ratio (goal 90 %)',
    'taken by the load generator (ratio of what it left)',
    'p50 / p95 / p99 at half of that',
    'p99 over p50 (goal 3)',
    'event-loop delay p99 (goal 15 ms)',
    'processor per request: all / main thread',
  ]
  return table(head, rows)
}

function overloadTable(results: Readonly<Record<string, OverloadResult>>): string[] {
  const rows = Object.entries(results).map(([dialect, result]) => [
    dialect,
    `${result.sentPerSecond} of ${result.saturation.answeredPerSecond}`,
    goal(percent(result.answeredOverSaturation), result.answeredOverSaturation >= 0.9),
    String(result.wrong),
    goal(percent(result.withinASecond, 2), result.withinASecond === 1),
    `${result.milliseconds.slowest} ms`,
    goal(`${result.recoverySeconds} s`, result.recoverySeconds <= 2),
    `${result.residentMiB.before} / ${result.residentMiB.most} / ${result.residentMiB.after} MiB`,
  ])
  const head = [
    'dialect',
    'sent per second, of saturation',
    'still answered, of saturation (goal 90 %)',
    'wrong answers',
    'answered or asked to retry within a second (goal all)',
    'slowest',
    'recovery (goal 2 s)',
    'memory before / most / after',
  ]
  return table(head, rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

/** @param file the document with the section `load` */
export function writeReport(file = 'docs/reference/load.md'): void {
  const http = readResults<Record<string, HttpResult>>('http')
  const overload = readResults<Record<string, OverloadResult>>('overload')
  const soak = readResults<Partial<SoakResult>>('soak')
  const lines: string[] = []
  const [one] = Object.values(http)
  if (one) {
    const loads = Object.values(http).map(({ loadAverage }) => loadAverage)
    const between = `${Math.min(...loads)} to ${Math.max(...loads)}`
    lines.push(
      `**A server over HTTP** (\`npm run bench:http\`; ${one.machine}, ${one.workers} workers; load average ${between}, ` +
        'the bench itself about 3)',
      '',
    )
    lines.push(...httpTable(http), '')
  }
  if (Object.keys(overload).length > 0) {
    lines.push('**Four times as many requests as it can answer** (`npm run bench:overload`)', '')
    lines.push(...overloadTable(overload), '')
  }
  if (soak.requests !== undefined && soak.residentMiB) {
    const { requests, seconds = 0, growth = 0, wrong, workerRestarts, failures = [] } = soak
    const { afterWarmUp, atTheEnd } = soak.residentMiB
    const left = failures.length === 0 ? 'nothing was left behind' : `found: ${failures.join('; ')}`
    lines.push(
      `**${requests} requests, good and hostile, to one server** (\`npm run soak\`): ${Math.round(seconds / 60)} minutes, ` +
        `${wrong} wrong answers, ${workerRestarts} workers replaced, resident memory ${afterWarmUp} MiB after the ` +
        `warm-up and ${atTheEnd} MiB at the end (${percent(growth, 1)}; goal below 5 %); ${left}.`,
      '',
    )
  }
  writeSection(file, 'load', lines.join('\n'))
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { type Axis, drawCharts } from '../../src/evaluation/plot.ts'
import type { HttpResult, Level } from './results.ts'

const colours = ['#1b6ca8', '#c2571a', '#3a7d44', '#7b3f99']

/** Throughput and 99th percentile over the number of connections, one line per dialect. */
export function drawHttp(results: Readonly<Record<string, HttpResult>>): void {
  const levels = Object.values(results)[0]?.levels ?? []
  const counts = levels.map(({ connections }) => connections ?? 1)
  const x: Axis = {
    label: 'connections',
    from: Math.min(...counts),
    to: Math.max(...counts),
    ticks: counts,
    log: true,
  }
  const lines = (pick: (level: Level) => number) =>
    Object.entries(results).map(([name, result], index) => ({
      name,
      colour: colours[index % colours.length]!,
      points: result.levels.map((level) => [level.connections ?? 1, pick(level)] as const),
    }))
  const throughput = lines(({ answeredPerSecond }) => answeredPerSecond)
  const latency = lines(({ milliseconds }) => milliseconds.p99)
  mkdirSync('docs/plots', { recursive: true })
  writeFileSync(
    'docs/plots/http.svg',
    drawCharts([
      {
        title: 'Answered requests per second',
        x,
        y: upTo('requests per second', throughput),
        series: throughput,
      },
      { title: '99th percentile of the time to the answer', x, y: upTo('ms', latency), series: latency },
    ]),
  )
}

/** An axis from zero to a round number above every point. @param room times the highest, for a legend */
export function upTo(
  label: string,
  series: readonly { points: readonly (readonly [number, number])[] }[],
  room = 1,
): Axis {
  const most = room * Math.max(1, ...series.flatMap(({ points }) => points.map(([, y]) => y)))
  const step = 10 ** Math.floor(Math.log10(most)) / (most / 10 ** Math.floor(Math.log10(most)) < 3 ? 2 : 1)
  const to = Math.ceil(most / step) * step
  return { label, from: 0, to, ticks: Array.from({ length: Math.round(to / step) + 1 }, (_, i) => i * step) }
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { type Axis, type Chart, drawCharts } from '../../src/evaluation/plot.ts'
import { upTo } from './http-plot.ts'
import type { Moment, OverloadResult } from './results.ts'

/** Requests and the slowest answer second by second, one chart per dialect. @param storm seconds of the overload */
export function drawOverload(
  results: Readonly<Record<string, OverloadResult>>,
  storm: { from: number; to: number },
): void {
  const charts = Object.entries(results).map(([dialect, result]) => drawDialect(dialect, result, storm))
  mkdirSync('docs/plots', { recursive: true })
  writeFileSync('docs/plots/overload.svg', drawCharts(charts))
}

function drawDialect(
  dialect: string,
  { moments }: OverloadResult,
  storm: { from: number; to: number },
): Chart {
  const last = moments.at(-1)?.second ?? 1
  const x: Axis = { label: 'seconds', from: 0, to: last, ticks: moments.map(({ second }) => second) }
  const line = (name: string, colour: string, pick: (moment: Moment) => number) => ({
    name,
    colour,
    points: moments.map((moment) => [moment.second, pick(moment)] as const),
  })
  const series = [
    line('requests sent per second', '#888888', ({ sent }) => sent),
    line('asked to retry', '#c2571a', ({ busy }) => busy),
    line('answered', '#1b6ca8', ({ answered }) => answered),
    line('slowest answer, in hundredths of a second', '#3a7d44', ({ slowestMs }) => slowestMs / 10),
  ]
  const marks = [
    { x: storm.from, label: 'four times saturation' },
    { x: storm.to, label: 'a quarter of it' },
  ]
  return { title: dialect, x, y: upTo('per second', series, 1.4), series, marks }
}

import { fill } from '../../shared/languages.ts'
import { useConsole } from '../shell/context.ts'
import type { Point } from './buckets.ts'
import { Chart, chartHeight, chartWidth } from './chart.tsx'
import { axisEnd, linePath } from './chart-scale.ts'

/** How long answers took, over time. */
export function LatencyChart({ points }: { points: Point[] }) {
  const { texts, formats } = useConsole()
  const words = texts.overview
  const slowest = Math.max(0, ...points.map(({ p95Ms }) => p95Ms ?? 0))
  const [first, last] = [points[0], points.at(-1)]
  if (slowest === 0 || !first || !last) return null
  const end = axisEnd(slowest)
  const path = (values: (number | null)[]) => linePath(values, end, chartWidth, chartHeight)
  return (
    <Chart
      heading={words.latency}
      label={fill(words.latencyLabel, { value: formats.milliseconds(slowest) })}
      end={formats.milliseconds(end)}
      from={formats.time(first.at)}
      to={formats.time(last.at)}
      legend={[
        { name: words.p50, look: 'p50' },
        { name: words.p95, look: 'p95' },
      ]}
      columns={[texts.words.time, words.p50, words.p95]}
      rows={points.map(({ at, p50Ms, p95Ms }) => [
        formats.time(at),
        formats.milliseconds(p50Ms),
        formats.milliseconds(p95Ms),
      ])}
    >
      <path class="p95" d={path(points.map(({ p95Ms }) => p95Ms))} />
      <path class="p50" d={path(points.map(({ p50Ms }) => p50Ms))} />
    </Chart>
  )
}

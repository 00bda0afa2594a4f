import { fill } from '../../shared/languages.ts'
import { useConsole } from '../shell/context.ts'
import { Empty } from '../shell/states.tsx'
import type { Point } from './buckets.ts'
import { Chart, chartHeight, chartWidth } from './chart.tsx'
import { axisEnd } from './chart-scale.ts'

const parts = ['pass', 'review', 'fail'] as const

/** Verdicts over time, one pillar for each stretch. */
export function VerdictChart({ points }: { points: Point[] }) {
  const { texts, formats } = useConsole()
  const words = texts.overview
  const sums = Object.fromEntries(
    parts.map((part) => [part, points.reduce((sum, point) => sum + point[part], 0)]),
  ) as Record<(typeof parts)[number], number>
  const total = parts.reduce((sum, part) => sum + sums[part], 0)
  const [first, last] = [points[0], points.at(-1)]
  if (total === 0 || !first || !last) return <Empty>{words.noTraffic}</Empty>

  const end = axisEnd(Math.max(...points.map((point) => parts.reduce((sum, part) => sum + point[part], 0))))
  const step = chartWidth / points.length
  const counts = Object.fromEntries(parts.map((part) => [part, formats.count(sums[part])]))
  return (
    <Chart
      heading={words.verdicts}
      label={fill(words.verdictsLabel, { ...counts, total: formats.count(total) })}
      end={formats.count(end)}
      from={formats.time(first.at)}
      to={formats.time(last.at)}
      legend={parts.map((part) => ({ name: words[part], look: part }))}
      columns={[texts.words.time, ...parts.map((part) => words[part])]}
      rows={points.map((point) => [
        formats.time(point.at),
        ...parts.map((part) => formats.count(point[part])),
      ])}
    >
      {points.map((point, index) => {
        let y = chartHeight
        return parts.map((part) => {
          const height = (point[part] / end) * chartHeight
          y -= height
          const place = { x: index * step + step * 0.1, y, width: step * 0.8, height }
          return height > 0 && <rect key={`${point.at} ${part}`} class={part} {...place} />
        })
      })}
    </Chart>
  )
}

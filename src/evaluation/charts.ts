/** Detection error trade-off plots: one kind of error against the other, on logarithmic axes. */
import type { MatchReport } from './match-report.ts'
import type { PadReport } from './pad-report.ts'
import { type Axis, type Chart, drawCharts } from './plot.ts'

const smallest = 1e-3

/** Both errors of one threshold after the other. @returns SVG */
export function drawPadDet({ det }: PadReport): string {
  const points = det.map(({ apcer, bpcer }) => [apcer, bpcer] as const)
  return drawDet('Attack detection', ['APCER, all attacks', 'BPCER'], points)
}

/** @returns SVG */
export function drawMatchDet({ det }: MatchReport): string {
  const points = det.flatMap(({ fmr, fnmr }) => (fmr === null || fnmr === null ? [] : [[fmr, fnmr] as const]))
  return drawDet('Face match', ['FMR', 'FNMR'], points)
}

function drawDet(
  title: string,
  [across, up]: [string, string],
  points: readonly (readonly [number, number])[],
): string {
  const axis = (label: string): Axis => ({
    label,
    from: smallest,
    to: 1,
    ticks: [1e-3, 1e-2, 0.05, 0.2, 0.5, 1],
    log: true,
    format: (share) => `${100 * share} %`,
  })
  const chart: Chart = {
    title: `${title}: detection error trade-off`,
    x: axis(across),
    y: axis(up),
    series: [{ name: 'at each threshold', colour: '#1d4ed8', points: points.toSorted(([a], [b]) => a - b) }],
  }
  return drawCharts([chart])
}

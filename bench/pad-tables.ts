import type { Prediction } from './pad-predictions.ts'
import { apcer, areaInterval, areaUnderCurve, bpcer, type Judged, type Rate } from './pad-rates.ts'

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function rate({ share, low, high, trials }: Rate): string {
  return trials ? `${percent(share)} (${(100 * low).toFixed(1)}..${(100 * high).toFixed(1)})` : '-'
}

function area(judged: readonly Judged[]): string {
  const value = areaUnderCurve(judged)
  if (Number.isNaN(value)) return '-'
  const [low, high] = areaInterval(judged)
  return `${value.toFixed(3)} (${low.toFixed(3)}..${high.toFixed(3)})`
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The same pictures judged by MiniFASNet. */
export function yardstickOf(rows: readonly Prediction[]): Judged[] {
  return rows.flatMap(({ yardstick, bonafide }) =>
    yardstick === null ? [] : [{ score: yardstick, bonafide }],
  )
}

function acer(judged: readonly Judged[], threshold: number): number {
  return (apcer(judged, threshold).share + bpcer(judged, threshold).share) / 2
}

/** One row per source: ours beside MiniFASNet, both at `threshold`. */
export function sourceTable(rows: readonly Prediction[], threshold: number): string {
  const cells = (name: string, of: readonly Prediction[]) => {
    const other = yardstickOf(of)
    const both = acer(of, threshold)
    return [
      name,
      `${of.filter(({ bonafide }) => !bonafide).length} + ${of.filter(({ bonafide }) => bonafide).length}`,
      area(of),
      rate(apcer(of, threshold)),
      rate(bpcer(of, threshold)),
      Number.isNaN(both) ? '-' : percent(both),
      area(other),
      rate(apcer(other, threshold)),
      rate(bpcer(other, threshold)),
    ]
  }
  const sources = [...new Set(rows.map(({ source }) => source))].sort()
  return markdownTable(
    [
      'source',
      'attacks + bona fide',
      'AUC',
      'APCER',
      'BPCER',
      'ACER',
      'MiniFASNet AUC',
      'its APCER',
      'its BPCER',
    ],
    [
      ...sources.map((source) =>
        cells(
          source,
          rows.filter((row) => row.source === source),
        ),
      ),
      cells('**all pictures**', rows),
    ],
  )
}

/** Mean over sources that have both sides: long recordings count as much as short ones. */
export function meanArea(
  rows: readonly Prediction[],
  scores: (of: readonly Prediction[]) => Judged[],
): number {
  const areas = [...new Set(rows.map(({ source }) => source))]
    .map((source) => areaUnderCurve(scores(rows.filter((row) => row.source === source))))
    .filter((value) => !Number.isNaN(value))
  return areas.reduce((sum, value) => sum + value, 0) / areas.length
}

export function attackTable(rows: readonly Prediction[], threshold: number): string {
  const kinds = [...new Set(rows.filter(({ bonafide }) => !bonafide).map(({ attack }) => attack))].sort()
  return markdownTable(
    ['attack', 'APCER', 'MiniFASNet'],
    kinds.map((kind) => {
      const of = rows.filter(({ attack }) => attack === kind)
      return [kind, rate(apcer(of, threshold)), rate(apcer(yardstickOf(of), threshold))]
    }),
  )
}

/** APCER and BPCER at each score from 0.05 to 0.95. */
export function thresholdTable(full: readonly Prediction[], crops: readonly Prediction[]): string {
  const thresholds = Array.from({ length: 19 }, (_, index) => (index + 1) / 20)
  return markdownTable(
    ['score', 'APCER, frames', 'BPCER, frames', 'APCER, crops', 'BPCER, crops'],
    thresholds.map((at) => [
      at.toFixed(2),
      ...[apcer(full, at), bpcer(full, at), apcer(crops, at), bpcer(crops, at)].map(({ share }) =>
        percent(share),
      ),
    ]),
  )
}

export interface Robustness {
  variant: string
  pictures: number
  /** Mean change of the score, and share of verdicts that changed. */
  change: number
  verdicts: number
  /** Pictures that were judged before and no longer, or the other way round. */
  lost: number
}

/** How far harmless changes of a picture move its score. */
export function robustness(all: readonly Prediction[], threshold: number): Robustness[] {
  const plain = new Map(all.filter(({ variant }) => variant === 'plain').map((row) => [row.path, row]))
  const variants = [...new Set(all.map(({ variant }) => variant))].filter((name) => name !== 'plain')
  return variants.map((variant) => {
    const pairs = all
      .filter((row) => row.variant === variant)
      .flatMap((row) => {
        const before = plain.get(row.path)
        return before ? [[before, row] as const] : []
      })
    const judged = pairs.filter(([before, after]) => !before.reason && !after.reason)
    const moved = judged.map(([before, after]) => Math.abs(before.score - after.score))
    const turned = judged.filter(([before, after]) => before.score >= threshold !== after.score >= threshold)
    return {
      variant,
      pictures: judged.length,
      change: moved.reduce((sum, value) => sum + value, 0) / judged.length,
      verdicts: turned.length / judged.length,
      lost: pairs.filter(([before, after]) => Boolean(before.reason) !== Boolean(after.reason)).length,
    }
  })
}

export function robustnessTable(rows: readonly Robustness[]): string {
  return markdownTable(
    [
      'change of the picture',
      'pictures',
      'mean change of the score',
      'verdicts changed',
      'judged before or after only',
    ],
    rows.map(({ variant, pictures, change, verdicts, lost }) => [
      variant,
      `${pictures}`,
      change.toFixed(3),
      percent(verdicts),
      `${lost}`,
    ]),
  )
}

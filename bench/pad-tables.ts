/** Tables of MODELS.md about liveness: means over groups, with bootstrap intervals over groups. */
import { dice } from '../src/evaluation/bootstrap.ts'
import {
  apcer,
  apcerAtBpcer,
  areaUnderCurve,
  bpcer,
  equalError,
  type Judged,
} from '../src/evaluation/pad-rates.ts'
import { byGroup, meanOf, type Verdict } from './pad-verdicts.ts'

/** A model's verdicts under the name that the tables give it. */
export interface Contestant {
  name: string
  rows: readonly Verdict[]
}

const threshold = 0.5
const percent = (share: number) => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`)
const share = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(3))
export const passes = (rows: readonly Judged[]) => apcer(rows, threshold).share
export const refuses = (rows: readonly Judged[]) => bpcer(rows, threshold).share

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** 95 % interval of a mean over groups: groups drawn again with replacement, 2000 times. */
export function groupInterval<Row extends { group: string }>(
  rows: readonly Row[],
  figure: (rows: Row[]) => number,
): [number, number] {
  const values = byGroup(rows)
    .map(figure)
    .filter((value) => !Number.isNaN(value))
  const draw = dice(1)
  const means = Array.from({ length: 2000 }, () => {
    let sum = 0
    for (let count = 0; count < values.length; count++) sum += values[Math.floor(draw() * values.length)]!
    return sum / values.length
  }).sort((a, b) => a - b)
  return [means[49]!, means[1949]!]
}

function meanWithInterval(
  rows: readonly Verdict[],
  figure: (rows: readonly Verdict[]) => number,
  write: (value: number) => string,
): string {
  const mean = meanOf(byGroup(rows), figure)
  if (Number.isNaN(mean)) return '-'
  const [low, high] = groupInterval(rows, figure)
  return `${write(mean)} (${write(low)}..${write(high)})`
}

/** One row per model: ranking, errors at the threshold, and APCER where 1, 5 and 10 % of the bona fide are refused. */
export function overviewTable(models: readonly Contestant[]): string {
  return markdownTable(
    [
      '',
      'AUC, all',
      'AUC, mean over groups',
      'equal error',
      'APCER at 0.5, mean over groups',
      'BPCER at 0.5, mean over groups',
      'HTER at 0.5, all',
      'APCER at BPCER 1 / 5 / 10 %',
    ],
    models.map(({ name, rows }) => [
      name,
      share(areaUnderCurve(rows)),
      meanWithInterval(rows, areaUnderCurve, share),
      percent(equalError(rows)),
      meanWithInterval(rows, passes, percent),
      meanWithInterval(rows, refuses, percent),
      percent((passes(rows) + refuses(rows)) / 2),
      [0.01, 0.05, 0.1].map((at) => percent(apcerAtBpcer(rows, at))).join(' / '),
    ]),
  )
}

/** One row per part of the verdicts (a group, a kind of attack, a light): each model's errors at 0.5. */
export function partsTable(
  title: string,
  models: readonly Contestant[],
  part: (row: Verdict) => string,
): string {
  const names = [...new Set(models[0]!.rows.map(part))].filter(Boolean).sort()
  return markdownTable(
    [title, 'attacks + bona fide', ...models.flatMap(({ name }) => [`${name}: AUC`, 'APCER', 'BPCER'])],
    names.map((name) => {
      const of = models.map(({ rows }) => rows.filter((row) => part(row) === name))
      const attacks = of[0]!.filter(({ bonafide }) => !bonafide).length
      return [
        name,
        `${attacks} + ${of[0]!.length - attacks}`,
        ...of.flatMap((rows) => [share(areaUnderCurve(rows)), percent(passes(rows)), percent(refuses(rows))]),
      ]
    }),
  )
}

/** APCER and BPCER at each score from 0.05 to 0.95. */
export function thresholdTable(full: readonly Verdict[], crops: readonly Verdict[]): string {
  const thresholds = Array.from({ length: 19 }, (_, index) => (index + 1) / 20)
  return markdownTable(
    ['score', 'APCER, frames', 'BPCER, frames', 'APCER, crops', 'BPCER, crops'],
    thresholds.map((at) => [
      at.toFixed(2),
      ...[apcer(full, at), bpcer(full, at), apcer(crops, at), bpcer(crops, at)].map((rate) =>
        percent(rate.share),
      ),
    ]),
  )
}

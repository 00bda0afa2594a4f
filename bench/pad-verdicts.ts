/** What a model said of the verdict groups: training/pad/verdicts/MODEL.csv, written by training/pad/verdict.ts. */
import { join } from 'node:path'
import { apcer, areaUnderCurve, bpcer, equalError, type Judged } from '../src/evaluation/pad-rates.ts'
import { readCsv } from './pad-csv.ts'

/** One picture, or one changed copy of it, as a model judged it. */
export interface Verdict extends Judged {
  path: string
  /** `plain`, or how the picture was changed before. */
  variant: string
  /** What is never split: one repository, or one person's recordings. */
  group: string
  view: 'full' | 'crop'
  /** Kind of attack; empty for a bona fide capture. */
  attack: string
  /** Pixels of the picture. */
  width: number
  height: number
  /** Of the skin, 0..100. */
  luminance: number
  /** Pixels between the pupils. */
  interocular: number
  /** Fault for which the engine refuses to judge it; empty when it was judged. */
  reason: string
}

export function readVerdict(model: string): Verdict[] {
  return readCsv(join('verdicts', `${model}.csv`)).map((row) => ({
    path: row.path!,
    variant: row.variant!,
    bonafide: row.label === '1',
    group: row.group!,
    view: row.view as Verdict['view'],
    attack: row.attack!,
    width: Number(row.width),
    height: Number(row.height),
    luminance: Number(row.luminance),
    interocular: Number(row.interocular),
    score: Number(row.score),
    reason: row.reason!,
  }))
}

/** The columns of verdicts.csv after date, model, set, look and view. */
export const summaryHead = [
  'groups',
  'attacks',
  'bonafide',
  'unjudged',
  'auc',
  'mean_auc',
  'eer',
  'apcer',
  'bpcer',
  'mean_apcer',
  'mean_bpcer',
] as const

/** The figures of `summaryHead`, at threshold 0.5; shares 0..1. */
export function summary(rows: readonly Verdict[]): string[] {
  const judged = rows.filter(({ reason }) => !reason)
  const groups = byGroup(judged)
  const figures = [
    areaUnderCurve(judged),
    meanOf(groups, areaUnderCurve),
    equalError(judged),
    apcer(judged, 0.5).share,
    bpcer(judged, 0.5).share,
    meanOf(groups, (of) => apcer(of, 0.5).share),
    meanOf(groups, (of) => bpcer(of, 0.5).share),
  ]
  const attacks = judged.filter(({ bonafide }) => !bonafide).length
  const counts = [groups.length, attacks, judged.length - attacks, rows.length - judged.length]
  return [...counts.map(String), ...figures.map((figure) => figure.toFixed(4))]
}

export function byGroup<Row extends { group: string }>(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row])
  return [...groups.values()]
}

/** Mean of a figure over the groups that have it (a group without attacks has no APCER). */
export function meanOf<Row>(groups: readonly Row[][], figure: (rows: Row[]) => number): number {
  const values = groups.map(figure).filter((value) => !Number.isNaN(value))
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fuse, leastCoverage, type Measurements } from '../src/engine/liveness/fusion.ts'
import type { Judged } from './pad-rates.ts'

const folder = join(import.meta.dirname, '../training/pad')

/** One picture as nets judged it that never saw its source. */
export interface Prediction extends Judged {
  path: string
  /** `plain`, or how the picture was changed before. */
  variant: string
  source: string
  view: 'full' | 'crop' | 'web'
  /** Kind of attack; empty for a bona fide capture. */
  attack: string
  /** Fault for which the engine refuses to judge it; empty when it was judged. */
  reason: string
  /** MiniFASNet's score of the same picture, 0..1; null where it was not taken. */
  yardstick: number | null
}

/** The lines of predictions.csv, fused by the shipped calibration, beside those of yardstick.csv. */
export function readPredictions(): Prediction[] {
  const yardstick = new Map(readCsv('yardstick.csv').map(({ path, score }) => [path, Number(score)]))
  return readCsv('predictions.csv').map((row) => ({
    path: row.path!,
    variant: row.variant!,
    bonafide: row.label === '1',
    source: row.source!,
    view: row.view as Prediction['view'],
    attack: row.attack!,
    reason: row.reason!,
    score: fuse(measurementsOf(row)).score,
    yardstick: row.variant === 'plain' ? (yardstick.get(row.path!) ?? null) : null,
  }))
}

/** predictions.csv has the logits of every net; the engine takes only those that it looks at. */
function measurementsOf(row: Record<string, string>): Measurements {
  const skin = Number(row.skin)
  return Number(row.coverage) >= leastCoverage
    ? { surrounded: true, skin, context: Number(row.context), near: Number(row.near) }
    : { surrounded: false, skin, texture: Number(row.texture) }
}

export function readCsv(name: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(folder, name), 'utf8').trim().split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return Object.fromEntries(names.map((field, index) => [field, values[index] ?? '']))
  })
}

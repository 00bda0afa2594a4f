/**
 * How well liveness holds on groups that nobody had seen: the tables of MODELS.md.
 *
 *   npm run eval:pad              writes the section `eval:pad` of MODELS.md
 *
 * The scores are those that training/pad/verdict.ts took of the verdict groups, once for each released model
 * (training/pad/verdicts.csv says when). This script only counts, and measures the cost of one judgement.
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createLiveness, livenessNetNames } from '../src/engine/liveness/index.ts'
import { openSessions, packageRoot } from '../src/engine/models/index.ts'
import { decodePicture } from '../src/engine/picture/decode.ts'
import { areaUnderCurve, equalError } from '../src/evaluation/pad-rates.ts'
import { samplePhotograph } from '../test/support/pictures.ts'
import { writeSection } from './document.ts'
import { bestOfChanges, changes } from './pad-changes.ts'
import { releases, verdictTables } from './pad-document.ts'
import { markdownTable, passes, refuses } from './pad-tables.ts'
import { byGroup, meanOf, readVerdict } from './pad-verdicts.ts'

const document = join(packageRoot(), 'MODELS.md')
/** What the figures do not say by themselves. */
const notes = readFileSync(join(packageRoot(), 'training/pad/NOTES.md'), 'utf8')
const section = `## Liveness (presentation attack detection), measured

Written by \`npm run eval:pad\`.

### Goals

${goals(await measureCost())}

${verdictTables()}

${notes}`
writeSection(document, 'eval:pad', section)
console.log(section)

/**
 * Processor milliseconds of one judgement, the picture decoded and the face found: of a face with surroundings or of
 * one without, whichever takes longer. Processor time, because this machine may be busy with other things; the
 * sessions use one thread.
 */
async function measureCost(): Promise<number> {
  const sessions = await openSessions(livenessNetNames)
  const pixels = await decodePicture(samplePhotograph(3), { longestSide: 1280 })
  const judge = createLiveness(sessions)
  const surrounded = { x: 760, y: 150, width: 120, height: 120 }
  const tight = { x: 190, y: 10, width: 820, height: 820 }
  const medians: number[] = []
  for (const box of [surrounded, tight]) {
    const subject = { box, quality: { faults: [], interocular: 60, luminance: 50 } }
    const run = async (times: number) => {
      for (let count = 0; count < times; count++) await judge.judge(pixels, subject)
    }
    await run(10)
    const rounds: number[] = []
    for (let round = 0; round < 9; round++) {
      const before = process.cpuUsage()
      await run(10)
      const { user, system } = process.cpuUsage(before)
      rounds.push((user + system) / 1e4)
    }
    medians.push(rounds.sort((a, b) => a - b)[4]!)
  }
  await sessions.close()
  return Math.max(...medians)
}

function goals(cost: number): string {
  const all = readVerdict(releases().at(-1)!)
  const judged = all.filter(({ variant, reason }) => variant === 'plain' && !reason)
  const full = judged.filter(({ view }) => view === 'full')
  const crops = judged.filter(({ view }) => view === 'crop')
  const yardstick = readVerdict('minifasnet').filter(
    ({ variant, view }) => variant === 'plain' && view === 'full',
  )
  const weights = ['face', 'skin', 'surroundings', 'texture']
    .map((name) => statSync(join(packageRoot(), `models/pad-${name}.onnx`)).size / 1e6)
    .reduce((sum, size) => sum + size)
  const worst = (rows: typeof full, figure: typeof passes, trials: (of: typeof full) => number) =>
    Math.max(
      ...byGroup(rows)
        .filter((of) => trials(of) >= 10)
        .map(figure),
    )
  const attacks = (of: typeof full) => of.filter(({ bonafide }) => !bonafide).length
  const genuine = (of: typeof full) => of.length - attacks(of)
  const paper = full.filter(({ attack }) => /print|mask/.test(attack))
  const { plain, best } = bestOfChanges(all)
  const harmless = changes(all).filter(({ variant }) => variant !== 'closer' && variant !== 'tight')
  const changed = Math.max(...harmless.map((change) => change.changed))
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const most = (what: string, value: number, limit: number) => [
    what,
    `<= ${percent(limit)}`,
    percent(value),
    value <= limit ? 'yes' : '**no**',
  ]
  const least = (what: string, value: number, limit: number) => [
    what,
    `>= ${limit}`,
    value.toFixed(3),
    value >= limit ? 'yes' : '**no**',
  ]
  const area = (rows: readonly (typeof full)[number][]) => areaUnderCurve(rows)
  return markdownTable(
    ['on the verdict groups', 'goal', 'measured', 'reached'],
    [
      most('frames, equal error against half of MiniFASNet’s', equalError(full), equalError(yardstick) / 2),
      least('frames, AUC over all', areaUnderCurve(full), 0.985),
      least('frames, mean AUC over groups', meanOf(byGroup(full), area), 0.97),
      most('frames, APCER', passes(full), 0.05),
      most('frames, BPCER', refuses(full), 0.05),
      most('frames, worst APCER of a group of ten or more', worst(full, passes, attacks), 0.2),
      most('prints, cards and paper masks, APCER', passes(paper), 0.1),
      least('tight crops, mean AUC over groups', meanOf(byGroup(crops), area), 0.96),
      most('tight crops, APCER', passes(crops), 0.1),
      most('tight crops, BPCER', refuses(crops), 0.1),
      most('tight crops, worst BPCER of a group of ten or more', worst(crops, refuses, genuine), 0.3),
      most('harmless changes, verdicts changed at worst', changed, 0.04),
      most('attacks turned live by the best of all changes', best - plain, 0.1),
      ['processor time of one judgement', '<= 6 ms', `${cost.toFixed(1)} ms`, cost <= 6 ? 'yes' : '**no**'],
      ['weights of our own', '<= 6 MB', `${weights.toFixed(2)} MB`, weights <= 6 ? 'yes' : '**no**'],
    ],
  )
}

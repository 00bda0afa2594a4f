import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { moveScore } from '../decisions/calibration.ts'
import { likenessAt, yearsOf } from '../decisions/likeness.ts'
import { cosine, createEngine, similarity } from '../engine/index.ts'
import { drawMatchDet, drawPadDet } from '../evaluation/charts.ts'
import { readCaptures } from '../evaluation/labelled-folder.ts'
import { type MatchReport, type Portrait, reportMatch } from '../evaluation/match-report.ts'
import { matchPage, matchTables } from '../evaluation/match-tables.ts'
import { reportPad } from '../evaluation/pad-report.ts'
import { padPage, padTables } from '../evaluation/pad-tables.ts'
import { type ReportPage, toHtml } from '../evaluation/report-page.ts'
import { offsetOf } from './calibrate.ts'
import { judgeCaptures } from './judge-captures.ts'
import { forEachPicture, picturesFrom } from './pictures.ts'
import { readSettings } from './settings.ts'
import { printableJson, table } from './terminal.ts'

interface EvalOptions {
  client?: string
  threshold?: number
  to?: string
  json?: true
}

/** `liveface eval pad|match`: error rates on a labelled folder of one's own captures. */
export function evalCommand(): Command {
  const evaluate = new Command('eval')
    .description('Measure error rates on a folder of your own captures.')
    .exitOverride()
  addOptions(evaluate.command('pad'), 'liveness probability from which a capture counts as live')
    .description(
      'Attack detection in the terms of ISO/IEC 30107-3. The folder holds live/[PERSON/] and attack/KIND/[PERSON/], ' +
        'or labels.csv with the columns path, label (live or attack), attack and person.',
    )
    .option('--client <id>', "with this client's calibration (`liveface calibrate`)")
    .action(evalPad)
  addOptions(evaluate.command('match'), 'similarity from which two faces count as one person')
    .description('Face match. The folder holds one folder per person; every two pictures are compared.')
    .action(evalMatch)
  return evaluate
}

function addOptions(command: Command, threshold: string): Command {
  return command
    .argument('<folder>', 'labelled captures')
    .option('--threshold <number>', `${threshold} (default: the setting in force)`, share)
    .option('--to <folder>', 'write report.html, report.json and det.svg there')
    .option('--json', 'print the report as JSON')
}

async function evalPad(folder: string, options: EvalOptions): Promise<void> {
  const config = readSettings()
  const captures = readCaptures(folder, await picturesFrom(folder))
  const offset = options.client === undefined ? 0 : await offsetOf(options.client)
  const engine = await createEngine(config.engine)
  try {
    const measured = await judgeCaptures(engine, folder, captures)
    const judged = measured.map((one) => ({ ...one, score: one.score && moveScore(one.score, offset) }))
    const report = reportPad(judged, options.threshold ?? config.liveness.threshold)
    await publish(report, options, padTables(report), padPage(report, drawPadDet(report)))
  } finally {
    await engine.close()
  }
}

interface MeasuredPortrait extends Portrait {
  template: Float32Array
  /** Estimated age. */
  years: number
}

async function evalMatch(folder: string, options: EvalOptions): Promise<void> {
  const config = readSettings()
  const paths = await picturesFrom(folder)
  const astray = paths.find((path) => !path.includes('/'))
  if (astray) throw new Error(`${astray} is in no folder of a person: expected PERSON/picture.`)
  const engine = await createEngine(config.engine)
  try {
    const portraits: MeasuredPortrait[] = []
    const leftOut: MatchReport['leftOut'] = []
    const measured = await forEachPicture(engine, paths, async (path) => {
      try {
        const report = await engine.analyse(await readFile(join(folder, path)), {
          want: { template: true, age: true, traits: false, liveness: false },
        })
        const template = report.subject?.template
        return template ? { template, years: yearsOf(report) } : 'no_face'
      } catch {
        return 'unreadable'
      }
    })
    for (const [index, path] of paths.entries()) {
      const found = measured[index]!
      if (typeof found === 'string') leftOut.push({ path, reason: found })
      else portraits.push({ path, person: path.split('/')[0]!, ...found })
    }
    const threshold = options.threshold ?? config.match.threshold
    const report = reportMatch(portraits, leftOut, likeness, threshold)
    await publish(report, options, matchTables(report), matchPage(report, drawMatchDet(report)))
  } finally {
    await engine.close()
  }
}

/** As `judgeMatch` compares: marked down for the young, whose age is the mean of both estimates. */
function likeness(first: MeasuredPortrait, second: MeasuredPortrait): number {
  return likenessAt(similarity(cosine(first.template, second.template)), (first.years + second.years) / 2)
}

async function publish(
  report: object,
  { to, json }: EvalOptions,
  tables: ReportPage['tables'],
  page: ReportPage,
): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`
  if (to !== undefined) {
    await mkdir(to, { recursive: true })
    await writeFile(join(to, 'report.json'), text)
    await writeFile(join(to, 'report.html'), toHtml(page))
    await writeFile(join(to, 'det.svg'), page.plot)
  }
  if (json) process.stdout.write(printableJson(text))
  else {
    const parts = tables.map(({ title, rows }) => `${title}\n${table(rows.map((row) => [...row]))}\n`)
    process.stdout.write(parts.join('\n'))
  }
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Not a number between 0 and 1.')
  return value
}

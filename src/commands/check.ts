import { readFile, writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { judgePassive, type PassiveVerdict } from '../decisions/passive.ts'
import { createEngine } from '../engine/index.ts'
import { drawFaces } from '../engine/picture/draw.ts'
import type { Engine, FaceReport } from '../engine/types.ts'
import { findPictures, forEachPicture } from './pictures.ts'
import { readSettings } from './settings.ts'
import { printableJson, table } from './terminal.ts'

interface CheckResult {
  file: string
  verdict: PassiveVerdict | null
  error: string | null
  report: FaceReport | null
}

const tones = { live: 'good', spoof: 'bad', unjudgeable: 'neutral', no_face: 'neutral' } as const

/** `liveface check`: exit 0 when every picture shows a live face, 1 when one does not, 2 when one failed. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Is the face in each picture live? Exit code 0: all are; 1: one is not; 2: one could not be read.',
    )
    .argument('<pictures...>', 'files or folders')
    .option('--json', 'print one JSON object per picture')
    .option('--draw <file>', 'write the (only) picture as PNG with box, mesh and verdict drawn on it')
    .action(check)
}

async function check(paths: string[], options: { json?: true; draw?: string }): Promise<void> {
  const config = readSettings()
  const files = await findPictures(paths)
  if (options.draw && files.length > 1) throw new Error('--draw takes one picture.')
  const engine = await createEngine(config.engine)
  try {
    const results = await forEachPicture(engine, files, (file) =>
      checkOne(engine, file, config.liveness.threshold),
    )
    if (options.draw && results[0]?.report) {
      await draw(results[0], options.draw, config.engine.pixelLimit)
    }
    process.stdout.write(options.json ? printableJson(toJson(results)) : `${toTable(results)}\n`)
    process.exitCode = exitCode(results)
  } finally {
    await engine.close()
  }
}

async function checkOne(engine: Engine, file: string, threshold: number): Promise<CheckResult> {
  try {
    const report = await engine.analyse(await readFile(file), {
      want: { liveness: true, traits: true, template: false },
    })
    return { file, report, verdict: judgePassive(report, { threshold }), error: null }
  } catch (error) {
    return {
      file,
      report: null,
      verdict: null,
      error: error instanceof Error ? error.message : String(error),
    }
  }
}

async function draw(
  { file, report, verdict }: CheckResult,
  target: string,
  pixelLimit: number,
): Promise<void> {
  if (!report || !verdict) return
  const label = 'score' in verdict ? `${verdict.outcome} ${verdict.score.toFixed(2)}` : verdict.outcome
  const { subject } = report
  const others = report.faces.slice(1).map(({ box }) => ({ box }))
  const marks = subject
    ? [{ box: subject.box, mesh: subject.mesh, lines: [label], tone: tones[verdict.outcome] }, ...others]
    : others
  const drawn = await drawFaces(await readFile(file), marks, { turned: report.picture.turned, pixelLimit })
  await writeFile(target, drawn)
}

function exitCode(results: CheckResult[]): number {
  if (results.some((result) => result.error)) return 2
  return results.every((result) => result.verdict?.outcome === 'live') ? 0 : 1
}

function toTable(results: CheckResult[]): string {
  const heading = ['picture', 'verdict', 'liveness', 'faces', 'yaw', 'pitch', 'quality', 'age', 'gender']
  const rows = results.map(({ file, verdict, report, error }) => {
    if (!report || !verdict) return [file, error ?? '']
    const { subject } = report
    return [
      file,
      verdict.outcome === 'unjudgeable' ? verdict.reason : verdict.outcome,
      'score' in verdict ? verdict.score.toFixed(3) : '-',
      String(report.faces.length),
      subject ? subject.pose.yaw.toFixed(0) : '-',
      subject ? subject.pose.pitch.toFixed(0) : '-',
      subject ? subject.quality.score.toFixed(0) : '-',
      subject?.allTraits
        ? `${Math.floor(subject.allTraits.age.min)}-${Math.ceil(subject.allTraits.age.max)}`
        : '-',
      subject?.allTraits?.gender.value ?? '-',
    ]
  })
  return table([heading, ...rows])
}

/** Mesh and template are left out: one is bulky, the other personal data. */
function toJson(results: CheckResult[]): string {
  return results
    .map(({ file, verdict, error, report }) => {
      const subject = report?.subject ? { ...report.subject, mesh: undefined, template: undefined } : null
      return `${JSON.stringify({ file, verdict, error, report: report && { ...report, subject } })}\n`
    })
    .join('')
}

import { Command } from 'commander'
import { createClients } from '../access/clients.ts'
import type { LivenessCalibration } from '../access/settings.ts'
import { fitOffset, minCaptures, moveScore } from '../decisions/calibration.ts'
import { createEngine } from '../engine/index.ts'
import { type Capture, isLabelled, readCaptures } from '../evaluation/labelled-folder.ts'
import { judgeCaptures } from './judge-captures.ts'
import { picturesFrom } from './pictures.ts'
import { withPlatform } from './platform.ts'
import { readSettings } from './settings.ts'
import { print } from './terminal.ts'

interface CalibrateOptions {
  client?: string
  undo?: true
}

/** `liveface calibrate`: moves the liveness scores of one client's cameras to where those of others are. */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description(
      `Fit the liveness scores to your cameras, from at least ${minCaptures} bona fide captures in live/ or labels.csv ` +
        '(or in the folder itself, where it has neither). Shows what it would do; with --client it counts at once, in ' +
        'every API of that client.',
    )
    .argument('[folder]', 'bona fide captures')
    .option('--client <id>', 'store it for this client')
    .option('--undo', "go back to the client's calibration before the last, or to none")
    .action(calibrate)
}

async function calibrate(folder: string | undefined, { client, undo }: CalibrateOptions): Promise<void> {
  if (undo) {
    if (client === undefined || folder !== undefined) throw new Error('--undo takes --client and no folder.')
    const { before, after } = await change(client, (known) => known.slice(0, -1))
    if (before.length === 0) throw new Error(`Client ${client} has no calibration.`)
    return print(
      `Client ${client}: liveness scores are moved by ${written(after.at(-1)?.offset ?? 0)} again.`,
    )
  }
  if (folder === undefined) throw new Error('Name the folder with bona fide captures.')
  const threshold = readSettings().liveness.threshold
  const { scores, unjudged } = await judgeBonafide(folder)
  if (scores.length < minCaptures) {
    throw new Error(
      `Expected at least ${minCaptures} bona fide captures that can be judged, found ${scores.length}` +
        ` (${unjudged} cannot be).`,
    )
  }
  const calibration: LivenessCalibration = {
    // Upwards: what lies at the threshold stays there.
    offset: Math.ceil(1e4 * fitOffset(scores, threshold)) / 1e4,
    captures: scores.length,
    fittedAt: new Date().toISOString(),
  }
  const refused = (offset: number) =>
    `${scores.filter((score) => moveScore(score, offset) < threshold).length} of ${scores.length}`
  print(
    `Bona fide captures refused at ${threshold}: ${refused(0)} as measured, ${refused(calibration.offset)} moved.`,
  )
  if (unjudged > 0) print(`Not judged: ${unjudged}.`)
  if (client === undefined) {
    return print(`Offset ${written(calibration.offset)}. Nothing was stored: add --client to use it.`)
  }
  await change(client, (known) => [...known, calibration])
  print(
    `Client ${client}: liveness scores are moved by ${written(calibration.offset)}. \`--undo\` takes it back.`,
  )
}

/** Scores as the nets give them, whatever calibration there is. */
async function judgeBonafide(folder: string): Promise<{ scores: number[]; unjudged: number }> {
  const captures = (await bonafideIn(folder)).filter(({ bonafide }) => bonafide)
  const engine = await createEngine(readSettings().engine)
  try {
    const judged = await judgeCaptures(engine, folder, captures)
    const scores = judged.flatMap(({ score }) => (score === null ? [] : [score]))
    return { scores, unjudged: judged.length - scores.length }
  } finally {
    await engine.close()
  }
}

/** A folder without labels holds bona fide captures: who calibrates may have no attacks. */
async function bonafideIn(folder: string): Promise<Capture[]> {
  const pictures = await picturesFrom(folder)
  if (isLabelled(folder, pictures)) return readCaptures(folder, pictures)
  return pictures.map((path) => ({ path, bonafide: true, instrument: '', person: null }))
}

/** The offset that a client's scores are moved by, in log-odds. @throws Error when there is no such client */
export async function offsetOf(client: string): Promise<number> {
  const { after } = await change(client, (known) => [...known])
  return after.at(-1)?.offset ?? 0
}

/** Changes a client's calibrations, with a row of the audit log. @throws Error when there is no such client */
function change(
  id: string,
  changed: (known: readonly LivenessCalibration[]) => LivenessCalibration[],
): Promise<{ before: LivenessCalibration[]; after: LivenessCalibration[] }> {
  return withPlatform(async ({ database, masterKey, audit }) => {
    const clients = createClients(database, masterKey, Date.now, audit.append)
    let before: LivenessCalibration[] = []
    const { settings } = await clients.update(
      id,
      ({ livenessCalibrations: known }) => {
        before = known
        const after = changed(known)
        return after.length === known.length ? {} : { livenessCalibrations: after }
      },
      'operator',
      ({ livenessCalibrations = [] }) => ({ livenessOffset: livenessCalibrations.at(-1)?.offset ?? 0 }),
    )
    return { before, after: settings.livenessCalibrations }
  })
}

function written(offset: number): string {
  return `${offset > 0 ? '+' : ''}${offset.toFixed(2)} log-odds`
}

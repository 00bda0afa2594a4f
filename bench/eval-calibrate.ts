/**
 * How much of the gap between cameras `liveface calibrate` closes, with each group of captures left out of the choice of
 * its two figures. Training and development groups alone: the verdict groups are looked at once for each model.
 *
 *   npm run eval:calibrate                  writes the section `eval:calibrate` of MODELS.md
 *   npm run eval:calibrate -- scores.csv    the same from the scores of an earlier run (.cache/pad/cameras.csv)
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Fitting, fitOffset, fitting, moveScore } from '../src/decisions/calibration.ts'
import { openSessions, packageRoot } from '../src/engine/models/index.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { dice } from '../src/evaluation/bootstrap.ts'
import { apcer, bpcer, equalError, type Judged } from '../src/evaluation/pad-rates.ts'
import { sharedDirectory } from '../test/support/shared.ts'
import { type Labelled, partsOfGroups, rightlyLabelled } from '../training/pad/pictures.ts'
import { writeSection } from './document.ts'
import { markdownTable } from './pad-tables.ts'

const threshold = 0.5
/** Pictures judged of each camera and side, bona fide captures that fit, and what a camera must have to be counted. */
const [maxJudged, maxFitted, minBonafide, minAttacks] = [150, 50, 20, 10]
/** Times that a camera's bona fide captures are parted into those that fit and those that are judged. */
const partings = 20
const candidates: Fitting[] = [0.02, 0.05, 0.1, 0.2].flatMap((refused) =>
  [0.25, 0.5, 0.75, 1].map((weight) => ({ refused, weight })),
)
const cache = join(packageRoot(), '.cache/pad/cameras.csv')

/** Captures of one group in one view. */
interface Camera {
  group: string
  part: string
  view: string
  bonafide: number[]
  attacks: number[]
}

/** Means over the partings. */
interface Outcome {
  apcer: number
  bpcer: number
}

const [given] = process.argv.slice(2)
if (!given) await takeScores()
const cameras = readCameras(given ?? cache).filter(
  ({ bonafide, attacks }) => bonafide.length >= minBonafide && attacks.length >= minAttacks,
)
const before = cameras.map((camera) => outcome(camera, null))
const byCandidate = candidates.map((candidate) => cameras.map((camera) => outcome(camera, candidate)))
const chosen = cameras.map(({ group }) => candidates[bestWithout(group)]!)
const after = cameras.map(({ group }, index) => byCandidate[bestWithout(group)]![index]!)
const best = cameras.map(({ bonafide, attacks }) => equalError(judged(bonafide, attacks)))
const section = write()
writeSection(join(packageRoot(), 'MODELS.md'), 'eval:calibrate', section)
console.log(section)

async function takeScores(): Promise<void> {
  const shared = sharedDirectory()
  if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
  const data = join(shared, 'data')
  const parts = partsOfGroups()
  const sides = new Map<string, Labelled[]>()
  for (const picture of rightlyLabelled(data)) {
    if (!['training', 'development'].includes(parts.get(picture.group) ?? '')) continue
    const key = `${picture.group} ${picture.view} ${picture.bonafide}`
    sides.set(key, [...(sides.get(key) ?? []), picture])
  }
  const pictures = [...sides.values()].flatMap((all) => {
    const count = Math.min(maxJudged, all.length)
    return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]!)
  })
  const sessions = await openSessions(pipelineNets)
  const pipeline = createPipeline(sessions)
  const lines = ['path,group,part,view,label,score']
  for (const [index, { path, group, view, bonafide }] of pictures.entries()) {
    if (index % 500 === 0) console.error(`${index} of ${pictures.length}`)
    const { subject } = await pipeline.analyse(readFileSync(join(data, path)), {
      want: { template: false, traits: false, liveness: true },
    })
    const liveness = subject?.liveness
    if (!liveness?.judged) continue
    lines.push([path, group, parts.get(group), view, bonafide ? 1 : 0, liveness.score.toFixed(5)].join(','))
  }
  await sessions.close()
  mkdirSync(dirname(cache), { recursive: true })
  writeFileSync(cache, `${lines.join('\n')}\n`)
}

function readCameras(file: string): Camera[] {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const found = new Map<string, Camera>()
  for (const line of lines) {
    const [, group = '', part = '', view = '', label, score] = line.split(',')
    const camera = found.get(`${group} ${view}`) ?? { group, part, view, bonafide: [], attacks: [] }
    found.set(`${group} ${view}`, camera)
    ;(label === '1' ? camera.bonafide : camera.attacks).push(Number(score))
  }
  return [...found.values()]
}

/** Errors on bona fide captures that did not fit the offset, and on all attacks. @param how null: not at all */
function outcome({ bonafide, attacks }: Camera, how: Fitting | null): Outcome {
  const count = Math.min(maxFitted, Math.floor(bonafide.length / 2))
  const draw = dice(1)
  const errors = Array.from({ length: partings }, () => {
    const drawn = bonafide
      .map((score) => ({ score, place: draw() }))
      .sort((a, b) => a.place - b.place)
      .map(({ score }) => score)
    const offset = how ? fitOffset(drawn.slice(0, count), threshold, how) : 0
    const moved = (scores: number[]) => scores.map((score) => moveScore(score, offset))
    const rows = judged(moved(drawn.slice(count)), moved(attacks))
    return { apcer: apcer(rows, threshold).share, bpcer: bpcer(rows, threshold).share }
  })
  return { apcer: mean(errors.map((of) => of.apcer)), bpcer: mean(errors.map((of) => of.bpcer)) }
}

/** The candidate with the smallest mean of both errors over the cameras of other groups. */
function bestWithout(group: string): number {
  const costs = byCandidate.map((outcomes) =>
    mean(outcomes.filter((_, index) => cameras[index]!.group !== group).map(halfTotal)),
  )
  return costs.indexOf(Math.min(...costs))
}

function judged(bonafide: number[], attacks: number[]): Judged[] {
  return [
    ...bonafide.map((score) => ({ score, bonafide: true })),
    ...attacks.map((score) => ({ score, bonafide: false })),
  ]
}

function halfTotal({ apcer, bpcer }: Outcome): number {
  return (apcer + bpcer) / 2
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function write(): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const row = (name: string, isMeant: (camera: Camera) => boolean) => {
    const at = cameras.flatMap((camera, index) => (isMeant(camera) ? [index] : []))
    const of = <T>(values: readonly T[]) => at.map((index) => values[index]!)
    const [was, is, could] = [mean(of(before).map(halfTotal)), mean(of(after).map(halfTotal)), mean(of(best))]
    return [
      name,
      String(at.length),
      ...[mean(of(before).map(({ apcer }) => apcer)), mean(of(before).map(({ bpcer }) => bpcer))].map(
        percent,
      ),
      ...[mean(of(after).map(({ apcer }) => apcer)), mean(of(after).map(({ bpcer }) => bpcer))].map(percent),
      `${percent(was)}, ${percent(is)}, ${percent(could)}`,
      `${((100 * (was - is)) / (was - could)).toFixed(0)} %`,
      `${Math.max(...of(before).map(({ bpcer }) => 100 * bpcer)).toFixed(0)}, ${Math.max(...of(after).map(({ bpcer }) => 100 * bpcer)).toFixed(0)} %`,
    ]
  }
  const choices = new Map<string, number>()
  for (const { refused, weight } of chosen) {
    const key = `${refused} and ${weight}`
    choices.set(key, (choices.get(key) ?? 0) + 1)
  }
  return `## Liveness on one's own cameras, measured

\`liveface calibrate\` moves the liveness scores of one client's cameras by an offset, fitted to bona fide captures alone.
Measured on ${cameras.length} cameras (a group of captures in one view with at least ${minBonafide} bona fide captures and ${minAttacks} attacks) of the
training and development groups: half of a camera's bona fide captures, at most ${maxFitted}, fit; the other half and all attacks
are judged at ${threshold}; means of ${partings} partings. Its two figures (share that may be refused, share of the way) are chosen for each
camera on the other groups; ${[...choices].map(([key, count]) => `${key} for ${count}`).join(', ')}. In use: ${fitting.refused} and ${fitting.weight}. Written by
\`npm run eval:calibrate\`.

${markdownTable(
  [
    '',
    'cameras',
    'APCER before',
    'BPCER before',
    'APCER after',
    'BPCER after',
    'mean of both: before, after, at the best threshold of each camera',
    'gap closed',
    'worst BPCER: before, after',
  ],
  [
    row('development groups: the nets never saw them', ({ part }) => part === 'development'),
    row('training groups: the nets learned from them', ({ part }) => part === 'training'),
    row(
      `all with ${2 * maxFitted - 10} or more bona fide captures`,
      ({ bonafide }) => bonafide.length >= 2 * maxFitted - 10,
    ),
    row('all', () => true),
  ],
)}

The captures that fit and those that are judged show the same few people and rooms, which flatters the figures. What the
gap is measured against, the best threshold of each camera, was chosen with its attacks in sight.
`
}

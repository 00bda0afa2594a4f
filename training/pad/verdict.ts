/**
 * Judges the verdict groups with the released engine: once for each model. The result goes into verdicts.csv with the
 * hashes of the nets and of the set, so that anybody sees how often it was looked at; each picture's score goes into
 * verdicts/MODEL.csv.
 *
 *     npx tsx training/pad/verdict.ts              the released nets
 *     npx tsx training/pad/verdict.ts minifasnet   the yardstick, on the same faces
 *
 * A second look with one model is refused unless `--again` says that it is wanted; the log then counts it.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readVerdict, summary } from '../../bench/pad-verdicts.ts'
import { livenessNetNames } from '../../src/engine/liveness/index.ts'
import { catalogue } from '../../src/engine/models/catalogue.ts'
import { openSessions, packageRoot } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { createPipeline } from '../../src/engine/pipeline.ts'
import { pipelineNets } from '../../src/engine/pipeline-nets.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { openYardstick } from './minifasnet.ts'
import { partsOfGroups, rightlyLabelled } from './pictures.ts'
import { variantNames, vary } from './variants.ts'

/** Every so many pictures are also changed in each way. */
const every = 6

const shared = sharedDirectory()
if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
const data = join(shared, 'data')
const log = join(import.meta.dirname, 'verdicts.csv')
const yardstick = process.argv.includes('minifasnet') ? await openYardstick(join(shared, 'models')) : null
const model = yardstick ? 'minifasnet' : modelHash()
const looks = new Set(
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.split(',')[1] === model)
    .map((line) => line.split(',')[3]),
).size
if (looks && !process.argv.includes('--again'))
  throw new Error(
    `Expected a model not yet judged, but ${model} stands in verdicts.csv: --again looks once more.`,
  )

const parts = partsOfGroups()
const pictures = rightlyLabelled(data).filter(({ group }) => parts.get(group) === 'verdict')
const sessions = await openSessions(pipelineNets)
const pipeline = createPipeline(sessions)
const set = createHash('sha256')
const lines = ['path,variant,label,group,view,attack,width,height,luminance,interocular,score,reason']
for (const [index, { path, bonafide, group, view, attack }] of pictures.entries()) {
  if (index % 100 === 0) console.log(`${index} of ${pictures.length}`)
  const bytes = readFileSync(join(data, path))
  set.update(path).update(bytes)
  const judged = await judge(bytes)
  if (!judged) continue
  const described = [path, bonafide ? 1 : 0, group, view, attack]
  const add = (variant: string, { known, luminance, interocular, score, reason }: typeof judged) =>
    lines.push(
      [
        ...described.toSpliced(1, 0, variant),
        known.width,
        known.height,
        luminance.toFixed(1),
        interocular.toFixed(1),
        score?.toFixed(4) ?? '',
        reason,
      ].join(','),
    )
  add('plain', judged)
  if (index % every) continue
  for (const variant of variantNames.slice(1)) {
    const changed = await judge(await vary(bytes, variant, judged.known))
    if (changed) add(variant, changed)
  }
}
await sessions.close()
const folder = join(import.meta.dirname, 'verdicts')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, `${model}.csv`), `${lines.join('\n')}\n`)
const setHash = set.digest('hex').slice(0, 12)
const date = new Date().toISOString().slice(0, 16)
for (const view of ['full', 'crop'] as const) {
  const results = summary(readVerdict(model).filter((row) => row.variant === 'plain' && row.view === view))
  const line = [date, model, setHash, looks + 1, view, ...results].join(',')
  appendFileSync(log, `${line}\n`)
  console.log(line)
}

/** The face that the engine takes for the subject, and its score. */
async function judge(bytes: Uint8Array) {
  const { picture, subject } = await pipeline.analyse(bytes, {
    want: { template: false, traits: false, liveness: !yardstick },
  })
  if (!subject) return null
  const { box, quality, liveness } = subject
  const { luminance, interocular } = quality
  const known = { width: picture.width, height: picture.height, box }
  if (!yardstick) {
    const [score, reason] = liveness?.judged ? [liveness.score, ''] : [null, liveness?.reason ?? '']
    return { known, luminance, interocular, score, reason }
  }
  const score = await yardstick(await decodePicture(bytes, { longestSide: 1280 }), box)
  return { known, luminance, interocular, score, reason: '' }
}

/** Of the nets and of what fuses them. */
function modelHash(): string {
  const hash = createHash('sha256')
  for (const name of livenessNetNames) {
    const net = catalogue[name]
    hash.update(JSON.stringify('sha256' in net ? net.sha256 : net.files))
  }
  for (const file of ['calibration', 'fusion'])
    hash.update(readFileSync(join(packageRoot(), `src/engine/liveness/${file}.ts`)))
  return hash.digest('hex').slice(0, 12)
}

/**
 * Measures faces, whole and spoilt, for fit.py.
 *
 *   npx tsx training/quality/measure.ts series [pairs]   degraded series on LFW pairs -> .cache/quality/series.jsonl
 *   npx tsx training/quality/measure.ts natural          every picture of LFW as it is -> .cache/quality/natural.jsonl
 *   npx tsx training/quality/measure.ts captures         selfies of the PAD set, spoilt -> .cache/quality/captures.jsonl
 *
 * Each line holds the features and, for LFW, the cosine with the clean second picture of the pair.
 */
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findFaces } from '../../src/engine/face/find.ts'
import { makeTemplate } from '../../src/engine/face/template.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import type { Pixels } from '../../src/engine/picture/pixels.ts'
import { measureFeatures } from '../../src/engine/quality/features.ts'
import { loadNets } from '../traits/nets.ts'
import { type Degradation, degrade } from './degrade.ts'

const shared = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data')
const cache = resolve('.cache/quality')
const nets = await loadNets()

const steps: Record<Degradation['kind'], number[]> = {
  blur: [0.012, 0.025, 0.04, 0.06, 0.09, 0.14],
  jpeg: [70, 40, 20, 10, 5],
  small: [30, 20, 14, 10, 7],
  enlarged: [20, 10],
  stops: [-4, -3, -2, -1, 1, 2, 3],
}
const degradations = Object.entries(steps).flatMap(([kind, amounts]) =>
  amounts.map((amount) => ({ kind, amount }) as Degradation),
)

async function measure(pixels: Pixels, template: boolean) {
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (!mesh) return null
  const pose = roughPose(mesh.points)
  const features = measureFeatures(pixels, { mesh: mesh.points, pose })
  return { features, template: template ? await makeTemplate(pixels, mesh.points, nets.template) : null }
}

/** Degrees, from the mesh's own depth; good enough to see how matching suffers from a turned head. */
function roughPose(mesh: Float32Array) {
  const along = (a: number, b: number, axis: number) => mesh[3 * a + axis]! - mesh[3 * b + axis]!
  const degrees = (y: number, x: number) => (Math.atan2(y, x) * 180) / Math.PI
  return {
    yaw: degrees(along(234, 454, 2), Math.hypot(along(454, 234, 0), along(454, 234, 1))),
    pitch: degrees(along(10, 152, 2), Math.hypot(along(152, 10, 0), along(152, 10, 1))),
    roll: degrees(along(263, 33, 1), along(263, 33, 0)),
  }
}

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
const load = async (file: string) => decodePicture(readFileSync(join(shared, file)), { longestSide: 1280 })

function writer(name: string) {
  mkdirSync(cache, { recursive: true })
  const stream = createWriteStream(join(cache, `${name}.jsonl`))
  return (row: object) => stream.write(`${JSON.stringify(row)}\n`)
}

function samePairs(): { first: string; second: string; fold: number }[] {
  const lines = readFileSync(join(shared, 'lfw/pairs.csv'), 'utf8').trim().split(/\r?\n/).slice(1)
  return lines
    .map((line) => line.split(','))
    .filter(([, , same]) => same === '1')
    .map(([first, second, , fold]) => ({
      first: `lfw/${first}`,
      second: `lfw/${second}`,
      fold: Number(fold),
    }))
}

async function series(count: number) {
  const write = writer('series')
  const pairs = samePairs()
  const step = Math.max(1, Math.floor(pairs.length / count))
  for (const { first, second, fold } of pairs.filter((_, index) => index % step === 0)) {
    const mate = await measure(await load(second), true)
    const clean = await load(first)
    const whole = await measure(clean, true)
    if (!mate || !whole) continue
    const row = (result: NonNullable<typeof whole> | null) => ({
      picture: first,
      fold,
      clean: whole.features.interocular,
      features: result?.features ?? null,
      cosine: result ? cosine(result.template!, mate.template!) : null,
      self: result ? cosine(result.template!, whole.template!) : null,
    })
    write({ kind: 'none', amount: 0, ...row(whole) })
    for (const degradation of degradations) {
      const spoilt = await degrade(clean, whole.features.interocular, degradation)
      write({ ...degradation, ...row(await measure(spoilt, true)) })
    }
  }
}

async function natural() {
  const write = writer('natural')
  const lines = readFileSync(join(shared, 'lfw/pairs.csv'), 'utf8').trim().split(/\r?\n/).slice(1)
  const pictures = new Set(lines.flatMap((line) => line.split(',').slice(0, 2)))
  for (const picture of pictures) {
    const result = await measure(await load(`lfw/${picture}`), true)
    write({ picture, features: result?.features ?? null, template: result ? [...result.template!] : null })
  }
}

async function captures() {
  const write = writer('captures')
  const lines = readFileSync(join(shared, 'pad/labels.csv'), 'utf8').trim().split(/\r?\n/).slice(1)
  const rows = lines.map((line) => line.split(',')).filter((_, index) => index % 6 === 0)
  for (const [picture, label, , source, view] of rows) {
    const clean = await load(`pad/${picture}`)
    const whole = await measure(clean, false)
    write({ picture, label, source, view, kind: 'none', amount: 0, features: whole?.features ?? null })
    if (!whole || label !== 'bonafide') continue
    for (const degradation of degradations.filter(
      ({ kind, amount }) => kind === 'blur' || (kind === 'stops' && amount % 2 === 0),
    )) {
      const spoilt = await degrade(clean, whole.features.interocular, degradation)
      write({
        picture,
        label,
        source,
        view,
        ...degradation,
        features: (await measure(spoilt, false))?.features ?? null,
      })
    }
  }
}

const [task, count] = process.argv.slice(2)
if (task === 'series') await series(Number(count ?? 250))
else if (task === 'natural') await natural()
else if (task === 'captures') await captures()
else throw new Error('Expected series, natural or captures')

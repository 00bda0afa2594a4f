/**
 * Measures faces, whole and spoilt, for fit.py.
 *
 *   npx tsx training/quality/measure.ts series [pairs] [kind]   degraded series on LFW pairs -> .cache/quality/series.jsonl
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
import { measurePose } from '../../src/engine/pose.ts'
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
  stops: [-5, -4, -3, -2, -1, 1, 2, 3],
  grain: [3, 6, 12],
  cover: [0.2, 0.35, 0.5],
}
/** Each is applied in turn, so that blur is also met under noise and compression, as cameras in the dark make it. */
const chains: Degradation[][] = [
  ...Object.entries(steps).flatMap(([kind, amounts]) =>
    amounts.map((amount) => [{ kind, amount } as Degradation]),
  ),
  ...[0.04, 0.06, 0.09].map((amount): Degradation[] => [
    { kind: 'blur', amount },
    { kind: 'grain', amount: 5 },
    { kind: 'jpeg', amount: 80 },
  ]),
  [
    { kind: 'stops', amount: -3 },
    { kind: 'grain', amount: 3 },
    { kind: 'jpeg', amount: 80 },
  ],
]

/** The whole picture's face: the measure of every degradation. */
type Face = Parameters<typeof degrade>[1]

async function spoil(pixels: Pixels, face: Face, chain: Degradation[]): Promise<Pixels> {
  let spoilt = pixels
  for (const step of chain) spoilt = await degrade(spoilt, face, step)
  return spoilt
}

/** How rows of a chain are known: its first step, marked when others follow. */
const label = ([first, ...others]: Degradation[]) => ({
  kind: first!.kind + (others.length > 0 ? '+' : ''),
  amount: first!.amount,
})

async function measure(pixels: Pixels, template: boolean) {
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (!mesh) return null
  const pose = measurePose(mesh.points)
  const features = measureFeatures(pixels, { mesh: mesh.points, pose })
  const { interocular } = features
  return {
    features,
    interocular,
    mesh: mesh.points,
    template: template ? await makeTemplate(pixels, mesh.points, nets) : null,
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

async function series(count: number, kind = '') {
  const write = writer(kind ? `series-${kind}` : 'series')
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
    for (const chain of chains.filter(([first]) => first!.kind.startsWith(kind))) {
      const spoilt = await spoil(clean, whole, chain)
      write({ ...label(chain), ...row(await measure(spoilt, true)) })
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
  const rows = lines.map((line) => line.split(',')).filter((_, index) => index % 8 === 0)
  for (const [picture, truth, , source, view] of rows) {
    const clean = await load(`pad/${picture}`)
    const whole = await measure(clean, false)
    write({ picture, label: truth, source, view, kind: 'none', amount: 0, features: whole?.features ?? null })
    if (!whole || truth !== 'bonafide') continue
    for (const chain of chains.filter(([first]) => first!.kind === 'blur' || first!.kind === 'stops')) {
      const spoilt = await spoil(clean, whole, chain)
      write({
        picture,
        label: truth,
        source,
        view,
        ...label(chain),
        features: (await measure(spoilt, false))?.features ?? null,
      })
    }
  }
}

const [task, count, kind] = process.argv.slice(2)
if (task === 'series') await series(Number(count ?? 250), kind)
else if (task === 'natural') await natural()
else if (task === 'captures') await captures()
else throw new Error('Expected series, natural or captures')

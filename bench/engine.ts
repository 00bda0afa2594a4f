/**
 * Speed of the engine on one thread, beside @vladmandic/human and @vladmandic/face-api on their wasm backend, and
 * beside the bare runtime on the same nets; then of two workers beside one.
 *
 *   npm run bench               writes bench/results/engine.json
 *   ROUNDS=20 npm run bench     more rounds than the default 12
 *
 * Everybody gets the same decoded pictures and the same questions: where is the face, its mesh (or landmarks), age and
 * gender, and a template. Measurements take turns, picture by picture, so that whatever else the machine does
 * strikes all alike. Ratios are of processor time: on a quiet machine that is the time on the clock, on a busy one it
 * leaves out the waiting. Trust the ratios more than the milliseconds.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import sharp from 'sharp'
import { createEngine } from '../src/engine/index.ts'
import { openSessions } from '../src/engine/models/index.ts'
import { decodePicture } from '../src/engine/picture/decode.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { samplePhotograph } from '../test/support/pictures.ts'
import { bareRuntime } from './bare.ts'
import { openFaceApi, openHuman, type PlainPicture } from './rivals.ts'

const rounds = Number(process.env.ROUNDS ?? 12)
const want = { template: true, traits: true, liveness: false }

/** Heads cut out of the group photographs, about as large in the frame as in a selfie: photograph, left, top, side. */
const cuts = [
  [6, 210, 340, 400],
  [6, 600, 210, 420],
  [5, 1310, 290, 460],
  [3, 560, 260, 420],
  [4, 560, 20, 420],
  [1, 1380, 120, 420],
] as const

const files = await Promise.all(
  cuts.map(([photograph, left, top, side]) =>
    sharp(samplePhotograph(photograph))
      .extract({ left, top, width: side, height: side })
      .resize(800)
      .jpeg()
      .toBuffer(),
  ),
)
const decoded = await Promise.all(files.map((file) => decodePicture(file)))
const plain = await Promise.all(
  files.map(async (file): Promise<PlainPicture> => {
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, rgb: data }
  }),
)

const sessions = await openSessions(pipelineNets)
const pipeline = createPipeline(sessions)
const bare = await bareRuntime()
const [human, faceApi] = [await openHuman(), await openFaceApi()]
const contestants = [
  {
    name: 'liveface',
    run: async (index: number) => (await pipeline.measure(decoded[index]!, { want })).faces.length,
  },
  { name: 'bare', run: (index: number) => bare.run(index) },
  { name: human.name, run: (index: number) => human.run(plain[index]!) },
  { name: faceApi.name, run: (index: number) => faceApi.run(plain[index]!) },
] as const

// What the pipeline asks of the nets is recorded once and replayed on bare sessions.
for (const pixels of decoded) await bare.record(pixels, want)
const times: Record<string, number[]> = {}
const processor: Record<string, number[]> = {}
for (let round = -2; round < rounds; round++) {
  for (const index of files.keys()) {
    // A fresh picture each time: halved copies of the last round would be a present.
    decoded[index] = { ...decoded[index]!, mips: [] }
    for (const { name, run } of contestants) {
      const [start, usage] = [performance.now(), process.cpuUsage()]
      const faces = await run(index)
      const taken = performance.now() - start
      const { user, system } = process.cpuUsage(usage)
      if (faces < 1) throw new Error(`${name} found no face in picture ${index}`)
      if (round < 0) continue
      times[name] = [...(times[name] ?? []), taken]
      processor[name] = [...(processor[name] ?? []), (user + system) / 1000]
    }
  }
}
human.close()
await sessions.close()

const one = median(processor.liveface!)
const medians = (lists: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, round(median(values))]))
const result = {
  date: new Date().toISOString(),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`,
  pictures: files.length,
  rounds,
  medianMs: medians(times),
  medianProcessorMs: medians(processor),
  ratioToHuman: round(median(processor[human.name]!) / one),
  ratioToFaceApi: round(median(processor[faceApi.name]!) / one),
  overheadOverBareRuntime: round(one / median(processor.bare!) - 1),
  bareMsByNet: bare.medians(),
  ...(await workersRatio()),
}
console.table({ clock: result.medianMs, processor: result.medianProcessorMs })
console.log(JSON.stringify(result, null, 2))
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/engine.json', `${JSON.stringify(result, null, 2)}\n`)

/** Pictures per second of one and of two workers, in turns; the median ratio. */
async function workersRatio(): Promise<{
  picturesPerSecond: Record<string, number>
  twoWorkersOverOne: number
}> {
  const engines = { one: await createEngine({ workers: 1 }), two: await createEngine({ workers: 2 }) }
  const rates: Record<keyof typeof engines, number[]> = { one: [], two: [] }
  for (let round = -1; round < 8; round++) {
    for (const key of ['one', 'two'] as const) {
      const count = 24
      let next = 0
      const start = performance.now()
      const lane = async () => {
        while (next < count) await engines[key].analyse(files[next++ % files.length]!, { want })
      }
      await Promise.all([lane(), lane(), lane(), lane()])
      if (round >= 0) rates[key].push((1000 * count) / (performance.now() - start))
    }
  }
  await Promise.all([engines.one.close(), engines.two.close()])
  return {
    picturesPerSecond: { oneWorker: round(median(rates.one)), twoWorkers: round(median(rates.two)) },
    twoWorkersOverOne: round(median(rates.two.map((rate, index) => rate / rates.one[index]!))),
  }
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  return ascending[ascending.length >> 1]!
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

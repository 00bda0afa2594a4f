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
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../src/engine/index.ts'
import type { Answer } from './contestant.ts'
import { headPictures } from './heads.ts'

const rounds = Number(process.env.ROUNDS ?? 12)
const warmUp = 3
const names = ['liveface', 'bare', 'human', 'face-api'] as const
type Name = (typeof names)[number]

const load = loadavg()[0]!
const files = await headPictures()
const contestants = new Map<Name, ChildProcess>()
for (const name of names) {
  const child = fork(join(import.meta.dirname, 'contestant.ts'), [name], { execArgv: ['--import', 'tsx'] })
  await once(child, 'message')
  contestants.set(name, child)
}
const answers: Record<Name, Answer[]> = { liveface: [], bare: [], human: [], 'face-api': [] }
for (let turn = -warmUp; turn < rounds; turn++) {
  for (const index of files.keys()) {
    for (const [name, child] of contestants) {
      child.send(index)
      const [answer] = (await once(child, 'message')) as [Answer]
      if (turn >= 0) answers[name].push(answer)
    }
  }
}
for (const child of contestants.values()) child.kill()

const clock = medians('clock')
const processor = medians('processor')
const result = {
  date: new Date().toISOString(),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`,
  /** Runnable processes on the machine when the bench began: above the cores, the clock tells little. */
  loadBefore: round(load),
  pictures: files.length,
  rounds,
  medianClockMs: clock,
  medianProcessorMs: processor,
  ratioToHuman: round(processor.human / processor.liveface),
  ratioToFaceApi: round(processor['face-api'] / processor.liveface),
  overheadOverBareRuntime: round(processor.liveface / processor.bare - 1),
  ...(await workersRatio()),
}
console.table({ clock, processor })
console.log(JSON.stringify(result, null, 2))
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/engine.json', `${JSON.stringify(result, null, 2)}\n`)

/** Pictures per second of one and of two workers, in turns; the median ratio. */
async function workersRatio() {
  const want = { template: true, traits: true, liveness: false }
  const engines = { one: await createEngine({ workers: 1 }), two: await createEngine({ workers: 2 }) }
  const rates: Record<keyof typeof engines, number[]> = { one: [], two: [] }
  for (let turn = -1; turn < 8; turn++) {
    for (const key of ['one', 'two'] as const) {
      const count = 24
      let next = 0
      const start = performance.now()
      const lane = async () => {
        while (next < count) await engines[key].analyse(files[next++ % files.length]!, { want })
      }
      await Promise.all([lane(), lane(), lane(), lane()])
      if (turn >= 0) rates[key].push((1000 * count) / (performance.now() - start))
    }
  }
  await Promise.all([engines.one.close(), engines.two.close()])
  return {
    picturesPerSecond: { oneWorker: round(median(rates.one)), twoWorkers: round(median(rates.two)) },
    twoWorkersOverOne: round(median(rates.two.map((rate, index) => rate / rates.one[index]!))),
  }
}

function medians(of: keyof Answer): Record<Name, number> {
  const entries = names.map((name) => [name, round(median(answers[name].map((answer) => answer[of])))])
  return Object.fromEntries(entries)
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  return ascending[ascending.length >> 1]!
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

/**
 * Speed of the engine on one thread, beside @vladmandic/human and @vladmandic/face-api on their wasm backend, and
 * beside the bare runtime on the same nets; then of two workers beside one.
 *
 *   npm run bench               writes bench/results/engine.json and a table in docs/speed.md
 *   ROUNDS=20 npm run bench     more rounds than the default 12
 *
 * Everybody gets the same decoded pictures and the same questions: where is the face, its mesh (or landmarks), age and
 * gender, and a template. Measurements take turns, round by round, so that whatever else the machine does
 * strikes all alike. Ratios are of processor time: on a quiet machine that is the time on the clock, on a busy one it
 * leaves out the waiting. Trust the ratios more than the milliseconds.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { createEngine } from '../src/engine/index.ts'
import { circumstances, contest, median, round } from './contest.ts'
import { writeSection } from './document.ts'
import { headPictures } from './heads.ts'

const rounds = Number(process.env.ROUNDS ?? 12)
const before = circumstances()
const files = await headPictures()
const scores = await contest(['liveface', 'bare', 'human', 'face-api'], 'core', rounds)
const { liveface, bare, human, 'face-api': faceApi } = scores
const result = {
  ...before,
  pictures: files.length,
  rounds,
  scores,
  ratioToHuman: round(human.processorMs / liveface.processorMs),
  ratioToFaceApi: round(faceApi.processorMs / liveface.processorMs),
  overheadOverBareRuntime: round(liveface.processorMs / bare.processorMs - 1),
  workers: await workersRatio(),
}
console.table(scores)
console.log(JSON.stringify(result, null, 2))
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/engine.json', `${JSON.stringify(result, null, 2)}\n`)

const { workers } = result
writeSection(
  'docs/speed.md',
  'bench',
  `${result.machine}, ${result.date.slice(0, 10)}, commit ${result.commit}; ${files.length} heads of 800 x 800 pixels,
${rounds} rounds.

| without liveness, one thread | measured | goal |
|---|---|---|
| times the pictures of @vladmandic/human | ${result.ratioToHuman.toFixed(2)} | 3 |
| times the pictures of @vladmandic/face-api | ${result.ratioToFaceApi.toFixed(2)} | |
| over the bare runtime on the same nets | ${(100 * result.overheadOverBareRuntime).toFixed(0)} % | 20 % |

| from the file's bytes to the whole report | one worker | two workers | ratio |
|---|---|---|---|
| pictures per second | ${workers.picturesPerSecond.one.toFixed(1)} | ${workers.picturesPerSecond.two.toFixed(1)} | ${workers.twoOverOne.toFixed(2)} (goal 1.8) |
| processor ms per picture | ${workers.processorMs.one.toFixed(1)} | ${workers.processorMs.two.toFixed(1)} | |
| cores busy | ${workers.coresBusy.one.toFixed(2)} | ${workers.coresBusy.two.toFixed(2)} | ${(workers.coresBusy.two / workers.coresBusy.one).toFixed(2)} |`,
)

/**
 * One and two workers in turns, each engine alone in the process while it is measured, from the file's bytes to the
 * report: pictures per second, milliseconds of processor time of a picture, and how many cores were at work. Where a
 * picture costs the same with two workers, nothing between them is in the way, and the second is worth as many
 * pictures as it gets of a core.
 */
async function workersRatio() {
  const turns = { one: [] as WorkersTurn[], two: [] as WorkersTurn[] }
  for (let turn = 0; turn < 5; turn++) {
    turns.one.push(await measureWorkers(1))
    turns.two.push(await measureWorkers(2))
  }
  const middle = (key: keyof typeof turns, of: keyof WorkersTurn) =>
    round(median(turns[key].map((turn) => turn[of])))
  const both = (of: keyof WorkersTurn) => ({ one: middle('one', of), two: middle('two', of) })
  const ratios = turns.two.map(({ rate }, index) => rate / turns.one[index]!.rate)
  return {
    picturesPerSecond: both('rate'),
    twoOverOne: round(median(ratios)),
    processorMs: both('cost'),
    coresBusy: both('cores'),
  }
}

interface WorkersTurn {
  /** Pictures per second. */
  rate: number
  /** Milliseconds of processor time per picture. */
  cost: number
  /** Cores at work. */
  cores: number
}

/** @param seconds measured, after two that are not */
async function measureWorkers(workers: number, seconds = 4): Promise<WorkersTurn> {
  const engine = await createEngine({ workers })
  let done = 0
  let over = false
  const lane = async () => {
    while (!over) await engine.analyse(files[done++ % files.length]!)
  }
  const lanes = Array.from({ length: 3 * workers }, lane)
  await setTimeout(2000)
  const [before, start, usage] = [done, performance.now(), process.cpuUsage()]
  await setTimeout(1000 * seconds)
  const [count, clock] = [done - before, performance.now() - start]
  const { user, system } = process.cpuUsage(usage)
  over = true
  await Promise.all(lanes)
  await engine.close()
  const processor = (user + system) / 1000
  return { rate: (1000 * count) / clock, cost: processor / count, cores: processor / clock }
}

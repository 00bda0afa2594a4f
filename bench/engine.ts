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
import { createEngine } from '../src/engine/index.ts'
import { circumstances, contest, mean, median, round } from './contest.ts'
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
 * One and two workers in turns, from the file's bytes to the report: pictures per second, milliseconds of processor
 * time of a picture, and how many cores were at work. Where a picture costs the same with two workers, nothing between
 * them is in the way, and the second is worth as many pictures as it gets of a core.
 */
async function workersRatio() {
  const engines = { one: await createEngine({ workers: 1 }), two: await createEngine({ workers: 2 }) }
  const rates: Record<keyof typeof engines, number[]> = { one: [], two: [] }
  const costs: Record<keyof typeof engines, number[]> = { one: [], two: [] }
  for (let turn = -1; turn < 8; turn++) {
    for (const key of ['one', 'two'] as const) {
      const count = 48
      let next = 0
      const [start, usage] = [performance.now(), process.cpuUsage()]
      const lane = async () => {
        while (next < count) await engines[key].analyse(files[next++ % files.length]!)
      }
      await Promise.all([lane(), lane(), lane(), lane()])
      const { user, system } = process.cpuUsage(usage)
      if (turn < 0) continue
      rates[key].push((1000 * count) / (performance.now() - start))
      costs[key].push((user + system) / 1000 / count)
    }
  }
  await Promise.all([engines.one.close(), engines.two.close()])
  const [one, two] = [median(costs.one), median(costs.two)]
  const busy = (key: keyof typeof engines) =>
    round(mean(rates[key].map((rate, index) => (rate * costs[key][index]!) / 1000)))
  return {
    picturesPerSecond: { one: round(median(rates.one)), two: round(median(rates.two)) },
    twoOverOne: round(median(rates.two.map((rate, index) => rate / rates.one[index]!))),
    processorMs: { one: round(one), two: round(two) },
    coresBusy: { one: busy('one'), two: busy('two') },
  }
}

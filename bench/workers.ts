/**
 * `npm run proof:workers`: ends the real engine's workers again and again while others analyse, in every way that native
 * code can fail, and checks that each picture got its one answer, that the workers came back, and that memory did.
 *
 * ROUNDS=n scales the number of faults (default 1: 500 time limits, 200 kills, 40 of each other fault).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { createEngine } from '../src/engine/index.ts'
import type { Engine } from '../src/engine/types.ts'
import { workersOf } from '../test/support/children.ts'
import { type NativeFault, plantNativeFaults, withFault } from '../test/support/faults/index.ts'
import { samplePhotograph } from '../test/support/pictures.ts'
import { circumstances, writeResults } from './load/results.ts'

const scale = Number(process.env.ROUNDS ?? 1)
const times = (count: number) => Math.ceil(count * scale)
const planted = plantNativeFaults()
if (!planted) throw new Error('The C compiler `cc` is needed to build the code that crashes.')
Object.assign(process.env, planted)

const portrait = await sharp(samplePhotograph(6))
  .extract({ left: 210, top: 340, width: 400, height: 400 })
  .jpeg()
  .toBuffer()
let salt = 0
/** Differs each time: one that exceeds a short time limit on a busy machine twice would be refused as harmful. */
const plainPortrait = () => Buffer.concat([portrait, Buffer.from(String(salt++))])

interface Outcome {
  fault: string
  faults: number
  /** Answers by the engine's code; `report` is a whole report. */
  answers: Record<string, number>
  restarts: number
  seconds: number
}

async function count(answers: Record<string, number>, work: Promise<unknown>): Promise<void> {
  const answer = await work.then(
    () => 'report',
    (error: { code?: string }) => error.code ?? String(error),
  )
  answers[answer] = (answers[answer] ?? 0) + 1
}

/** Runs one kind of fault while plain pictures are analysed beside it. */
async function trial(
  fault: string,
  faults: number,
  timeoutMs: number,
  inflict: (engine: Engine, answers: Record<string, number>) => Promise<void>,
): Promise<Outcome> {
  const engine = await createEngine({ workers: 2, timeoutMs, maxQueue: 64, memoryLimit: 2 ** 30 })
  const answers: Record<string, number> = {}
  const begin = performance.now()
  let over = false
  const beside = (async () => {
    while (!over) {
      await count(answers, engine.analyse(plainPortrait()))
      // An engine without a worker refuses at once: let it start one.
      await sleep(5)
    }
  })()
  for (let i = 0; i < faults; i++) await inflict(engine, answers)
  over = true
  await beside
  while (engine.stats().workers < 2) await sleep(50)
  await count(answers, engine.analyse(plainPortrait()))
  const { restarts } = engine.stats()
  await engine.close()
  const seconds = Math.round((performance.now() - begin) / 1000)
  const outcome = { fault, faults, answers, restarts, seconds }
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
  return outcome
}

const planting = (fault: NativeFault) => (engine: Engine, answers: Record<string, number>) =>
  count(answers, engine.analyse(withFault(portrait, fault, String(salt++))))

async function killOne(engine: Engine): Promise<void> {
  while (engine.stats().workers < 2) await sleep(20)
  const [pid] = workersOf('self')
  if (pid) process.kill(pid, 'SIGKILL')
  const { restarts } = engine.stats()
  while (engine.stats().restarts === restarts) await sleep(5)
}

const before = process.memoryUsage.rss()
const outcomes = [
  await trial('time limit in native code', times(500), 300, planting('loop')),
  await trial('kill -9 of a worker', times(200), 15_000, killOne),
  await trial('segmentation fault', times(40), 15_000, planting('segfault')),
  await trial('abort', times(40), 15_000, planting('abort')),
  await trial('memory without end', times(40), 15_000, planting('hoard')),
]
const left = workersOf('self').length
const result = {
  ...circumstances(),
  outcomes,
  serverMemoryMiB: {
    before: Math.round(before / 2 ** 20),
    after: Math.round(process.memoryUsage.rss() / 2 ** 20),
  },
  workersLeftBehind: left,
}
writeResults(`workers-node${process.versions.node.split('.')[0]}`, result)
process.stdout.write(`${JSON.stringify(result.serverMemoryMiB)}, ${left} workers left behind\n`)

/**
 * Disturbs a server with the real engine in every way it must outlive, while callers of every dialect write, and compares
 * what it acknowledged with what it kept and delivered.
 *
 *   npm run chaos                                one hour
 *   npm run chaos -- --minutes 10 --seed 7       shorter, another schedule
 *   npm run chaos -- --database postgres         on PostgreSQL, which is then killed too
 *
 * The same seed plans the same disturbances at the same times; how far the server is by then is the machine's. Writes
 * bench/results/chaos.json; ends with 1 when anything was wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { plantNativeFaults } from '../test/support/faults/index.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { type Disturbance, disturbances } from './chaos/disturbances.ts'
import { planDisturbances } from './chaos/schedule.ts'
import { openStage } from './chaos/stage.ts'
import { headPictures } from './heads.ts'
import { circumstances, readResults, writeResults } from './load/results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string', default: 'sqlite' },
  },
})
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
if (!(minutes > 0) || !Number.isInteger(seed))
  throw new Error('--minutes is a number above 0, --seed a whole one.')
if (values.database !== 'sqlite' && values.database !== 'postgres')
  throw new Error('--database is sqlite or postgres.')
const kind = values.database === 'sqlite' ? 'SQLite' : 'PostgreSQL'

const planted = plantNativeFaults()
if (!planted) throw new Error('The C compiler `cc` is needed to build the code that crashes.')
const postgres = kind === 'PostgreSQL' ? await startPostgres() : undefined
if (postgres && 'unavailable' in postgres) throw new Error(`No PostgreSQL here: ${postgres.unavailable}`)

const table: Readonly<Record<string, Disturbance>> = disturbances
const possible = Object.entries(table).filter(([, { only = kind }]) => only === kind)
const weights = Object.fromEntries(possible.map(([name, { weight }]) => [name, weight]))
const planned = planDisturbances(weights, 60 * minutes, seed)

const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-chaos-'))
const [head] = await headPictures()
const stage = await openStage({
  dataDirectory,
  environment: { ...process.env, ...planted },
  picture: await sharp(head).resize(320).jpeg().toBuffer(),
  ...(postgres ? { postgres } : {}),
})
try {
  const done: Record<string, number> = {}
  const recoveries: number[] = []
  const begin = performance.now()
  const passed = () => (performance.now() - begin) / 1000
  for (const { at, kind: name, chance } of planned) {
    if (passed() > 60 * minutes) break
    await sleep(1000 * Math.max(0, at - passed()))
    const known = stage.wrong.length
    await table[name]!.act(stage, chance).catch((error) => stage.wrong.push(`${name}: ${error}`))
    recoveries.push(await stage.recover())
    done[name] = (done[name] ?? 0) + 1
    process.stdout.write(`${Math.round(passed())} s: ${name}; ${stage.wrong.length} things wrong\n`)
    for (const sentence of stage.wrong.slice(known)) process.stdout.write(`  ${sentence}\n`)
  }
  await sleep(1000 * Math.max(0, 60 * minutes - passed()))
  const { announced, finished, interrupted, delivered, repeated } = await stage.settle()
  const acknowledged = Object.entries(stage.acknowledged).map(([name, list]) => [name, list.length] as const)
  for (const [name, count] of acknowledged)
    if (count === 0) stage.wrong.push(`No call was acknowledged: ${name}.`)
  const result = {
    ...circumstances(),
    minutes,
    seed,
    database: kind,
    seconds: Math.round(passed()),
    /** Of the schedule, and of what a slow machine came to within the time. */
    disturbances: { planned: planned.length, done },
    longestRecoveryMs: Math.round(Math.max(0, ...recoveries)),
    acknowledged: Object.fromEntries(acknowledged),
    failed: stage.failed,
    finished,
    interrupted,
    announced: announced.size,
    delivered,
    repeated,
    wrong: stage.wrong,
  }
  writeResults('chaos', { ...readResults('chaos'), [kind]: result })
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  if (stage.wrong.length > 0) process.exitCode = 1
} finally {
  await stage.close()
  await postgres?.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
}

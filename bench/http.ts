/**
 * The server under load, over loopback, beside the engine alone: the same built program, workers and pictures.
 *
 *   npm run bench:http                        every dialect, a few minutes
 *   npm run bench:http -- didit               one dialect; the others' results are kept
 *   DURATION=10 HALF=60 npm run bench:http    longer runs
 *
 * Writes bench/results/http.json, docs/plots/http.svg and the table of docs/reference/load.md. The generator of the load
 * runs on the same cores as the server; how much of the machine it takes is among the results. The first picture of each
 * kind sets what the right answer is, and every later answer must be the same.
 */
import { availableParallelism } from 'node:os'
import { headPictures } from './heads.ts'
import { type EngineProcess, startEngineProcess } from './load/engine-process.ts'
import { closedLoad, openLoad, singleShot } from './load/generators.ts'
import { drawHttp } from './load/http-plot.ts'
import { observe, settleSeconds } from './load/observe.ts'
import { startPictureServer } from './load/picture-server.ts'
import { writeReport } from './load/report.ts'
import { circumstances, type HttpResult, type Level, readResults, writeResults } from './load/results.ts'
import {
  buildProgram,
  type ServerProcess,
  settingsForLoad,
  startServerProcess,
} from './load/server-process.ts'
import { round } from './load/statistics.ts'
import { type Workload, workloads } from './load/workload.ts'

const seconds = Number(process.env.DURATION ?? 6)
const halfSeconds = Number(process.env.HALF ?? 24)
const connections = (process.env.CONNECTIONS ?? '1,2,8,32,128').split(',').map(Number)
const workers = Number(process.env.LIVEFACE_WORKERS ?? availableParallelism())
const chosen = process.argv.slice(2)

const pictures = await headPictures()
buildProgram()
const engine = await startEngineProcess(workers)
const results = readResults<Record<string, HttpResult>>('http')
for (const dialect of chosen.length > 0 ? chosen : Object.keys(workloads)) {
  results[dialect] = await measure(dialect, engine)
  writeResults('http', results)
}
await engine.stop()
drawHttp(results)
writeReport()

async function measure(dialect: string, alone: EngineProcess): Promise<HttpResult> {
  const pictureServer = await startPictureServer(pictures)
  const server = await startServerProcess(settingsForLoad(workers, pictureServer.port))
  const workload = await workloads[dialect]!({ server, pictures, pictureServer })
  await workload.prepare(2 * pictures.length)
  for (let turn = 0; turn < 2 * pictures.length; turn++) await singleShot(server.url, workload.next())
  await alone.throughput(workload.want, pictures, 1)

  const aloneRates = [await alone.throughput(workload.want, pictures, seconds)]
  const levels: Level[] = []
  for (const count of connections) {
    await workload.prepare(60 * (seconds + settleSeconds) + 2000)
    const load = () => closedLoad(server.url, workload, count, seconds + settleSeconds)
    levels.push({ connections: count, ...(await observe(server, load, seconds)) })
    console.log(dialect, JSON.stringify(levels.at(-1)))
  }
  aloneRates.push(await alone.throughput(workload.want, pictures, seconds))
  const saturation = Math.max(...levels.map(({ answeredPerSecond }) => answeredPerSecond))
  const half = await atRate(server, workload, saturation / 2)
  console.log(dialect, JSON.stringify(half))
  await pictureServer.close()
  const { code } = await server.stop()
  if (code !== 0) throw new Error(`The server ended with ${code}.`)
  const engineAlone = (aloneRates[0]! + aloneRates[1]!) / 2
  const result = {
    ...circumstances(),
    workers,
    engineAlonePerSecond: round(engineAlone),
    levels,
    saturationPerSecond: saturation,
    saturationOverEngineAlone: round(saturation / engineAlone, 3),
    halfOfSaturation: half,
    p99OverP50AtHalf: round(half.milliseconds.p99 / half.milliseconds.p50, 2),
  }
  console.log(dialect, JSON.stringify({ ...result, levels: undefined, halfOfSaturation: undefined }))
  return result
}

async function atRate(server: ServerProcess, workload: Workload, rate: number): Promise<Level> {
  await workload.prepare(2 * rate * (halfSeconds + settleSeconds) + 100)
  const load = () => openLoad(server.url, workload, [{ rate, seconds: halfSeconds + settleSeconds }])
  return { sentPerSecond: round(rate), ...(await observe(server, load, halfSeconds)) }
}

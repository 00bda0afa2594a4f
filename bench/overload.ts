/**
 * Four times as many requests as the server can answer, over loopback, and what becomes of it.
 *
 *   npm run bench:overload                   every dialect, about a minute each
 *   npm run bench:overload -- cashfree       one dialect; the others' results are kept
 *   DURATION=20 npm run bench:overload       a longer overload than 8 s
 *
 * Writes bench/results/overload.json and docs/plots/overload.svg. First the saturation is measured with eight callers
 * who wait for their answers; then requests arrive at random moments at a quarter of it, at four times it, and at a
 * quarter of it again, whether or not earlier ones are answered.
 */
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { headPictures } from './heads.ts'
import { closedLoad, type Hit, openLoad, singleShot } from './load/generators.ts'
import { comeToRest, observe, settleSeconds } from './load/observe.ts'
import { drawOverload } from './load/overload-plot.ts'
import { startPictureServer } from './load/picture-server.ts'
import { writeReport } from './load/report.ts'
import { circumstances, type OverloadResult, readResults, writeResults } from './load/results.ts'
import { buildProgram, settingsForLoad, startServerProcess } from './load/server-process.ts'
import { quantileOf, round } from './load/statistics.ts'
import { readUsage } from './load/usage.ts'
import { workloads } from './load/workload.ts'

const seconds = Number(process.env.DURATION ?? 8)
const calmSeconds = 4
const times = 4
const workers = Number(process.env.LIVEFACE_WORKERS ?? availableParallelism())
const chosen = process.argv.slice(2)
const mebibyte = 2 ** 20

const pictures = await headPictures()
buildProgram()
const results = readResults<Record<string, OverloadResult>>('overload')
for (const dialect of chosen.length > 0 ? chosen : Object.keys(workloads)) {
  results[dialect] = await measure(dialect)
  console.log(dialect, JSON.stringify({ ...results[dialect], moments: undefined }))
  writeResults('overload', results)
}
drawOverload(results, { from: calmSeconds, to: calmSeconds + seconds })
writeReport()

async function measure(dialect: string): Promise<OverloadResult> {
  const pictureServer = await startPictureServer(pictures)
  const server = await startServerProcess(settingsForLoad(workers, pictureServer.port))
  const workload = await workloads[dialect]!({ server, pictures, pictureServer })
  await workload.prepare(1000)
  for (let turn = 0; turn < 2 * pictures.length; turn++) await singleShot(server.url, workload.next())
  const saturate = () => closedLoad(server.url, workload, 8, 5 + settleSeconds)
  const saturation = await observe(server, saturate, 5)

  const calm = { rate: saturation.answeredPerSecond / 4, seconds: calmSeconds }
  const storm = { rate: times * saturation.answeredPerSecond, seconds }
  await workload.prepare(100 + 1.2 * (2 * calm.rate * calm.seconds + storm.rate * storm.seconds))
  const resident = new Map<number, number>()
  const start = performance.now()
  const watch = setInterval(() => {
    const second = Math.floor((performance.now() - start) / 1000)
    resident.set(second, Math.max(resident.get(second) ?? 0, readUsage(server.pid).resident))
  }, 100)
  const before = readUsage(server.pid).resident
  const own = process.cpuUsage()
  const hits = await openLoad(server.url, workload, [calm, storm, calm])
  const { user, system } = process.cpuUsage(own)
  clearInterval(watch)
  const share = (user + system) / 1e6 / ((performance.now() - start) / 1000) / availableParallelism()
  await comeToRest(server)
  await sleep(1000)
  const after = readUsage(server.pid).resident
  await pictureServer.close()
  const { code } = await server.stop()
  if (code !== 0) throw new Error(`The server ended with ${code}.`)

  const came = (hit: Hit) => (hit.came - start) / 1000
  const [from, to] = [calmSeconds, calmSeconds + seconds]
  const calmBefore = hits.filter((hit) => came(hit) < from)
  const during = hits.filter((hit) => came(hit) >= from && came(hit) < to)
  const ofVerdict = (verdict: Hit['verdict']) => during.filter((hit) => hit.verdict === verdict)
  const [answered, busy] = [ofVerdict('answered'), ofVerdict('busy')]
  // By when the answer came, not the request: what the server got done in the time.
  const done = hits.filter((hit) => hit.verdict === 'answered' && isBetween(hit.at - start, from + 1, to))
  const usual = Math.max(...calmBefore.map(({ milliseconds }) => milliseconds))
  const troubled = hits.filter(
    (hit) => came(hit) >= to && (hit.verdict !== 'answered' || hit.milliseconds > 2 * usual),
  )
  const inTime = during.filter(({ milliseconds }) => milliseconds <= 1000).length
  return {
    ...circumstances(),
    workers,
    saturation,
    sentPerSecond: round(during.length / seconds),
    answeredPerSecond: round(done.length / (seconds - 1)),
    busyPerSecond: round(busy.length / seconds),
    wrong: hits.filter(({ verdict }) => verdict === 'wrong' || verdict === 'failed').length,
    answeredOverSaturation: round(done.length / (seconds - 1) / saturation.answeredPerSecond, 3),
    milliseconds: {
      answeredP50: round(quantileOf(milliseconds(answered), 0.5)),
      answeredP99: round(quantileOf(milliseconds(answered), 0.99)),
      busyP99: round(quantileOf(milliseconds(busy), 0.99)),
      slowest: round(Math.max(...milliseconds(during))),
    },
    withinASecond: round(inTime / during.length, 4),
    recoverySeconds: round(Math.max(0, ...troubled.map((hit) => came(hit) - to)), 2),
    residentMiB: {
      before: round(before / mebibyte),
      most: round(Math.max(...resident.values()) / mebibyte),
      after: round(after / mebibyte),
    },
    generatorShare: round(share, 3),
    moments: Array.from({ length: 2 * calmSeconds + seconds }, (_, second) => {
      const own = hits.filter((hit) => Math.floor(came(hit)) === second)
      return {
        second,
        sent: own.length,
        answered: own.filter(({ verdict }) => verdict === 'answered').length,
        busy: own.filter(({ verdict }) => verdict === 'busy').length,
        slowestMs: round(Math.max(0, ...milliseconds(own))),
        residentMiB: round((resident.get(second) ?? 0) / mebibyte),
      }
    }),
  }
}

function milliseconds(hits: readonly Hit[]): number[] {
  return hits.map((hit) => hit.milliseconds)
}

function isBetween(ms: number, from: number, to: number): boolean {
  return ms >= 1000 * from && ms < 1000 * to
}

/**
 * Forty thousand requests, good and hostile, to one server: nothing may be left behind.
 *
 *   npm run soak                    40 000 requests, 8 at a time
 *   npm run soak -- 2000            fewer
 *
 * Writes bench/results/soak.json and docs/plots/soak.svg, and fails when an answer is wrong, when resident memory grew
 * by 5 per cent or more since the warm-up (the first fifth), or when a handle, a file descriptor, a thread or a
 * temporary file is left.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request, setGlobalDispatcher } from 'undici'
import { drawCharts } from '../src/evaluation/plot.ts'
import { sumOf } from './load/exposition.ts'
import { comeToRest } from './load/observe.ts'
import { startPictureServer } from './load/picture-server.ts'
import { writeReport } from './load/report.ts'
import { circumstances, writeResults } from './load/results.ts'
import {
  buildProgram,
  type ServerProcess,
  settingsForLoad,
  startServerProcess,
} from './load/server-process.ts'
import { createSoakMix, soakPictures } from './load/soak-mix.ts'
import { quantileOf, round, seededRandom } from './load/statistics.ts'
import { readUsage } from './load/usage.ts'

const count = Number(process.argv[2] ?? 40_000)
const lanes = 8
const workers = Number(process.env.LIVEFACE_WORKERS ?? availableParallelism())
const mebibyte = 2 ** 20

buildProgram()
const scratch = mkdtempSync(join(tmpdir(), 'liveface-soak-'))
const random = seededRandom(count)
const pictures = await soakPictures()
const pictureServer = await startPictureServer(pictures)
const server = await startServerProcess({
  ...settingsForLoad(workers, pictureServer.port),
  // A picture that can't be had is answered when this time is over.
  LIVEFACE_FETCH_TIMEOUT_MS: '500',
  TMPDIR: scratch,
})
const mix = await createSoakMix(server, pictures, pictureServer, random)

const outcomes = new Map<string, number>()
const wrong: string[] = []
const memory: [number, number][] = []
let done = 0
const start = performance.now()
const loadBefore = loadavg()[0]!

await run(Math.floor(count / 5))
const warm = await atRest(server)
await run(count)
const end = await atRest(server)
const seconds = (performance.now() - start) / 1000
await pictureServer.close()
const temporary = readdirSync(scratch)
const { code, log } = await server.stop()
rmSync(scratch, { recursive: true, force: true })

const growth = windowMedian(0.9, 1) / windowMedian(0.2, 0.3) - 1
const failures = [
  ...wrong.slice(0, 20),
  ...(growth < 0.05 ? [] : [`resident memory grew by ${round(100 * growth)} per cent`]),
  ...leftBehind('file descriptors', warm.usage.files, end.usage.files),
  ...leftBehind('sockets', warm.usage.sockets, end.usage.sockets),
  ...leftBehind('threads', warm.usage.threads, end.usage.threads),
  ...leftBehind('handles', warm.handles, end.handles),
  ...temporary.map((name) => `temporary file: ${name}`),
  ...leftBehind('workers restarted', 0, end.restarts),
  ...(code === 0 ? [] : [`the server ended with ${code}`]),
  ...(/"level":(50|60)/.test(log) ? [`the log has an error: ${/.*"level":(50|60).*/.exec(log)?.[0]}`] : []),
]
const result = {
  ...circumstances(),
  workers,
  requests: done,
  seconds: round(seconds),
  /** Of the machine in the minute before: what else ran. */
  loadBefore: round(loadBefore, 2),
  outcomes: Object.fromEntries([...outcomes].sort()),
  wrong: wrong.length,
  residentMiB: { afterWarmUp: windowMedian(0.2, 0.3), atTheEnd: windowMedian(0.9, 1) },
  growth: round(growth, 4),
  /** At rest after the warm-up, and at the end. */
  left: { afterWarmUp: leftOf(warm), atTheEnd: { ...leftOf(end), temporaryFiles: temporary.length } },
  workerRestarts: end.restarts,
  failures,
}
console.log(JSON.stringify(result, null, 2))
writeResults('soak', result)
draw()
writeReport()
if (failures.length > 0) process.exitCode = 1

/** Sends requests until `total` are done, in lanes. */
async function run(total: number): Promise<void> {
  const agent = new Agent({
    connections: 2 * lanes,
    pipelining: 1,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  })
  // Also for what the mix fetches to make a request: no connection outlives the agent.
  setGlobalDispatcher(agent)
  let begun = done
  const lane = async () => {
    while (begun < total) {
      begun++
      await one()
      done++
      if (done % Math.max(1, Math.floor(count / 400)) === 0) {
        memory.push([done, readUsage(server.pid).resident / mebibyte])
      }
      if (done % 1000 === 0) console.log(done, Math.round(memory.at(-1)?.[1] ?? 0), 'MiB')
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  await agent.close()
  setGlobalDispatcher(new Agent({ keepAliveTimeout: 1, keepAliveMaxTimeout: 1 }))
}

async function one(): Promise<void> {
  const { kind, method = 'POST', path, headers, body, accepts } = await mix.next()
  try {
    const response = await request(server.url + path, {
      method,
      headers,
      body: body ?? null,
    })
    const text = await response.body.text()
    const { statusCode: status } = response
    const key = `${kind}: ${status}`
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
    const isBusy = status === 503 && 'retry-after' in response.headers
    if (!isBusy && !accepts({ status, headers: response.headers as Record<string, string>, text })) {
      wrong.push(`${key} ${text.slice(0, 200)}`)
    }
  } catch (error) {
    wrong.push(`${kind}: ${error}`)
  }
}

/** What is there when nothing is under way and no caller is connected. */
async function atRest(of: ServerProcess) {
  await comeToRest(of)
  // Idle connections to the picture server, if any, are gone after their own time.
  await sleep(6000)
  const metrics = await of.metrics()
  return {
    usage: readUsage(of.pid),
    handles: sumOf(metrics, 'nodejs_active_handles_total'),
    restarts: sumOf(metrics, 'liveface_worker_restarts_total'),
  }
}

function leftOf({ usage, handles }: Awaited<ReturnType<typeof atRest>>) {
  const { files, sockets, threads } = usage
  return { files, sockets, threads, handles }
}

function leftBehind(what: string, before: number, after: number): string[] {
  return after > before ? [`${what}: ${before} before, ${after} after`] : []
}

/** Median of resident memory, in MiB, between two parts of the run. */
function windowMedian(from: number, to: number): number {
  const values = memory.filter(([at]) => at >= from * count && at <= to * count).map(([, value]) => value)
  return round(quantileOf(values, 0.5))
}

function draw(): void {
  const most = Math.ceil(Math.max(...memory.map(([, value]) => value)) / 100) * 100
  mkdirSync('docs/plots', { recursive: true })
  writeFileSync(
    'docs/plots/soak.svg',
    drawCharts([
      {
        title: 'Resident memory of the server',
        x: {
          label: 'requests',
          from: 0,
          to: count,
          ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => part * count),
        },
        y: {
          label: 'MiB',
          from: 0,
          to: most,
          ticks: Array.from({ length: most / 100 + 1 }, (_, index) => index * 100),
        },
        series: [{ name: 'MiB', colour: '#1b6ca8', points: memory }],
        marks: [{ x: count / 5, label: 'warm' }],
      },
    ]),
  )
}

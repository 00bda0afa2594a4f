/** Kills a server at random moments while it is written to, and finds out whether it kept what it promised. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { openDatabase } from '../../../src/database/index.ts'
import { patience } from '../patience.ts'
import { endClaims } from '../webhooks.ts'
import { type Acknowledged, nothing, startLoad } from './load.ts'
import type { Callers, ChildOrders } from './orders.ts'
import { examine, openPictures, type Verdict } from './verdict.ts'

const program = fileURLToPath(new URL('./child.ts', import.meta.url))

/** When a server is killed: milliseconds after its process began, or after its callers did. */
export type Moment = { afterSpawn: number } | { underLoad: number }

export interface CrashOptions {
  dataDirectory: string
  /** PostgreSQL instead of SQLite in the folder. */
  databaseUrl?: string
  moments: readonly Moment[]
  /** Wait for the claims of killed senders to end by themselves, half a minute, before what they held is sent. */
  outlastClaims?: boolean
  /** Told after each kill. */
  onKill?: (done: number, verdict: Verdict) => void
}

export interface CrashReport {
  kills: { underLoad: number; whileStarting: number }
  acknowledged: Record<keyof Acknowledged, number>
  finished: number
  interrupted: number
  /** Events that were still to be sent when a server died, summed over the kills. */
  undeliveredAtKills: number
  announced: number
  /** Messages that came more than once: a kill between a sending and its being written down. */
  repeated: number
  /** Milliseconds from the start of a process to its listening. */
  startMs: { median: number; longest: number }
  wrong: string[]
}

export async function proveCrashes(options: CrashOptions): Promise<CrashReport> {
  const { dataDirectory, databaseUrl, moments } = options
  const picture = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#a08070' } })
    .jpeg()
    .toBuffer()
  const receiver = await startReceiver(picture)
  const { port, heard } = receiver
  const acknowledged = nothing()
  const wrong: string[] = []
  const starts: number[] = []
  const kills = { underLoad: 0, whileStarting: 0 }
  let callers: Callers = {}
  let verdict: Verdict = { wrong: [], finished: 0, interrupted: 0, announced: new Set() }
  let undeliveredAtKills = 0
  const orders = { dataDirectory, port, ...(databaseUrl ? { databaseUrl } : {}) }

  async function start(isFirst: boolean): Promise<{ child: ChildProcess; url: string }> {
    const begin = performance.now()
    const { child, warnings, line } = spawnServer({ ...orders, isFirst })
    const text = await line
    // A start after a crash has nothing to complain about.
    if (text === null || warnings().trim() !== '') wrong.push(`A start was not clean: ${warnings()}`)
    if (text === null) throw new Error(`The server did not start: ${warnings()}`)
    starts.push(performance.now() - begin)
    const said = JSON.parse(text)
    callers = said.callers ?? callers
    return { child, url: said.url }
  }

  let server: { child: ChildProcess; url: string } | undefined
  const database = await openDatabase(
    databaseUrl ? { url: databaseUrl } : { file: join(dataDirectory, 'liveface.db') },
  )
  try {
    server = await start(true)
    for (const [index, moment] of moments.entries()) {
      if ('underLoad' in moment) {
        const given = { picture, pictureUrl: `http://127.0.0.1:${port}/picture` }
        const load = startLoad(server.url, callers, given, acknowledged)
        // The first time until every caller was answered once, or the kill would show nothing.
        const silent = () => Object.values(acknowledged).some((list) => list.length === 0)
        while (silent()) await Promise.race([sleep(10), load.ended])
        await sleep(moment.underLoad)
        await Promise.all([end(server.child), load.ended])
        kills.underLoad++
      } else {
        await end(server.child)
        const { child } = spawnServer({ ...orders, isFirst: false })
        await sleep(moment.afterSpawn)
        await end(child)
        kills.whileStarting++
      }
      verdict = await examine(database, dataDirectory, callers, acknowledged)
      wrong.push(...verdict.wrong)
      undeliveredAtKills += [...verdict.announced].filter((id) => !heard.has(id)).length
      options.onKill?.(index + 1, verdict)
      if (!options.outlastClaims) await endClaims(database)
      server = await start(false)
    }
    const limit = Date.now() + patience.poll
    while (![...verdict.announced].every((id) => heard.has(id)) && Date.now() < limit) await sleep(50)
    for (const id of verdict.announced) if (!heard.has(id)) wrong.push(`No webhook reported ${id}.`)
    await end(server.child)
    // Once more, because the last server gives its verdict to a session that lacked nothing else.
    verdict = await examine(database, dataDirectory, callers, acknowledged)
    wrong.push(...verdict.wrong)
    for (const id of heard.keys())
      if (!verdict.announced.has(id)) wrong.push(`${id} was reported and is not there.`)
    wrong.push(...(await openPictures(database, dataDirectory)))
  } finally {
    await end(server?.child)
    await database.destroy()
    receiver.server.closeAllConnections()
    receiver.server.close()
  }
  starts.sort((a, b) => a - b)
  const counts = Object.entries(acknowledged).map(([name, list]) => [name, list.length])
  return {
    kills,
    acknowledged: Object.fromEntries(counts),
    finished: verdict.finished,
    interrupted: verdict.interrupted,
    undeliveredAtKills,
    announced: verdict.announced.size,
    repeated: [...heard.values()].reduce((sum, count) => sum + count - 1, 0),
    startMs: {
      median: Math.round(starts[starts.length >> 1] ?? 0),
      longest: Math.round(starts.at(-1) ?? 0),
    },
    wrong,
  }
}

/** Kills a server, and waits until it is gone. */
export async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Starts a server to be killed; `line` is what it says once it listens, null when it ends before. */
export function spawnServer(
  orders: ChildOrders,
  environment: NodeJS.ProcessEnv = process.env,
  /** The folder of another version of the project; default: this one. */
  project?: string,
) {
  const path = project ? join(project, 'test', 'support', 'crash', 'child.ts') : program
  const child = spawn(process.execPath, ['--import', 'tsx', path, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: environment,
  })
  let warnings = ''
  child.stderr!.on('data', (chunk) => {
    warnings += chunk
  })
  const line = new Promise<string | null>((resolve) => {
    child.stdout!.once('data', (chunk) => resolve(String(chunk)))
    child.once('exit', () => resolve(null))
  })
  return { child, warnings: () => warnings, line }
}

/** How a receiver takes a message about a session that it has not been sent before; every later one it accepts. */
export type Mood = 'accepts' | 'fails' | 'hangs'

/** Serves one picture, and counts the messages about each session that it accepted. */
export async function startReceiver(picture: Buffer, mood: () => Mood = () => 'accepts') {
  const heard = new Map<string, number>()
  const met = new Set<string>()
  const server: Server = createServer((request, response) => {
    if (request.method === 'GET') return void response.end(picture)
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { session_id: didit, data } = JSON.parse(body)
      const id: string = didit ?? data.id
      const way = met.has(id) ? 'accepts' : mood()
      met.add(id)
      if (way === 'hangs') return
      if (way === 'fails') return void response.writeHead(500).end('no')
      heard.set(id, (heard.get(id) ?? 0) + 1)
      response.end('thanks')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { server, heard, port: address && typeof address === 'object' ? address.port : 0 }
}

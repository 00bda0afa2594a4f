/** What is disturbed: a server in a process of its own, its callers, its receiver, its database, and what it promised. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, type DatabaseLocation, openDatabase } from '../../src/database/index.ts'
import { end, type Mood, spawnServer, startReceiver } from '../../test/support/crash/index.ts'
import type { InnerFault } from '../../test/support/crash/inner-faults.ts'
import { type Acknowledged, type Load, nothing, startLoad } from '../../test/support/crash/load.ts'
import type { Callers } from '../../test/support/crash/orders.ts'
import { examine, openPictures, type Verdict } from '../../test/support/crash/verdict.ts'
import type { Postgres } from '../../test/support/postgres.ts'

export interface StageOptions {
  dataDirectory: string
  /** Variables of the server's process. */
  environment: NodeJS.ProcessEnv
  /** A face that the real engine finds. */
  picture: Buffer
  /** A running server; default: SQLite in the folder. */
  postgres?: Extract<Postgres, { kill: unknown }>
}

export interface Stage {
  /** The same picture to every decoder, with other bytes each time. */
  picture(): Buffer
  url(): string
  pid(): number
  headers(dialect: string): Record<string, string>
  postgres: StageOptions['postgres']
  acknowledged: Acknowledged
  /** How often callers were acknowledged nothing, by dialect and reason. */
  failed: Record<string, number>
  /** Sentences, one for each thing that must not be. */
  wrong: string[]
  /** How the receiver of webhooks takes what is new to it. */
  setMood(mood: Mood): void
  inflict(fault: InnerFault): Promise<void>
  /** Kills the server under load, examines what it left, and starts it again. */
  restart(): Promise<void>
  /**
   * Waits until the server says that it is ready, and starts it again if it ended by itself; both too long a wait and
   * such an end are wrong. @returns milliseconds waited
   */
  recover(): Promise<number>
  /** Ends the load, waits until everything was delivered, ends the server and examines everything. */
  settle(): Promise<Verdict & { delivered: number; repeated: number }>
  close(): Promise<void>
}

/** Milliseconds; far more than a busy machine needs. */
const longestRecovery = 120_000
/** What failed at its first attempt and was cut at the second comes with the third, five minutes later. */
const longestDelivery = 420_000

export async function openStage(options: StageOptions): Promise<Stage> {
  const { dataDirectory, environment, postgres } = options
  const location: DatabaseLocation = postgres
    ? await postgres.create()
    : { file: join(dataDirectory, 'liveface.db') }
  const database: Database = await openDatabase(location)
  let mood: Mood = 'accepts'
  const receiver = await startReceiver(options.picture, () => mood)
  const acknowledged = nothing()
  const failed: Record<string, number> = {}
  const wrong: string[] = []
  let callers: Callers = {}
  let server: { child: ChildProcess; url: string; warnings(): string }
  let load: Load
  let isEnding = false
  let salt = 0
  const picture = () => Buffer.concat([options.picture, Buffer.from(`chaos ${++salt}`)])
  const lives = () => !isEnding && isRunning(server.child)

  async function start(isFirst: boolean): Promise<void> {
    const orders = {
      dataDirectory,
      port: receiver.port,
      isFirst,
      realEngine: true,
      ...('url' in location ? { databaseUrl: location.url } : {}),
    }
    const { child, warnings, line } = spawnServer(orders, environment)
    const text = await line
    if (text === null) throw new Error(`The server did not start: ${warnings()}`)
    const said = JSON.parse(text)
    callers = said.callers ?? callers
    server = { child, url: said.url, warnings }
    isEnding = false
    await recover()
  }

  function beginLoad(): void {
    const given = {
      picture: options.picture,
      pictureUrl: `http://127.0.0.1:${receiver.port}/picture`,
      photo: picture,
      tolerance: { lives, failed },
    }
    load = startLoad(server.url, callers, given, acknowledged)
  }

  /** Ends the server, and with it the load. */
  async function kill(): Promise<void> {
    if (!isRunning(server.child)) {
      wrong.push(`The server ended by itself: ${server.warnings().slice(-500)}`)
    }
    isEnding = true
    await end(server.child)
    await load.ended.catch((error) => wrong.push(`A caller was answered wrongly: ${error.message}`))
  }

  async function restart(): Promise<void> {
    await kill()
    await look()
    await start(false)
    beginLoad()
  }

  async function look(): Promise<Verdict> {
    const verdict = await examine(database, dataDirectory, callers, acknowledged)
    for (const sentence of verdict.wrong) if (!wrong.includes(sentence)) wrong.push(sentence)
    return verdict
  }

  async function recover(): Promise<number> {
    const begin = performance.now()
    const passed = () => performance.now() - begin
    while (isRunning(server.child) && passed() < longestRecovery) {
      const signal = AbortSignal.timeout(10_000)
      const isReady = await fetch(`${server.url}/readyz`, { signal }).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isReady) return passed()
      await sleep(50)
    }
    wrong.push(`The server was not ready ${Math.round(passed() / 1000)} s after a disturbance.`)
    return passed()
  }

  await start(true)
  beginLoad()
  return {
    picture,
    url: () => server.url,
    pid: () => server.child.pid!,
    headers: (dialect) => callers[dialect]!.headers,
    postgres,
    acknowledged,
    failed,
    wrong,
    setMood(next) {
      mood = next
    },
    async inflict(fault) {
      const { child } = server
      if (!isRunning(child)) return
      child.send(fault)
      const [failure] = await Promise.race([once(child, 'message'), once(child, 'exit')])
      if (failure !== null) throw new Error(`${fault.kind}: ${failure}`)
    },
    restart,
    async recover() {
      const took = await recover()
      if (!isRunning(server.child)) await restart()
      return took
    },
    async settle() {
      // The callers go with this server; the next one has only to deliver.
      await kill()
      const { announced } = await look()
      const missing = () => [...announced].filter((id) => !receiver.heard.has(id))
      mood = 'accepts'
      await start(false)
      const limit = Date.now() + longestDelivery
      while (missing().length > 0 && Date.now() < limit) await sleep(100)
      await end(server.child)
      for (const id of missing()) wrong.push(`No webhook reported ${id}.`)
      const verdict = await look()
      // The last server may have given a session its verdict that lacked nothing else.
      for (const id of receiver.heard.keys())
        if (!verdict.announced.has(id)) wrong.push(`${id} was reported and is not there.`)
      wrong.push(...(await openPictures(database, dataDirectory)))
      const counts = [...receiver.heard.values()]
      const repeated = counts.reduce((sum, count) => sum + count - 1, 0)
      return { ...verdict, delivered: counts.length, repeated }
    },
    async close() {
      await end(server?.child)
      await database.destroy()
      receiver.server.closeAllConnections()
      receiver.server.close()
    },
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

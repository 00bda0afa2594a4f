/** Two servers on one PostgreSQL and one object store, under load: what is disturbed, and what it promised meanwhile. */
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { createClients, type NewClient } from '../../../src/access/clients.ts'
import { openMasterKey } from '../../../src/access/master-key.ts'
import { readConfig } from '../../../src/config/index.ts'
import { type Database, openDatabase } from '../../../src/database/index.ts'
import { type DialectName, dialects } from '../../../src/dialects/index.ts'
import { openEvidencePlace } from '../../../src/records/evidence-place.ts'
import { end, spawnServer, startReceiver } from '../crash/index.ts'
import { type Acknowledged, type Load, nothing, startLoad } from '../crash/load.ts'
import type { Callers } from '../crash/orders.ts'
import { examine, openPictures } from '../crash/verdict.ts'
import { startObjectStore, type TestObjectStore } from '../object-store.ts'
import { until } from '../patience.ts'
import type { Postgres } from '../postgres.ts'
import { endClaims } from '../webhooks.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

type RunningPostgres = Extract<Postgres, { kill: unknown }>

export interface FleetServer {
  url: string
  /** What it answered its callers. */
  acknowledged: Acknowledged
  /** How often it acknowledged nothing, by dialect and reason. */
  failed: Record<string, number>
}

export interface Fleet {
  postgres: RunningPostgres
  /** The servers' own, not through the network that can be cut. */
  database: Database
  store: TestObjectStore
  /** Between the first server and the database. */
  network: TcpProxy
  servers: readonly [FleetServer, FleetServer]
  /** Makes a production client with one credential. @returns its id and the headers that it must send */
  client(
    dialect: DialectName,
    options?: Partial<NewClient>,
  ): Promise<{ id: string; headers: Record<string, string> }>
  /** From now on callers of every dialect write to each server. */
  beginLoad(): void
  /** Resolves once each server has answered a caller of every dialect after now. @throws what was answered wrongly */
  progress(which?: readonly number[]): Promise<void>
  /** Kills a server and starts it again, as its platform would. */
  restart(which: number): Promise<void>
  /** What /readyz of a server says: its status and its parts. */
  readiness(which: number): Promise<{ status: number; parts: Record<string, unknown> }>
  /**
   * Kills both servers, lets a new one deliver what is left, and compares all that was acknowledged with what is there.
   * @returns sentences, one for each thing lost or doubled, and how much there was
   */
  settle(): Promise<{ wrong: string[]; finished: number; delivered: number; repeated: number }>
  close(): Promise<void>
}

/**
 * @param postgres ends with the fleet's owner
 * @param older folder of an older version of the project: the first server is of it, and still serves when the database has
 *   been migrated and the second, of this version, has started; `restart` replaces it by one of this version
 */
export async function openFleet(postgres: RunningPostgres, older?: string): Promise<Fleet> {
  const scratch = mkdtempSync(join(tmpdir(), 'liveface-fleet-'))
  const location = await postgres.create()
  const url = new URL('url' in location ? location.url : '')
  const network = await startTcpProxy(Number(url.port))
  const store = await startObjectStore()
  const picture = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#a08070' } })
    .jpeg()
    .toBuffer()
  const receiver = await startReceiver(picture)
  const masterKey = randomBytes(32).toString('base64')
  // Six seconds instead of fifteen, for which a cut network would hold everybody up.
  const settings = { ...store.settings, LIVEFACE_DATABASE_WAIT_MS: '6000' }
  let callers: Callers = {}

  /** Each has its own, as on machines of their own. */
  function dataDirectory(name: string): string {
    const directory = join(scratch, name)
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'master.key'), masterKey, { mode: 0o600 })
    return directory
  }

  class Server implements FleetServer {
    url = ''
    readonly acknowledged = nothing()
    readonly failed: Record<string, number> = {}
    child: ChildProcess | undefined
    load: Load | undefined
    private readonly directory: string
    private readonly databaseUrl: string

    constructor(name: string, databaseUrl: string) {
      this.directory = dataDirectory(name)
      this.databaseUrl = databaseUrl
    }

    async start(isFirst = false, project?: string): Promise<void> {
      const { port } = receiver
      const { directory, databaseUrl } = this
      const orders = { dataDirectory: directory, databaseUrl, port, isFirst, settings }
      const { child, line, warnings } = spawnServer(orders, process.env, project)
      const text = await line
      if (text === null) throw new Error(`The server did not start: ${warnings()}`)
      const said = JSON.parse(text)
      callers = said.callers ?? callers
      this.url = said.url
      this.child = child
    }

    beginLoad(): void {
      const { child, failed } = this
      const given = {
        picture,
        pictureUrl: `http://127.0.0.1:${receiver.port}/picture`,
        tolerance: { lives: () => child === this.child, failed },
      }
      this.load = startLoad(this.url, callers, given, this.acknowledged)
    }

    /** @throws what was answered wrongly */
    async kill(): Promise<void> {
      const { child } = this
      this.child = undefined
      await end(child)
      await this.load?.ended
    }
  }

  const direct = url.href
  url.port = String(network.port)
  const servers = [new Server('first', url.href), new Server('second', direct)] as const
  await servers[0].start(true, older)
  const database = await openDatabase(location)
  await servers[1].start()
  async function progress(which: readonly number[] = [0, 1]): Promise<void> {
    const watched = which.map((index) => servers[index]!)
    const counts = () =>
      watched.flatMap(({ acknowledged }) => Object.values(acknowledged).map((l) => l.length))
    const before = counts()
    const wrong = Promise.all(watched.map(({ load }) => load?.ended)).then(() => {
      throw new Error('A server is gone.')
    })
    const isOn = until(
      () => counts().every((count, index) => count > before[index]!),
      () => `Answers to every caller; ${JSON.stringify(watched.map(({ failed }) => failed))}`,
    )
    await Promise.race([isOn, wrong])
  }

  async function settle() {
    await Promise.all(servers.map((server) => server.kill()))
    const acknowledged = nothing()
    for (const name of Object.keys(acknowledged) as (keyof Acknowledged)[]) {
      for (const server of servers) (acknowledged[name] as unknown[]).push(...server.acknowledged[name])
    }
    const judge = dataDirectory('judge')
    const { announced } = await examine(database, judge, callers, acknowledged)
    await endClaims(database)
    const { heard } = receiver
    await servers[1].start()
    await until(
      () => [...announced].every((id) => heard.has(id)),
      () => `The delivery of ${[...announced].filter((id) => !heard.has(id)).length} webhooks`,
    )
    await end(servers[1].child)
    const { wrong, finished } = await examine(database, judge, callers, acknowledged)
    for (const id of heard.keys()) if (!announced.has(id)) wrong.push(`${id} was reported and is not there.`)
    const place = openEvidencePlace(readConfig({ ...store.settings, LIVEFACE_DATA_DIR: judge }))
    wrong.push(...(await openPictures(database, judge, place.files)))
    const counts = [...heard.values()]
    return { wrong, finished, delivered: counts.length, repeated: counts.reduce((sum, n) => sum + n - 1, 0) }
  }

  return {
    postgres,
    database,
    store,
    network,
    servers,
    async client(name, options = {}) {
      const clients = createClients(database, openMasterKey(dataDirectory('judge')))
      const credential = dialects.find((dialect) => dialect.name === name)!.issueCredential('production')
      const client = { dialect: name, name: 'test', ...options, environment: 'production' } as const
      const { id } = await clients.create(client)
      await clients.addCredential(id, credential)
      return { id, headers: credential.headers }
    },
    beginLoad() {
      for (const server of servers) server.beginLoad()
    },
    progress,
    async restart(which) {
      const server = servers[which]!
      await server.kill()
      await server.start()
      server.beginLoad()
    },
    async readiness(which) {
      const response = await fetch(`${servers[which]!.url}/readyz`)
      return { status: response.status, parts: (await response.json()) as Record<string, unknown> }
    },
    settle,
    async close() {
      for (const server of servers) await server.kill().catch(() => {})
      await database.destroy()
      receiver.server.closeAllConnections()
      receiver.server.close()
      await network.stop()
      await store.stop()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

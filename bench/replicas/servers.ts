import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseLocation } from '../../src/database/index.ts'
import { end, spawnServer } from '../../test/support/crash/index.ts'
import type { Callers } from '../../test/support/crash/orders.ts'

/** Two servers with stub engines, each a process and a data folder of its own. */
export interface Servers {
  urls: readonly string[]
  /** One client of each API, all with a prepaid balance. */
  callers: Callers
  databaseUrl: string
  stop(): Promise<void>
}

export async function openServers(location: DatabaseLocation, scratch: string): Promise<Servers> {
  if (!('url' in location)) throw new Error('Servers share a PostgreSQL.')
  const masterKey = randomBytes(32).toString('base64')
  const opened: { child: ChildProcess; url: string; callers: Callers | null }[] = []
  for (const name of ['first', 'second']) {
    const dataDirectory = join(scratch, name)
    mkdirSync(dataDirectory)
    writeFileSync(join(dataDirectory, 'master.key'), masterKey, { mode: 0o600 })
    const { child, line, warnings } = spawnServer({
      dataDirectory,
      databaseUrl: location.url,
      // Nobody listens there: webhooks are written, which is what is measured, and not delivered.
      port: 9,
      isFirst: name === 'first',
      settings: { LIVEFACE_EVIDENCE: 'false' },
    })
    const text = await line
    if (text === null) throw new Error(`The server did not start: ${warnings()}`)
    opened.push({ child, ...JSON.parse(text) })
  }
  return {
    urls: opened.map(({ url }) => url),
    callers: opened[0]?.callers ?? {},
    databaseUrl: location.url,
    async stop() {
      for (const { child } of opened) await end(child)
    },
  }
}

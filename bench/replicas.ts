/**
 * What several servers on one PostgreSQL cost and gain: queries and round trips of a check in each API, checks and rows per
 * second with one server and with two, waits for locks, and when an enrolment on one server is found on the other.
 *
 *   npm run bench:replicas                  ten seconds for each load
 *   npm run bench:replicas -- --seconds 5   shorter
 *
 * The engine is a stub, so that the database is what is measured; callers, servers and PostgreSQL share the machine.
 * PostgreSQL waits for its disk, as in service. Writes bench/results/replicas.json.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/support/postgres.ts'
import { circumstances, writeResults } from './load/results.ts'
import { measureLoad } from './replicas/load.ts'
import { countRoundTrips } from './replicas/round-trips.ts'
import { openServers } from './replicas/servers.ts'
import { measureSharing } from './replicas/sharing.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } })
const seconds = Number(values.seconds)
if (!(seconds > 0)) throw new Error('--seconds is a number above 0.')

const postgres = await startPostgres({ durable: true })
if ('unavailable' in postgres) throw new Error(`No PostgreSQL here: ${postgres.unavailable}`)
const scratch = mkdtempSync(join(tmpdir(), 'liveface-replicas-'))
try {
  const before = circumstances()
  const perCheck = await countRoundTrips(await postgres.create())
  const servers = await openServers(await postgres.create(), scratch)
  try {
    const one = await measureLoad(servers, { urls: servers.urls.slice(0, 1), seconds })
    const two = await measureLoad(servers, { urls: servers.urls, seconds })
    const enrolment = await measureSharing(servers)
    const results = {
      ...before,
      seconds,
      engine: 'stub',
      perCheck,
      oneServer: one,
      twoServers: two,
      enrolment,
    }
    writeResults('replicas', results)
    process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
  } finally {
    await servers.stop()
  }
} finally {
  await postgres.stop()
  rmSync(scratch, { recursive: true, force: true })
}

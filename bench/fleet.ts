/**
 * The long form of test/fleet.test.ts: two servers on one PostgreSQL and one object store, of which again and again one is
 * killed, PostgreSQL is killed, the store goes away and the network to the database is cut, under load.
 *
 *   npm run proof:fleet                    three rounds; the store is away for a minute in each
 *   npm run proof:fleet -- --rounds 1 --away 20
 *
 * Writes bench/results/fleet.json; ends with 1 when anything acknowledged was lost or doubled.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Fleet, openFleet } from '../test/support/fleet/index.ts'
import { until } from '../test/support/patience.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { circumstances, writeResults } from './load/results.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, away: { type: 'string', default: '60' } },
})
const [rounds, away] = [Number(values.rounds), Number(values.away)]
if (!(rounds >= 1) || !(away > 0)) throw new Error('--rounds and --away (seconds) are numbers above 0.')

const disturbances: Record<string, (fleet: Fleet, which: number) => Promise<void>> = {
  'server killed': (fleet, which) => fleet.restart(which),
  'PostgreSQL killed': async ({ postgres }) => {
    await postgres.kill()
    await sleep((1000 * away) / 10)
    await postgres.restart()
  },
  'store away': async ({ store }) => {
    await store.goAway()
    await sleep(1000 * away)
    await store.comeBack()
  },
  'network cut': async ({ network }) => {
    network.cut()
    await sleep((1000 * away) / 3)
    network.heal()
  },
}

const postgres = await startPostgres()
if ('unavailable' in postgres) throw new Error(`No PostgreSQL here: ${postgres.unavailable}`)
const fleet = await openFleet(postgres)
try {
  const begin = performance.now()
  fleet.beginLoad()
  await fleet.progress()
  const recoveries: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, act] of Object.entries(disturbances)) {
      await act(fleet, round % 2)
      const healed = performance.now()
      for (const which of [0, 1]) await until(async () => (await fleet.readiness(which)).status === 200)
      await fleet.progress()
      recoveries[name] = [...(recoveries[name] ?? []), Math.round(performance.now() - healed)]
      process.stdout.write(`${name}: ${recoveries[name]?.at(-1)} ms until every caller was answered\n`)
    }
  }
  const failed = fleet.servers.map((server) => server.failed)
  const { wrong, finished, delivered, repeated } = await fleet.settle()
  const seconds = Math.round((performance.now() - begin) / 1000)
  const results = {
    ...circumstances(),
    seconds,
    rounds,
    away,
    recoveries,
    failed,
    finished,
    delivered,
    repeated,
    wrong,
  }
  writeResults('fleet', results)
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
  if (wrong.length > 0) process.exitCode = 1
} finally {
  await fleet.close()
  await postgres.stop()
}

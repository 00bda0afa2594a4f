/**
 * Two servers on one PostgreSQL and one object store, disturbed under load. Real: the servers' processes, PostgreSQL, the
 * store, receivers, callers of every dialect. The engine is a stub, which hides measuring and worker processes; the network
 * is a proxy that holds every byte back, which hides what a kernel makes of lost packets. `npm run proof:fleet` takes longer.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, openFleet } from './support/fleet/index.ts'
import { until } from './support/patience.ts'
import { startPostgres } from './support/postgres.ts'

const postgres = await startPostgres()
if ('unavailable' in postgres) console.warn(`Skipping the fleet: no PostgreSQL: ${postgres.unavailable}`)

describe.skipIf('unavailable' in postgres)('two servers under load', () => {
  let fleet: Fleet
  beforeAll(async () => {
    if ('unavailable' in postgres) return
    fleet = await openFleet(postgres)
    fleet.beginLoad()
    await fleet.progress()
  })
  afterAll(async () => {
    await fleet?.close()
    if (!('unavailable' in postgres)) await postgres.stop()
  })

  const isReady = async (which: number) => (await fleet.readiness(which)).status === 200
  /** What callers got instead of an answer so far. */
  const reasons = () =>
    [
      ...new Set(
        fleet.servers.flatMap(({ failed }) => Object.keys(failed).map((name) => name.split(': ')[1])),
      ),
    ].sort()

  it('go on when one is killed, and with it when it is back', async () => {
    const other = fleet.progress([1])
    await fleet.restart(0)
    await other
    await fleet.progress()
  })

  it('answer as busy while the store of pictures is away, say that they are not ready, and recover', async () => {
    await fleet.store.goAway()
    for (const which of [0, 1]) await until(async () => !(await isReady(which)))
    expect((await fleet.readiness(0)).parts).toMatchObject({ database: true, disk: true, pictures: false })
    await fleet.store.comeBack()
    for (const which of [0, 1]) await until(() => isReady(which))
    await fleet.progress()
    expect(reasons()).toEqual(['503'])
  })

  it('answer as busy while PostgreSQL is killed and starts again, and recover', async () => {
    await fleet.postgres.kill()
    await until(async () => !(await isReady(1)))
    expect((await fleet.readiness(1)).parts).toMatchObject({ database: false, disk: true, pictures: true })
    await fleet.postgres.restart()
    for (const which of [0, 1]) await until(() => isReady(which))
    await fleet.progress()
    expect(reasons()).toEqual(['503'])
  })

  it('leave only one of them busy when its network to the database is cut, and recover', async () => {
    fleet.network.cut()
    await until(async () => !(await isReady(0)))
    // Also past the locks that the other holds where it cannot be reached.
    await fleet.progress([1])
    fleet.network.heal()
    await until(() => isReady(0))
    await fleet.progress()
    expect(reasons()).toEqual(['503'])
  })

  it('have lost and doubled nothing', async () => {
    const { wrong, finished, delivered } = await fleet.settle()
    expect(wrong).toEqual([])
    expect(finished).toBeGreaterThan(0)
    expect(delivered).toBeGreaterThan(0)
  })
})

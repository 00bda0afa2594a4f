/**
 * Two servers on one PostgreSQL and one object store, disturbed under load. Real: the servers' processes, PostgreSQL, the
 * store, receivers, callers of every dialect. The engine is a stub, which hides measuring and worker processes; the network
 * is a proxy that holds every byte back, which hides what a kernel makes of lost packets. `npm run proof:fleet` takes longer.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSigningKey } from '../src/access/signing-key.ts'
import { singleUseSignatures } from '../src/dialects/cashfree/client-switches.ts'
import { jpeg } from './support/didit.ts'
import { type Fleet, openFleet } from './support/fleet/index.ts'
import { form } from './support/form.ts'
import { patience, until } from './support/patience.ts'
import { startPostgres } from './support/postgres.ts'
import { sign } from './support/signature.ts'

const postgres = await startPostgres()
if ('unavailable' in postgres) console.warn(`Skipping the fleet: no PostgreSQL: ${postgres.unavailable}`)
let fleet: Fleet
beforeAll(async () => {
  if (!('unavailable' in postgres)) fleet = await openFleet(postgres)
})
afterAll(async () => {
  await fleet?.close()
  if (!('unavailable' in postgres)) await postgres.stop()
})

describe.skipIf('unavailable' in postgres)('of two servers', () => {
  /** Of Cashfree. */
  const check = (which: number, headers: Record<string, string>) => {
    const body = form({ verification_id: crypto.randomUUID(), image: jpeg })
    const url = `${fleet.servers[which]!.url}/verification/face-liveness`
    return fetch(url, { method: 'POST', headers, body }).then(({ status }) => status)
  }
  /** So many calls, one after another to each server, all at once. */
  const both = (count: number, call: (which: number) => Promise<number>) =>
    Promise.all(Array.from({ length: count }, (_, index) => call(index % 2)))
  const count = (statuses: number[], status: number) => statuses.filter((one) => one === status).length

  it('the limit per minute is one', async () => {
    const limit = 20
    const { headers } = await fleet.client('cashfree', { settings: { ratePerMinute: limit } })
    // One after another: at once they would meet the limit of requests under way.
    for (let call = 0; call < limit; call++) expect(await check(0, headers)).toBe(200)
    // Each tells the database once a second, and learns from it when it has something to tell.
    await until(async () => {
      const known = fleet.database.selectFrom('rate_windows').select('count').where('count', '>=', limit)
      return (await known.executeTakeFirst()) !== undefined
    })
    let accepted = 0
    const refused = async () => {
      const status = await check(1, headers)
      if (status !== 429) accepted++
      return status === 429
    }
    await expect.poll(refused, { timeout: patience.poll, interval: 1000 }).toBe(true)
    expect(accepted).toBeLessThan(limit)
  })

  it('the prepaid balance is one', async () => {
    const { id, headers } = await fleet.client('cashfree', { balance: 5 })
    const statuses = await both(8, (which) => check(which, headers))
    expect([count(statuses, 200), count(statuses, 422)]).toEqual([5, 3])
    const left = fleet.database.selectFrom('clients').select('balance').where('id', '=', id)
    expect((await left.executeTakeFirstOrThrow()).balance).toBe(0)
  })

  it('a signature that counts once counts once', async () => {
    const { publicKey, privateKey } = createSigningKey()
    const settings = { signatureKey: privateKey, ...singleUseSignatures.set(true) }
    const { headers } = await fleet.client('cashfree', { settings })
    const signed = { ...headers, 'x-cf-signature': sign(publicKey, headers['x-client-id']!) }
    const statuses = await both(4, (which) => check(which, signed))
    expect([count(statuses, 200), count(statuses, 403)]).toEqual([1, 3])
  })

  it('one does what is asked for under an idempotency key, and both repeat its answer', async () => {
    const { id, headers } = await fleet.client('liveface')
    const sent = { ...headers, 'idempotency-key': 'once' }
    const call = async (which: number) => {
      const url = `${fleet.servers[which]!.url}/api/v1/liveness`
      const response = await fetch(url, { method: 'POST', headers: sent, body: form({ picture: jpeg }) })
      return { status: response.status, body: await response.text() }
    }
    const atOnce = await Promise.all([0, 1, 0, 1].map(call))
    const [first, second] = [await call(0), await call(1)]
    expect(second).toEqual(first)
    // Whoever came while it was under way got that answer.
    for (const answer of atOnce) expect(answer.status === 409 || answer.body === first.body).toBe(true)
    const rows = await fleet.database.selectFrom('checks').select('id').where('client_id', '=', id).execute()
    expect(rows).toHaveLength(1)
  })

  it('one opens a link to the capture page, and both know the page', async () => {
    const { headers } = await fleet.client('verifyhq')
    const post = async (which: number, path: string, body: object, more: Record<string, string> = {}) => {
      const url = fleet.servers[which]!.url + path
      const sent = { ...more, 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers: sent, body: JSON.stringify(body) })
      // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
      return { status: response.status, body: (await response.json()) as any }
    }
    const base = '/v1/verifications/liveness'
    const { sessionToken } = (await post(0, `${base}/session`, { userId: 'a' }, headers)).body
    const { captureUrl } = (await post(1, `${base}/capture-link`, { sessionToken }, headers)).body
    const link = captureUrl.split('/').at(-1)
    const opened = await Promise.all([0, 1].map((which) => post(which, '/capture/api/open', { link })))
    expect(opened.map(({ status }) => status).sort()).toEqual([200, 410])
    const { key } = opened.find(({ status }) => status === 200)!.body
    for (const { url } of fleet.servers) {
      const page = { headers: { authorization: `Bearer ${key}` } }
      expect((await fetch(`${url}/capture/api/session`, page)).status).toBe(200)
    }
  })

  it('none asks PostgreSQL more than five times in a row for a check', async () => {
    const { headers } = await fleet.client('cashfree')
    // One of the five keeps the picture. What a server does beside its requests comes on top now and then.
    await until(async () => {
      const before = fleet.network.roundTrips()
      expect(await check(0, headers)).toBe(200)
      return fleet.network.roundTrips() - before <= 5
    }, 'A check in five round trips')
  })
})

describe.skipIf('unavailable' in postgres)('two servers under load', () => {
  beforeAll(async () => {
    fleet.beginLoad()
    await fleet.progress()
  })

  const isReady = async (which: number) => (await fleet.readiness(which)).status === 200
  /**
   * With what the servers failed in this test: HTTP statuses, and IndiConnect's own for the same. A picture that it could not
   * fetch in time is this machine's.
   */
  const failures = () => {
    const reasons = fleet.servers.flatMap(({ failed }) =>
      Object.keys(failed).map((name) => name.split(': ')[1]),
    )
    return [...new Set(reasons)].filter((reason) => Number(reason) >= 500 || reason === '108')
  }
  const isBusy = async () => failures().includes('503')

  beforeEach(() => {
    for (const { failed } of fleet.servers) for (const name of Object.keys(failed)) delete failed[name]
  })

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
    await until(isBusy)
    await fleet.store.comeBack()
    for (const which of [0, 1]) await until(() => isReady(which))
    await fleet.progress()
    expect(failures()).toEqual(['503'])
  })

  it('answer as busy while PostgreSQL is killed and starts again, and recover', async () => {
    await fleet.postgres.kill()
    await until(async () => !(await isReady(1)))
    expect((await fleet.readiness(1)).parts).toMatchObject({ database: false, disk: true, pictures: true })
    await until(isBusy)
    await fleet.postgres.restart()
    for (const which of [0, 1]) await until(() => isReady(which))
    await fleet.progress()
    expect(failures()).toEqual(['503'])
  })

  it('leave only one of them busy when its network to the database is cut, and recover', async () => {
    fleet.network.cut()
    await until(async () => !(await isReady(0)))
    // Also past the locks that the other holds where it cannot be reached.
    await fleet.progress([1])
    await until(isBusy)
    fleet.network.heal()
    await until(() => isReady(0))
    await fleet.progress()
    expect(failures()).toEqual(['503'])
  })

  it('have lost and doubled nothing', async () => {
    const { wrong, finished, delivered } = await fleet.settle()
    expect(wrong).toEqual([])
    expect(finished).toBeGreaterThan(0)
    expect(delivered).toBeGreaterThan(0)
  })
})

import type { CompiledQuery } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { createClients } from '../access/clients.ts'
import { givenKey } from '../access/key-source.ts'
import { openMasterKey } from '../access/master-key.ts'
import { createChallengeSessions } from '../challenges/index.ts'
import { type Database, openDatabase } from '../database/index.ts'
import { type Checks, createChecks, type Reservation } from './checks.ts'

let db: Database
let checks: Checks
let clientId: string
let time = 1_000_000

beforeEach(async () => {
  db = await openDatabase({ file: ':memory:' })
  const key = openMasterKey('unused', givenKey(Buffer.alloc(32, 1).toString('base64')))
  const clients = createClients(db, key)
  clientId = (await clients.create({ dialect: 'cashfree', environment: 'sandbox', name: 'a', balance: 2 })).id
  checks = createChecks(db, () => time)
})

const reserve = (externalId?: string) =>
  checks.reserve({ clientId, dialect: 'cashfree', operation: 'o', ...(externalId ? { externalId } : {}) })
const reserved = async (externalId?: string) => (await reserve(externalId)) as Reservation
const balance = async () =>
  (await db.selectFrom('clients').select('balance').where('id', '=', clientId).executeTakeFirstOrThrow())
    .balance

describe('createChecks', () => {
  it('never repeats a reference, also after the row is gone', async () => {
    const first = await reserved()
    await checks.release(first)
    expect((await reserved()).reference).toBeGreaterThan(first.reference)
  })

  it('takes a prepaid call, gives it back on release, keeps it on forget', async () => {
    await checks.release(await reserved())
    expect(await balance()).toBe(2)
    await checks.complete(await reserved(), { status: 'Approved', result: {}, forget: true })
    expect(await balance()).toBe(1)
    await reserved()
    expect(await reserve()).toBe('no_balance')
    expect(await db.selectFrom('checks').selectAll().execute()).toHaveLength(1)
  })

  it('keeps what had nothing to judge, and gives its prepaid call back', async () => {
    const free = await reserved('free')
    await checks.complete(free, { status: '103', result: {}, free: true })
    expect(await balance()).toBe(2)
    expect(await db.selectFrom('checks').select(['id', 'state']).execute()).toEqual([
      { id: free.id, state: 'done' },
    ])
    await checks.complete(await reserved('paid'), { status: '101', result: {} })
    expect(await balance()).toBe(1)
    await db.updateTable('clients').set({ balance: null }).execute()
    await checks.complete(await reserved('unbilled'), { status: '103', result: {}, free: true })
    expect(await balance()).toBeNull()
  })

  it('frees an id whose process died before it completed, but never a completed one', async () => {
    await checks.complete(await reserved('done'), { status: 'S', result: {} })
    await reserved('died')
    expect(await reserve('died')).toBe('id_taken')
    time += 121_000
    expect(await reserve('done')).toBe('id_taken')
    expect(await reserve('died')).toMatchObject({ id: expect.any(String) })
  })

  it('gives back what dead processes held, once, and nothing that is done, young or a session', async () => {
    await db.updateTable('clients').set({ balance: 10 }).execute()
    await checks.complete(await reserved('done'), { status: 'S', result: {} })
    await reserved('dead')
    await reserved()
    const challenges = createChallengeSessions({
      database: db,
      masterKey: openMasterKey('unused', givenKey(Buffer.alloc(32, 1).toString('base64'))),
      checks,
      policy: {
        livenessThreshold: 0.5,
        matchThreshold: 0.5,
        compareScenes: null,
        pace: 0,
        similarity: () => 1,
      },
      now: () => time,
    })
    await challenges.create({ clientId, dialect: 'verifyhq', userId: 'somebody' })
    time += 300_000
    await reserved('young')
    time += 301_000
    expect(await balance()).toBe(5)
    expect(await checks.releaseDead()).toBe(2)
    expect(await balance()).toBe(7)
    expect(await checks.releaseDead()).toBe(0)
    const left = await db
      .selectFrom('checks')
      .select(['external_id', 'operation'])
      .orderBy('reference')
      .execute()
    expect(left).toEqual([
      { external_id: 'done', operation: 'o' },
      { external_id: null, operation: 'liveness-session' },
      { external_id: 'young', operation: 'o' },
    ])
    expect(await reserve('dead')).toMatchObject({ id: expect.any(String) })
    expect(await balance()).toBe(6)
  })

  it('finds them without a look at the others', async () => {
    const queries: CompiledQuery[] = []
    const watched = db.withPlugin({
      transformQuery: ({ node, queryId }) => {
        queries.push(db.getExecutor().compileQuery(node, queryId))
        return node
      },
      transformResult: async ({ result }) => result,
    })
    await createChecks(watched).releaseDead()
    const plan = await db.executeQuery<{ detail: string }>({
      ...queries[0]!,
      sql: `explain query plan ${queries[0]!.sql}`,
    })
    expect(plan.rows.map(({ detail }) => detail).join()).toContain('checks_reserved (created_at<?)')
  })

  it('stores nothing when the work beside the outcome fails', async () => {
    const reservation = await reserved('x')
    await expect(
      checks.complete(reservation, async (transaction) => {
        await transaction.updateTable('clients').set({ name: 'changed' }).execute()
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    const { name } = await db.selectFrom('clients').select('name').executeTakeFirstOrThrow()
    expect(name).toBe('a')
    const { state } = await db.selectFrom('checks').select('state').executeTakeFirstOrThrow()
    expect(state).toBe('reserved')
  })
})

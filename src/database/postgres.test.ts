/** What goes over the wire to a real PostgreSQL, through a proxy that counts. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabases } from '../../test/support/databases.ts'
import { startTcpProxy, type TcpProxy } from '../../test/support/fleet/tcp-proxy.ts'
import { until } from '../../test/support/patience.ts'
import { type Database, openDatabase } from './index.ts'
import { sentWithNext } from './postgres.ts'
import { prepareQuery, runTogether, type Value } from './prepared.ts'

const kind = (await testDatabases()).find(({ name }) => name === 'PostgreSQL') as TestDatabase

describe.skipIf(kind.unavailable)('a transaction on PostgreSQL', () => {
  let proxy: TcpProxy
  let database: Database
  beforeAll(async () => {
    const location = await kind.location()
    const url = new URL('url' in location ? location.url : '')
    proxy = await startTcpProxy(Number(url.port))
    url.port = String(proxy.port)
    database = await openDatabase({ url: url.href })
    await sql`create table kept (name text primary key)`.execute(database)
  })
  afterAll(async () => {
    await database?.destroy()
    await proxy?.stop()
  })

  const insert = prepareQuery((_db, value: Value<{ name: string }>) => ({
    compile: () => sql`insert into kept (name) values (${value('name')})`.compile(database),
  }))
  const insertWithNext = (name: string) =>
    sql`${sql.raw(sentWithNext)} insert into kept (name) values (${name})`
  const names = async () =>
    (await sql<{ name: string }>`select name from kept order by name`.execute(database)).rows.map(
      ({ name }) => name,
    )
  const begun = () => database.transaction()

  it('takes two round trips: one for what is sent together, one for the rest with the commit', async () => {
    let count = 0
    // Two parts of one message may come to the proxy in two pieces, with an answer in between.
    await until(async () => {
      const before = proxy.roundTrips()
      const [a, b, c] = [`a${++count}`, `b${count}`, `c${count}`]
      await begun().execute(async (transaction) => {
        await runTogether(
          transaction,
          insert.with(transaction, { name: a }),
          insert.with(transaction, { name: b }),
        )
        await insertWithNext(c).execute(transaction)
      })
      expect(await names()).toEqual(expect.arrayContaining([a, b, c]))
      return proxy.roundTrips() - before === 3
    }, 'A transaction, and the look at it, in three round trips')
  })

  it('fails as a whole when what waited for the commit fails', async () => {
    await insert(database, { name: 'taken' })
    const work = begun().execute(async (transaction) => {
      await insert(transaction, { name: 'lost' })
      await insertWithNext('taken').execute(transaction)
    })
    await expect(work).rejects.toMatchObject({ code: '23505' })
    expect(await names()).not.toContain('lost')
  })

  it('fails as a whole when the first of two that are sent together fails', async () => {
    const work = begun().execute((transaction) =>
      runTogether(
        transaction,
        insert.with(transaction, { name: 'taken' }),
        insert.with(transaction, { name: 'second' }),
      ),
    )
    await expect(work).rejects.toMatchObject({ code: '23505' })
    expect(await names()).not.toContain('second')
  })

  it('that is given up leaves nothing of what waited', async () => {
    const work = begun().execute(async (transaction) => {
      await insertWithNext('waited').execute(transaction)
      throw new Error('given up')
    })
    await expect(work).rejects.toThrow('given up')
    expect(await names()).not.toContain('waited')
  })

  it('sees what waited in its next statement', async () => {
    await begun().execute(async (transaction) => {
      await insertWithNext('seen').execute(transaction)
      const { rows } = await sql`select name from kept where name = 'seen'`.execute(transaction)
      expect(rows).toHaveLength(1)
    })
  })
})

import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { describe, expect, it } from 'vitest'
import { answers } from './portable.ts'

/** Hides the database: one whose connection is made when `connect` resolves. */
function databaseOf(connect: () => Promise<void>) {
  class Driver extends DummyDriver {
    override async acquireConnection() {
      await connect()
      return super.acquireConnection()
    }
  }
  return new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new Driver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

describe('a database', () => {
  it('answers', async () => {
    expect(await answers(databaseOf(async () => {}))).toBe(true)
  })

  it('that cannot be reached does not answer', async () => {
    expect(await answers(databaseOf(() => Promise.reject(new Error('refused'))))).toBe(false)
  })

  it('that is silent counts as away after the limit', async () => {
    expect(
      await answers(
        databaseOf(() => new Promise(() => {})),
        10,
      ),
    ).toBe(false)
  })
})

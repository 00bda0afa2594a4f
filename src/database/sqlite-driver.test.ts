import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type SQLite from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDurableLog } from './durable-log.ts'
import { nonDurableTransaction } from './non-durable.ts'
import { sqliteDriver } from './sqlite.ts'
import { dialectOver, sqliteDialect } from './sqlite-driver.ts'

interface Tables {
  notes: { id: number; text: string }
}

const Driver: typeof SQLite = createRequire(import.meta.url)(sqliteDriver())

let directory: string
let file: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'liveface-driver-'))
  file = join(directory, 'a.db')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function connect(): SQLite.Database {
  const database = new Driver(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.exec('create table if not exists notes (id integer primary key, text text not null unique)')
  return database
}

/** A database whose disk answers when the test says so. */
function slowDisk() {
  const flushes: { done(): void; fail(error: Error): void }[] = []
  const log = createDurableLog(
    () => new Promise<void>((resolve, reject) => flushes.push({ done: resolve, fail: reject })),
  )
  const db = new Kysely<Tables>({ dialect: dialectOver(connect(), log) })
  const write = (text: string) =>
    db.transaction().execute((transaction) =>
      transaction
        .insertInto('notes')
        .values({ id: idOf(text), text })
        .execute(),
    )
  const read = () => db.selectFrom('notes').select('text').orderBy('id').execute()
  return { db, flushes, write, read }
}

function idOf(text: string): number {
  return Number(text.replace(/\D/g, ''))
}

function settled(promise: Promise<unknown>): () => string {
  let state = 'waiting'
  promise.then(
    () => {
      state = 'done'
    },
    () => {
      state = 'failed'
    },
  )
  return () => state
}

/** Lets everything happen that waits for no disk: turns of the event loop, however long each takes. */
async function turns(): Promise<void> {
  for (let count = 0; count < 50; count++) await turn()
}

describe('a transaction', () => {
  it('is over when the disk has it, and holds up nobody else meanwhile', async () => {
    const { db, flushes, write, read } = slowDisk()
    const first = write('note 1')
    const state = settled(first)
    await turns()
    expect(state()).toBe('waiting')
    expect(await read()).toEqual([{ text: 'note 1' }])
    flushes[0]!.done()
    await first
    await db.destroy()
  })

  it('shares the next sync with others; the one under way may have begun too early', async () => {
    const { db, flushes, write } = slowDisk()
    const states = ['note 1', 'note 2', 'note 3'].map((text) => settled(write(text)))
    await turns()
    expect(flushes.length).toBe(1)
    flushes[0]!.done()
    await turns()
    expect(states.map((state) => state())).toEqual(['done', 'waiting', 'waiting'])
    expect(flushes.length).toBe(2)
    flushes[1]!.done()
    await turns()
    expect(states.map((state) => state())).toEqual(['done', 'done', 'done'])
    await db.destroy()
  })

  it('that only read waits for no disk', async () => {
    const { db, flushes } = slowDisk()
    await db.transaction().execute((transaction) => transaction.selectFrom('notes').selectAll().execute())
    expect(flushes.length).toBe(0)
    await db.destroy()
  })

  it('whose writer does not mind a power cut waits for no disk', async () => {
    const { db, flushes, read } = slowDisk()
    await nonDurableTransaction(db).execute((transaction) =>
      transaction.insertInto('notes').values({ id: 1, text: 'note 1' }).execute(),
    )
    expect(flushes.length).toBe(0)
    expect(await read()).toEqual([{ text: 'note 1' }])
    await db.destroy()
  })

  it('fails when the disk fails, and so does everything after it; nobody else is rolled back', async () => {
    const { db, flushes, write, read } = slowDisk()
    const first = write('note 1')
    const other = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('notes').values({ id: 2, text: 'note 2' }).execute()
      flushes[0]!.fail(Object.assign(new Error('broken'), { code: 'EIO' }))
      await expect(first).rejects.toMatchObject({ code: 'EIO' })
      return transaction.selectFrom('notes').select('text').execute()
    })
    await expect(other).rejects.toMatchObject({ code: 'EIO' })
    await expect(write('note 3')).rejects.toMatchObject({ code: 'EIO' })
    // Written, but never acknowledged.
    expect((await read()).length).toBe(3)
    await db.destroy()
  })

  it('leaves nothing behind when it throws, and the connection to the next', async () => {
    const { db, flushes, write, read } = slowDisk()
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('notes').values({ id: 1, text: 'note 1' }).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(flushes.length).toBe(0)
    const state = settled(write('note 1'))
    await turns()
    expect(await read()).toEqual([{ text: 'note 1' }])
    flushes[0]!.done()
    await turns()
    expect(state()).toBe('done')
    await db.destroy()
  })
})

it('syncs the real log, also for a statement outside a transaction', async () => {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(connect(), file) })
  await db.insertInto('notes').values({ id: 1, text: 'a' }).execute()
  const updated = await db.updateTable('notes').set({ text: 'b' }).where('id', '=', 1).executeTakeFirst()
  expect(updated.numUpdatedRows).toBe(1n)
  await expect(db.insertInto('notes').values({ id: 2, text: 'b' }).execute()).rejects.toMatchObject({
    code: 'SQLITE_CONSTRAINT_UNIQUE',
  })
  await db.destroy()
  const again = new Kysely<Tables>({ dialect: sqliteDialect(connect(), file) })
  expect(await again.selectFrom('notes').selectAll().execute()).toEqual([{ id: 1, text: 'b' }])
  await again.destroy()
})

it('keeps statements, and forgets them when the tables change', async () => {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(connect(), file) })
  const all = () => db.selectFrom('notes').selectAll().execute()
  await db.insertInto('notes').values({ id: 1, text: 'a' }).execute()
  expect(await all()).toEqual([{ id: 1, text: 'a' }])
  await sql`alter table notes add column more text default 'm'`.execute(db)
  expect(await all()).toEqual([{ id: 1, text: 'a', more: 'm' }])
  for (let count = 1; count < 700; count++) {
    const rows = await sql.raw<{ n: number }>(`select ${count} as n`).execute(db)
    expect(rows.rows).toEqual([{ n: count }])
  }
  await db.destroy()
})

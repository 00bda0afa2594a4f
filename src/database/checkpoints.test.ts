import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { maxLogPages, openCheckpoints } from './checkpoints.ts'
import { createDurableLog } from './durable-log.ts'
import { openConnection, sqlite } from './sqlite.ts'
import { dialectOver } from './sqlite-driver.ts'

interface Tables {
  notes: { id: number; text: string }
}

let directory: string
let file: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'liveface-checkpoints-'))
  file = join(directory, 'a.db')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Notes that are in the database's file itself, as it is now; 0 where a checkpoint was writing it just then. */
function notesInFile(): number {
  const copy = join(directory, 'copy.db')
  copyFileSync(file, copy)
  try {
    const connection = openConnection(copy)
    try {
      return connection.prepare('select count(*) from notes').pluck().get() as number
    } finally {
      connection.close()
    }
  } catch {
    return 0
  } finally {
    rmSync(copy)
  }
}

/** A database that is checkpointed after every ten commits, and not otherwise. */
async function open(every = 10, checkpointed = file) {
  const connection = openConnection(file)
  connection.pragma('journal_mode = WAL')
  connection.pragma('wal_autocheckpoint = 0')
  const checkpoints = openCheckpoints(checkpointed, every)
  const db = new Kysely<Tables>({
    dialect: dialectOver(
      connection,
      createDurableLog(async () => {}),
      checkpoints,
    ),
  })
  await sql`create table notes (id integer primary key, text text)`.execute(db)
  const write = async (count: number) => {
    for (let note = 0; note < count; note++) {
      await db
        .insertInto('notes')
        .values({ text: 'x'.repeat(3000) } as never)
        .execute()
    }
  }
  return { db, write }
}

it('brings commits into the file while the database goes on', async () => {
  const { db, write } = await open()
  const writeAndLook = async () => {
    await write(5)
    return notesInFile()
  }
  for (let round = 0; round < 10; round++) {
    const before = notesInFile()
    await write(20)
    await expect.poll(writeAndLook).toBeGreaterThan(before)
  }
  const { rows } = await sql<{ count: number }>`select count(*) as count from notes`.execute(db)
  await db.destroy()
  expect(notesInFile()).toBe(rows[0]?.count)
})

it('lets the log start over as soon as there is a moment without a commit', async () => {
  const { db, write } = await open()
  /** How often the log has begun: the fourth number of its header. */
  const begun = () => readFileSync(`${file}-wal`).readUInt32BE(12)
  await write(1)
  const before = begun()
  const writeAndPause = async () => {
    await write(10)
    await sleep(50)
    await write(1)
    return begun()
  }
  await expect.poll(writeAndPause).toBeGreaterThan(before + 2)
  await db.destroy()
})

it('brings transactions over like single statements', async () => {
  const { db } = await open(5)
  for (let note = 0; note < 6; note++) {
    await db.transaction().execute((transaction) =>
      transaction
        .insertInto('notes')
        .values({ text: 'x' } as never)
        .execute(),
    )
  }
  await expect.poll(notesInFile).toBeGreaterThanOrEqual(4)
  await db.destroy()
})

it('is waited for by a process that has nothing else to do', () => {
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
  const program = `
    const { Kysely, sql } = await import('kysely')
    const { sqlite } = await import(${module('./sqlite.ts')})
    const db = new Kysely({ dialect: sqlite(${JSON.stringify(file)}) })
    await sql\`create table notes (id integer primary key, text text)\`.execute(db)
    for (let note = 0; note < 250; note++) await db.insertInto('notes').values({ text: 'x' }).execute()
    await db.destroy()
    console.log('closed')`
  const out = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  })
  expect(out).toBe('closed\n')
  expect(existsSync(`${file}-wal`)).toBe(false)
  expect(notesInFile()).toBe(250)
})

it('goes on writing when the thread cannot', async () => {
  const { db, write } = await open(2, join(directory, 'no such folder', 'a.db'))
  await write(8)
  expect(await db.selectFrom('notes').select('id').execute()).toHaveLength(8)
  await db.destroy()
})

it('leaves to a commit only a log that nobody brought over', async () => {
  const db = new Kysely<Tables>({ dialect: sqlite(file) })
  const { rows } = await sql<{ wal_autocheckpoint: number }>`pragma wal_autocheckpoint`.execute(db)
  expect(rows).toEqual([{ wal_autocheckpoint: maxLogPages }])
  await db.destroy()
})

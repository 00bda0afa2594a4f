import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from './index.ts'
import { sqliteDriver } from './sqlite.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-sqlite-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('the driver follows what this Node offers', () => {
  expect(sqliteDriver('9')).toBe('better-sqlite3')
  expect(sqliteDriver('10')).toBe('better-sqlite3-13')
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 22) expect(sqliteDriver()).toBe('better-sqlite3')
  if (major >= 24) expect(sqliteDriver()).toBe('better-sqlite3-13')
})

test('the file is opened for durability, and statements collected as garbage end no process', async () => {
  const database = await openDatabase({ file: join(directory, 'a.db') })
  const read = async (pragma: string) =>
    Object.values((await sql.raw<object>(`pragma ${pragma}`).execute(database)).rows[0] ?? {})[0]
  expect(await read('journal_mode')).toBe('wal')
  // Commits are synced by the driver, off this thread.
  expect(await read('synchronous')).toBe(1)
  expect(await read('foreign_keys')).toBe(1)
  expect(await read('secure_delete')).toBe(1)
  expect(await read('cache_size')).toBe(-4000)
  for (let round = 0; round < 20_000; round++) await sql`select ${round}`.execute(database)
  await database.destroy()
})

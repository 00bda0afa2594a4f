import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, expect, test, vi } from 'vitest'
import { until } from '../../test/support/patience.ts'
import { openDatabase } from './index.ts'
import { openConnection, sqliteDriver } from './sqlite.ts'

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

test('processes that open new files at the same moment wait for each other', async () => {
  // Each file is a chance: without the wait, about one in 300 fails.
  const program = `
    const { existsSync, writeFileSync } = await import('node:fs')
    const { sqlite } = await import('./src/database/sqlite.ts')
    const [folder] = process.argv.slice(-1)
    writeFileSync(folder + '/ready-' + process.pid, '')
    while (!existsSync(folder + '/go')) {}
    for (let i = 0; i < 150; i++) sqlite(folder + '/new-' + i + '.db')
    process.exit()`
  const folder = mkdtempSync(join(directory, 'new-'))
  const start = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, folder])
  const started = Promise.all([start(), start(), start(), start()])
  await until(() => readdirSync(folder).length === 4, 'The start of four processes')
  writeFileSync(join(folder, 'go'), '')
  await started
})

test('a start waits for what another writes, up to a minute, and stops nothing while it waits', async () => {
  const file = join(directory, 'held.db')
  await (await openDatabase({ file })).destroy()
  const writer = openConnection(file)
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] })
  try {
    // A table that is missing makes the next start write.
    writer.exec('drop table kysely_migration_lock')

    writer.exec('begin immediate')
    let isOpen = false
    const opening = openDatabase({ file }).then((database) => {
      isOpen = true
      return database
    })
    await vi.advanceTimersByTimeAsync(50_000)
    expect(isOpen).toBe(false)
    writer.exec('commit')
    await vi.advanceTimersByTimeAsync(1000)
    const database = await opening
    const { rows } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(database)
    expect(rows).toEqual([{ timeout: 5000 }])
    await database.destroy()

    writer.exec('begin immediate')
    const refused = expect(openDatabase({ file })).rejects.toThrow('database is locked')
    await vi.advanceTimersByTimeAsync(70_000)
    await refused
  } finally {
    vi.useRealTimers()
    writer.close()
  }
})

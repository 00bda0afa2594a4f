/** Opens the SQLite file with the driver that this Node can run. */
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type SQLite from 'better-sqlite3'
import { SqliteDialect } from 'kysely'

/**
 * Version 13 of better-sqlite3 is built on Node-API 10, which Node 20 lacks: there it crashes when a file is
 * opened. Version 12, compiled with the headers of Node 24.19 or later, ends the process with a failed assertion
 * when a statement is collected as garbage (nodejs/node#65446). So each Node gets the one that holds.
 */
export function sqliteDriver(nodeApi = process.versions.napi): 'better-sqlite3' | 'better-sqlite3-13' {
  return Number(nodeApi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3'
}

/** @throws when the file can't be opened or made, or is no database */
export function sqlite(file: string): SqliteDialect {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const Driver: typeof SQLite = createRequire(import.meta.url)(sqliteDriver())
  const connection = new Driver(file)
  connection.pragma('journal_mode = WAL')
  // FULL: an acknowledged check survives a power cut, which WAL's usual NORMAL does not promise.
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  // Deleted templates and keys are overwritten, not left readable in free pages.
  connection.pragma('secure_delete = ON')
  // `liveface keys` writes beside a running server: wait for its lock instead of failing.
  connection.pragma('busy_timeout = 5000')
  return new SqliteDialect({ database: connection })
}

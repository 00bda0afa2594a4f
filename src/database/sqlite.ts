/** Opens the SQLite file with the driver that this Node can run. */
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type SQLite from 'better-sqlite3'
import { type Dialect, type Kysely, sql } from 'kysely'
import { maxLogPages } from './checkpoints.ts'
import type { Tables } from './schema.ts'
import { sqliteDialect } from './sqlite-driver.ts'

/**
 * Version 13 of better-sqlite3 is built on Node-API 10, which Node 20 lacks: there it crashes when a file is
 * opened. Version 12, compiled with the headers of Node 24.19 or later, ends the process with a failed assertion
 * when a statement is collected as garbage (nodejs/node#65446). So each Node gets the one that holds.
 */
export function sqliteDriver(nodeApi = process.versions.napi): 'better-sqlite3' | 'better-sqlite3-13' {
  return Number(nodeApi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3'
}

/** Longest wait of one statement for another process that writes, in milliseconds. */
const busyTimeoutMs = 5000
/** Longest wait of a start for what other processes write, such as their migrations, in milliseconds. */
const openingTimeoutMs = 60_000
/** Longest pause from one try of a start to the next, in milliseconds. */
const maxPauseMs = 500

/** The database can't be opened or brought to the newest schema. The message names the place and what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}

const remedies: Record<string, string> = {
  EACCES: 'its folder cannot be written by this user',
  EROFS: 'its folder is read-only',
  ENOSPC: 'the disk is full',
  SQLITE_CANTOPEN: 'its folder cannot be read or written by this user',
  SQLITE_READONLY: 'the file, or its folder, is read-only',
  SQLITE_FULL: 'the disk is full',
  SQLITE_IOERR: 'the disk does not read or write',
  SQLITE_CORRUPT: 'the file is damaged; put a backup in its place',
  SQLITE_NOTADB: 'the file is no database, or its first page is damaged; put a backup in its place',
}

/** @param place the file, or the server, as people may read it: no password */
export function toDatabaseError(place: string, cause: unknown): DatabaseError {
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string }
  // SQLITE_IOERR_WRITE and its like: the first two parts are enough.
  const remedy = remedies[code] ?? remedies[code.split('_').slice(0, 2).join('_')]
  const reason = remedy ? `${remedy} (${code})` : message
  return new DatabaseError(`The database ${place} cannot be used: ${reason}.`, { cause })
}

/** @throws DatabaseError when the file can't be opened or made, or is no database */
export function sqlite(file: string): Dialect {
  try {
    return sqliteDialect(connect(file), file)
  } catch (cause) {
    throw toDatabaseError(file, cause)
  }
}

function connect(file: string): SQLite.Database {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const connection = openConnection(file)
  useLog(connection)
  connection.pragma(`wal_autocheckpoint = ${maxLogPages}`)
  connection.pragma('foreign_keys = ON')
  // Deleted templates and keys are overwritten, not left readable in free pages.
  connection.pragma('secure_delete = ON')
  return connection
}

/** Waits for other processes, which SQLite itself does not do where several switch a new file at the same moment. */
function useLog(connection: SQLite.Database): void {
  const end = Date.now() + busyTimeoutMs
  for (;;) {
    try {
      connection.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || Date.now() > end) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

/** Another connection holds the file, or wrote to it after this one began to read. */
function isBusy(error: unknown): boolean {
  return /^SQLITE_BUSY(_|$)/.test((error as { code?: string } | null)?.code ?? '')
}

/**
 * Does what a start writes, again from its beginning while another connection holds the file, for a minute at the
 * longest: a neighbour's migrations may take that on a slow disk. The wait is between the tries and not inside SQLite,
 * whose own wait stops the thread, and with it whoever holds the file, where that is a connection of this process.
 * @param work one that can be repeated: what a failed try wrote was rolled back, or is found by the next
 */
export async function whenFree<T>(db: Kysely<Tables>, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + openingTimeoutMs
  await setBusyTimeout(db, 0)
  try {
    for (let pause = 10; ; pause = Math.min(2 * pause, maxPauseMs)) {
      try {
        return await work()
      } catch (error) {
        if (!isBusy(error) || Date.now() > end) throw error
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
  } finally {
    await setBusyTimeout(db, busyTimeoutMs)
  }
}

async function setBusyTimeout(db: Kysely<Tables>, ms: number): Promise<void> {
  await sql.raw(`pragma busy_timeout = ${ms}`).execute(db)
}

/** Opens a file that is there, or will be, with the driver that this Node can run. */
export function openConnection(file: string): SQLite.Database {
  const Driver: typeof SQLite = createRequire(import.meta.url)(sqliteDriver())
  const connection = new Driver(file)
  // Around checkpoints only: sqlite-driver.ts makes each commit survive a power cut, which NORMAL does not promise.
  connection.pragma('synchronous = NORMAL')
  // `liveface keys` writes beside a running server: wait for its lock instead of failing.
  connection.pragma(`busy_timeout = ${busyTimeoutMs}`)
  // 4 MB of pages instead of the driver's 16, which fill over thousands of requests: the system's file cache has them.
  connection.pragma('cache_size = -4000')
  return connection
}

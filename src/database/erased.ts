import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from './index.ts'
import { isPostgres } from './portable.ts'
import { emptyLogStatement } from './sqlite-driver.ts'

/**
 * Takes what was deleted off the disk. In its file SQLite overwrites deleted rows (`secure_delete`), but its log holds
 * what was written since the log last began, for as long as nobody else writes: here the log is brought into the file
 * and cut to nothing. Other queries wait for some milliseconds, the process does not.
 *
 * PostgreSQL looks after its own files: old row versions go with its next vacuum, its log with its checkpoints.
 * @param patienceMs how long another process that reads the database is waited for
 * @returns false when one still does, and the log is as it was
 */
export async function emptyLog(db: Database, patienceMs = 5000): Promise<boolean> {
  if (isPostgres(db)) return true
  for (const end = performance.now() + patienceMs; ; await sleep(50)) {
    const { rows } = await sql<{ busy: number }>`${sql.raw(emptyLogStatement)}`.execute(db)
    if (rows[0]?.busy === 0) return true
    if (performance.now() >= end) return false
  }
}

/** What an operator reads when `emptyLog` gave up. */
export const logHeld =
  'Erased records are still in the log of the database (liveface.db-wal): another process has read it for longer than ' +
  'five seconds. They go with the next sweep, within the hour.'

/** The few places where SQLite and PostgreSQL need different words. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type CreateTableBuilder, type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely'

export function isPostgres<T>(db: Kysely<T>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

/**
 * Adds an integer primary key whose values are never used twice, even after rows are deleted:
 * SQLite needs AUTOINCREMENT for that (a bare rowid is reused), PostgreSQL an identity column.
 */
export function neverRepeatingId<Name extends string, Columns extends string>(
  db: Kysely<unknown>,
  table: CreateTableBuilder<Name, Columns>,
  column: string,
) {
  return isPostgres(db)
    ? table.addColumn(column, 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    : table.addColumn(column, 'integer', (c) => c.primaryKey().autoIncrement())
}

/**
 * Ends a subquery of `id`s whose rows the statement around it changes or deletes (`modifyEnd`): PostgreSQL locks them in this
 * order first, so that two transactions of many rows do not wait for each other. On SQLite they come one after the other.
 */
export function inOrder<T>(db: Kysely<T>): RawBuilder<unknown> {
  return isPostgres(db) ? sql`order by id for update` : sql``
}

/** True when `error` is a breach of a unique index or primary key, on either database. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === '23505'
}

/** True when `error` says that a balance would have fallen below zero, which PostgreSQL alone refuses by itself. */
export function isOverdrawn(error: unknown): boolean {
  return (error as { constraint?: unknown } | null)?.constraint === 'clients_balance'
}

/** Milliseconds after which a database that has not answered counts as away: whoever asks does not wait longer. */
const pingTimeoutMs = 3000

/** Whether the database answers within a few seconds. */
export async function answers<T>(db: Kysely<T>, timeoutMs = pingTimeoutMs): Promise<boolean> {
  const waiting = new AbortController()
  const late = sleep(timeoutMs, false, { signal: waiting.signal }).catch(() => false)
  const pinged = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([pinged, late])
  } finally {
    waiting.abort()
  }
}

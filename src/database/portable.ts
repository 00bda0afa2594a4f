/** The few places where SQLite and PostgreSQL need different words. */
import { type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely'

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

/** True when `error` is a breach of a unique index or primary key, on either database. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === '23505'
}

/** `SELECT 1`, for readiness. @throws when the database does not answer */
export async function ping<T>(db: Kysely<T>): Promise<void> {
  await sql`select 1`.execute(db)
}

/** One Kysely instance over SQLite (default) or PostgreSQL, brought to the newest schema. */
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { migrations } from './migrations/index.ts'
import { isPostgres } from './portable.ts'
import type { Tables } from './schema.ts'
import { sqlite, toDatabaseError } from './sqlite.ts'

export type { Tables } from './schema.ts'
export { DatabaseError } from './sqlite.ts'
export type Database = Kysely<Tables>

/** Where the data lives: a SQLite file (`:memory:` for tests) or a PostgreSQL URL. */
export type DatabaseLocation = { file: string } | { url: string }

/**
 * Opens the database and runs the migrations that are missing.
 * Two processes may do this at once: the migrator takes a lock.
 * @throws DatabaseError when the file or server can't be opened, or a migration fails
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const db = new Kysely<Tables>({
    dialect: 'url' in location ? postgres(location.url) : sqlite(location.file),
  })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) {
    await db.destroy()
    throw toDatabaseError('file' in location ? location.file : withoutPassword(location.url), error)
  }
  return db
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/]*):[^@]*@/, '$1@')
}

/**
 * Reads the whole file and looks for damage, which a start does not: it reads what it needs.
 * @returns what is damaged, one sentence each; empty on PostgreSQL, which looks after its own files
 */
export async function findDamage(db: Database): Promise<string[]> {
  if (isPostgres(db)) return []
  try {
    const { rows } = await sql<{ quick_check: string }>`pragma quick_check`.execute(db)
    return rows.map((row) => row.quick_check).filter((sentence) => sentence !== 'ok')
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

function postgres(url: string): PostgresDialect {
  // bigint arrives as text by default; our times and ids fit a double exactly.
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ connectionString: url, types })
  // Without listeners a connection that the server ends (restart, failover) would end this process; the
  // pool opens a new one for the next query, and a query in flight fails by itself.
  const outlive = () => {}
  pool.on('error', outlive)
  pool.on('connect', (client) => client.on('error', outlive))
  return new PostgresDialect({ pool })
}

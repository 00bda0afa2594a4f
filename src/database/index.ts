/** One Kysely instance over SQLite (default) or PostgreSQL, brought to the newest schema. */
import { Kysely, Migrator, sql } from 'kysely'
import { migrations } from './migrations/index.ts'
import { isPostgres } from './portable.ts'
import { postgres } from './postgres.ts'
import type { Tables } from './schema.ts'
import { DatabaseError, sqlite, toDatabaseError, whenFree } from './sqlite.ts'

export { DatabaseAway } from './postgres.ts'
export type { Tables } from './schema.ts'
export { DatabaseError } from './sqlite.ts'
export type Database = Kysely<Tables>

/**
 * Where the data lives: a SQLite file (`:memory:` for tests) or a PostgreSQL URL, with the longest wait for it in
 * milliseconds.
 */
export type DatabaseLocation = { file: string } | { url: string; waitMs?: number }

/**
 * Opens the database and runs the migrations that are missing.
 * Two processes may do this at once: the migrator takes a lock.
 * @param options.migrate false: a database that lacks a migration is refused
 * @param options.examine looks at the database before it is migrated, and throws when it is not to be used
 * @throws DatabaseError when the file or server cannot be opened, was made by a newer version, or a migration fails;
 *   whatever `examine` throws
 */
export async function openDatabase(
  location: DatabaseLocation,
  { examine, migrate = true }: { examine?: (history: History) => Promise<void>; migrate?: boolean } = {},
): Promise<Database> {
  // A migration may build an index for minutes.
  const db = connect(location, null)
  try {
    await examine?.(() => migrationsOf(db))
    await refuseNewer(db)
    const bringUp = () => (migrate ? runMigrations(db) : refuseOlder(db))
    if ('file' in location) {
      await whenFree(db, bringUp)
      return db
    }
    await bringUp()
  } catch (error) {
    await db.destroy()
    // An error with a sentence for people stays as it is.
    if (error instanceof DatabaseError) throw error
    throw toDatabaseError(placeOf(location), error)
  }
  await db.destroy()
  return connect(location, location.waitMs ?? defaultWaitMs)
}

/** The name of the schema that this version works with. */
export const newestMigration = Object.keys(migrations).at(-1)!

async function runMigrations(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

/** Milliseconds; as LIVEFACE_DATABASE_WAIT_MS has it. */
const defaultWaitMs = 15_000

/** @param waitMs null: PostgreSQL is waited for without end */
function connect(location: DatabaseLocation, waitMs: number | null): Database {
  return new Kysely<Tables>({
    dialect: 'url' in location ? postgres(location.url, waitMs) : sqlite(location.file),
  })
}

/** Where the database is, as people may read it: no password. */
export function placeOf(location: DatabaseLocation): string {
  return 'file' in location ? location.file : location.url.replace(/^(\w+:\/\/[^:@/]*):[^@]*@/, '$1@')
}

/** Names of the migrations that a database has had, oldest first; none of one that holds nothing. */
export type History = () => Promise<string[]>

async function migrationsOf(db: Database): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

async function refuseOlder(db: Database): Promise<void> {
  const done = await migrationsOf(db)
  const missing = Object.keys(migrations).filter((name) => !done.includes(name))
  if (missing.length === 0) return
  throw new Error(
    `it lacks ${missing.join(', ')}; run \`liveface migrate\` first, or set LIVEFACE_MIGRATE=true`,
  )
}

async function refuseNewer(db: Database): Promise<void> {
  const unknown = (await migrationsOf(db)).filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new Error(
    `it was made by a newer version of Liveface (${unknown.join(', ')}); install that version or a newer one`,
  )
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

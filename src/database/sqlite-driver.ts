/**
 * Kysely's driver for SQLite with two differences: waiting for the disk does not block the main thread, and prepared
 * statements are kept.
 *
 * SQLite's own `synchronous = FULL` syncs its log inside the commit, which held up every other request for as long as
 * the disk takes (4 ms in the middle, 20 and more at times). Here the commit only writes to the log, the connection
 * goes on to the next transaction, and the commit is over, for whoever made it, when a sync of the log by another
 * thread is. Commits that wait at the same time share a sync. The log is written in order, so a transaction that saw
 * another's rows is never on the disk without them. A mere reader may see, for these milliseconds, what a power cut
 * would undo: its writer has not been answered yet. SQLite itself syncs log and file around each checkpoint, which
 * `synchronous = NORMAL` still asks for; checkpoints.ts has that done by another thread.
 *
 * A `nonDurableTransaction` does not wait at all.
 */
import type SQLite from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import { type Checkpoints, openCheckpoints } from './checkpoints.ts'
import { createDurableLog, type DurableLog, openDurableLog } from './durable-log.ts'
import { nonDurable } from './non-durable.ts'

/** Statements kept; `in (...)` makes one for each number of values. */
const maxStatements = 300
/** Asked for by erased.ts; another thread does it, while nobody has the connection. */
export const emptyLogStatement = 'pragma wal_checkpoint(TRUNCATE)'
const schemaChange = /^\s*(create|alter|drop|reindex|vacuum)\b/i

/** @param file `:memory:` has no log to sync */
export function sqliteDialect(database: SQLite.Database, file: string): Dialect {
  if (file === ':memory:')
    return dialectOver(
      database,
      createDurableLog(async () => {}),
    )
  return dialectOver(database, openDurableLog(file), openCheckpoints(file))
}

/** The same over a log of the caller's, for tests. */
export function dialectOver(
  database: SQLite.Database,
  log: DurableLog,
  checkpoints: Checkpoints | null = null,
): Dialect {
  return {
    createAdapter: () => new OnceAtATime(),
    createDriver: () => createDriver(database, log, checkpoints),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/**
 * Kysely takes no lock while it migrates SQLite: two processes that started together both made the tables. Here all of
 * it is one transaction, which begins by writing, so that the second waits and then finds nothing left to do.
 */
class OnceAtATime extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  override async acquireMigrationLock(
    db: Kysely<unknown>,
    { lockTable }: { lockTable: string },
  ): Promise<void> {
    await sql`update ${sql.table(lockTable)} set is_locked = is_locked`.execute(db)
  }
}

/** The one connection, held by one user at a time. */
interface Lease extends DatabaseConnection {
  inTransaction: boolean
  /** The transaction under way changed something. */
  wrote: boolean
  /** The transaction under way is worth waiting for the disk. */
  lasting: boolean
  /** Whether the connection is still with this user. */
  isHeld(): boolean
  /** Gives the connection to the next who waits; a second time it does nothing. */
  release(): void
}

function createDriver(database: SQLite.Database, log: DurableLog, checkpoints: Checkpoints | null): Driver {
  const statements = new Map<string, SQLite.Statement>()
  const waiting: (() => void)[] = []
  let isTaken = false

  function prepare(sql: string): SQLite.Statement {
    const known = statements.get(sql)
    if (known) {
      // Map order is insertion order: the first is the one not used for longest.
      statements.delete(sql)
      statements.set(sql, known)
      return known
    }
    const statement = database.prepare(sql)
    if (schemaChange.test(sql)) statements.clear()
    else statements.set(sql, statement)
    if (statements.size > maxStatements) statements.delete(statements.keys().next().value ?? '')
    return statement
  }

  function run<Row>({ sql, parameters }: CompiledQuery): { result: QueryResult<Row>; wrote: boolean } {
    const statement = prepare(sql)
    const wrote = !statement.readonly
    if (statement.reader) return { result: { rows: statement.all(parameters) as Row[] }, wrote }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return {
      result: { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] },
      wrote,
    }
  }

  function lease(): Lease {
    let released = false
    return {
      inTransaction: false,
      wrote: false,
      lasting: true,
      async executeQuery<Row>(query: CompiledQuery) {
        if (checkpoints && query.sql === emptyLogStatement) {
          return { rows: [{ busy: (await checkpoints.empty()) ? 0 : 1 } as Row] }
        }
        const { result, wrote } = run<Row>(query)
        if (this.inTransaction) this.wrote ||= wrote
        else if (wrote) {
          checkpoints?.wrote()
          await log.sync()
        }
        return result
      },
      async *streamQuery<Row>({ sql, parameters }: CompiledQuery) {
        for (const row of database.prepare(sql).iterate(parameters)) yield { rows: [row as Row] }
      },
      isHeld: () => !released,
      release() {
        if (released) return
        released = true
        const next = waiting.shift()
        if (next) next()
        else isTaken = false
      },
    }
  }

  const execute = (words: string) => void run(CompiledQuery.raw(words))
  const namedStatement = (words: string) => async (_connection: DatabaseConnection, name: string) =>
    execute(`${words} "${name.replaceAll('"', '""')}"`)

  return {
    init: async () => {},
    async acquireConnection() {
      if (isTaken) await new Promise<void>((resolve) => waiting.push(resolve))
      isTaken = true
      return lease()
    },
    async beginTransaction(connection, { isolationLevel }) {
      const used = connection as Lease
      execute('begin')
      used.inTransaction = true
      used.lasting = isolationLevel !== nonDurable
    },
    async commitTransaction(connection) {
      const used = connection as Lease
      execute('commit')
      used.inTransaction = false
      // The next transaction need not wait for the disk, only whoever made this one.
      used.release()
      if (!used.wrote) return
      checkpoints?.wrote()
      if (used.lasting) await log.sync()
    },
    async rollbackTransaction(connection) {
      const used = connection as Lease
      used.inTransaction = false
      // After a failed sync the connection is another's already; after a full disk SQLite may have rolled back itself.
      if (used.isHeld() && database.inTransaction) execute('rollback')
    },
    savepoint: namedStatement('savepoint'),
    rollbackToSavepoint: namedStatement('rollback to'),
    releaseSavepoint: namedStatement('release'),
    releaseConnection: async (connection) => (connection as Lease).release(),
    async destroy() {
      await log.close()
      // The last connection that closes brings over what is left.
      await checkpoints?.close()
      statements.clear()
      database.close()
    },
  }
}

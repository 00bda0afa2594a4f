/** Connections to PostgreSQL that do not wait without end: what a lost server, or a lost network, leaves is an error. */
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'

/**
 * The database cannot be used at the moment, for no fault of the query's: it is away, restarting or full, or somebody has
 * held a lock for too long. The same may work later. Whether a commit that ended like this was done is not known.
 */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway'
}

/**
 * @param waitMs longest wait for a connection and for a lock, and for a transaction that asks for nothing: a server that
 *   was cut off while it held the head of the audit log would keep all others waiting. A query is given up after half as
 *   long again: of a lock PostgreSQL itself speaks first. null: without limits but the system's own
 */
export function postgres(url: string, waitMs: number | null): PostgresDialect {
  // bigint arrives as text by default; our times and ids fit a double exactly.
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const limits = waitMs === null ? {} : { connectionTimeoutMillis: waitMs, query_timeout: 1.5 * waitMs }
  const pool = new pg.Pool({ connectionString: url, types, keepAlive: true, pipeline: true, ...limits })
  // Without listeners a connection that the server ends (restart, failover) would end this process; the
  // pool opens a new one for the next query, and a query in flight fails by itself.
  const outlive = () => {}
  pool.on('error', outlive)
  pool.on('connect', (client) => client.on('error', outlive))
  // A statement, not a parameter of the connection, which a pooler in between would refuse.
  const limitWaits = `set lock_timeout = ${waitMs}; set idle_in_transaction_session_timeout = ${waitMs}`
  const prepared = new WeakSet<pg.PoolClient>()

  const guarded: PostgresPool = {
    async connect() {
      const client = await pool.connect().catch((error) => {
        throw sorted(error)
      })
      const connection = guard(client)
      if (waitMs !== null && !prepared.has(client)) {
        await connection.query(limitWaits, []).catch((error) => {
          connection.release()
          throw error
        })
        prepared.add(client)
      }
      return connection
    },
    end: () => pool.end(),
  }
  return new PostgresDialect({ pool: guarded })
}

const isBegin = (text: string) => text === 'begin' || text.startsWith('start transaction')

/**
 * Begins a statement whose result nobody needs: it is sent with the one after it, at the latest with the commit, which
 * saves a round trip. It has failed when that one fails.
 */
export const sentWithNext = '/* sent with the next */'

const nothing: pg.QueryResult = { command: '', rowCount: null, oid: 0, fields: [], rows: [] }

/** One use of a connection. After an error of the connection itself it is closed, not used again. */
function guard(client: pg.PoolClient): PostgresPoolClient {
  let lost: DatabaseAway | null = null
  /** Not sent yet: they go with the next statement. */
  let waiting: { text: string; parameters: unknown[] }[] = []
  /** A transaction waits to begin: the server knows nothing of it yet. */
  const hasUnsentBegin = () => waiting[0] !== undefined && isBegin(waiting[0].text)

  async function query(text: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    // Above all the rollback after a query that was given up: it would wait behind it.
    if (lost) throw lost
    const statement = { text, parameters: [...parameters] }
    if (isBegin(text) || text.startsWith(sentWithNext)) {
      waiting.push(statement)
      return nothing
    }
    const ended = hasUnsentBegin() && (text === 'rollback' || (text === 'commit' && waiting.length === 1))
    const before = text === 'rollback' ? [] : waiting
    waiting = []
    if (ended) return nothing
    try {
      const sent = [...before, statement].map((each) => client.query(each.text, each.parameters))
      return (await Promise.all(sent)).at(-1)!
    } catch (error) {
      const known = sorted(error)
      // What PostgreSQL itself says leaves the connection in order, or closed.
      if (known instanceof DatabaseAway && !(error instanceof pg.DatabaseError)) lost = known
      throw known
    }
  }

  // Kysely's type has a second form, for cursors, which nothing here uses.
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: () => client.release(lost ?? undefined),
  }
}

/**
 * What PostgreSQL says of itself (SQLSTATE): a lost connection (08), no room (53), a lock or a deadlock (40P01, 55P03), a
 * transaction ended for idling (25P03), a server that shuts down or starts up (57P), one that only reads (25006).
 */
const away = /^(08...|53...|40P01|55P03|25P03|25006|57P..)$/

function sorted(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) {
    return away.test(error.code ?? '') ? new DatabaseAway(error.message, { cause: error }) : error
  }
  // A fault of ours, such as a value that has no form in SQL.
  if (error instanceof TypeError || !(error instanceof Error)) return error
  // Of several addresses that were tried Node makes an error without a message.
  const { code = '' } = error as NodeJS.ErrnoException
  return new DatabaseAway(error.message || code, { cause: error })
}

import { sql } from 'kysely'
import type { Database } from '../../src/database/index.ts'
import { isPostgres } from '../../src/database/portable.ts'
import { until } from './patience.ts'

/**
 * Waits until a transaction waits for a row that another holds. On SQLite, where transactions of one process come one
 * after the other, there is nothing to wait for, and no connection to ask with.
 */
export async function untilOneWaits(database: Database): Promise<void> {
  if (!isPostgres(database)) return
  await until(async () => {
    const { rows } = await sql`
      select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    `.execute(database)
    return rows.length > 0
  }, 'A transaction that waits for another')
}

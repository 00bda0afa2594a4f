import type { Kysely, TransactionBuilder } from 'kysely'

/**
 * What the driver for SQLite takes for "need not survive a power cut". Kysely has no options for its drivers but the
 * isolation level, and no transaction here sets another; PostgreSQL treats this one like its default.
 */
export const nonDurable = 'read uncommitted'

/**
 * A transaction whose loss in a power cut harms nobody, as long as nothing later is kept without it: on SQLite it does
 * not wait for the disk.
 */
export function nonDurableTransaction<Tables>(db: Kysely<Tables>): TransactionBuilder<Tables> {
  return db.transaction().setIsolationLevel(nonDurable)
}

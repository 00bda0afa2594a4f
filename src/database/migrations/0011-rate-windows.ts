import type { Kysely, Migration } from 'kysely'

/** What several servers have counted together against limits, for as long as a window lasts. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('rate_windows')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('rate_windows_end').on('rate_windows').column('ends_at').execute()
  },
}

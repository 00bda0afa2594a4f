import type { Kysely, Migration } from 'kysely'

/** Which master key the records are under, so that a server with another one does not start. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('installation')
      .addColumn('id', 'bigint', (column) => column.primaryKey())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .execute()
  },
}

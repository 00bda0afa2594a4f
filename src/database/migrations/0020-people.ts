import type { Kysely, Migration } from 'kysely'

/** People whose faces a client has enrolled over Liveface's own API: what they agreed to, and until when they are kept. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('people')
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('consent', 'text')
      .addColumn('consent_at', 'bigint')
      .addColumn('keep_until', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('enrolled_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('people_primary', ['client_id', 'person'])
      .execute()
    await db.schema.createIndex('people_keep_until').on('people').column('keep_until').execute()
  },
}

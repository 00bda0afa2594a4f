import type { Kysely, Migration } from 'kysely'

/** Saved calls of the Didit dialect. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('didit_sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('vendor_data', 'text')
      .addColumn('metadata', 'text')
      .addColumn('risks', 'text', (column) => column.notNull())
      .addColumn('report', 'text', (column) => column.notNull())
      .addColumn('pictures', 'text', (column) => column.notNull())
      .addColumn('reviews', 'text', (column) => column.notNull())
      .addColumn('blocklisted_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('didit_sessions_number')
      .unique()
      .on('didit_sessions')
      .columns(['client_id', 'number'])
      .execute()
    await db.schema
      .createIndex('didit_sessions_vendor_data')
      .on('didit_sessions')
      .columns(['client_id', 'vendor_data'])
      .execute()
  },
}

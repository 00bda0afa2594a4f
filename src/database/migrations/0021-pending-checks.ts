import type { Kysely, Migration } from 'kysely'

/** Checks that were accepted and are still to be measured; their pictures lie beside the kept ones until then. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('pending_checks')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('fields', 'text', (column) => column.notNull())
      .addColumn('destination_id', 'text', (column) => column.notNull())
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('claimed_by', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('pending_checks_due').on('pending_checks').column('due_at').execute()
    await db.schema.createIndex('pending_checks_client').on('pending_checks').column('client_id').execute()
  },
}

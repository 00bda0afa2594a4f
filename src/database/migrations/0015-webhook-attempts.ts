import type { Kysely, Migration } from 'kysely'

/** Every attempt at a webhook, beside the delivery that counts them. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('webhook_attempts')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('delivery_id', 'text', (column) =>
        column.notNull().references('webhook_deliveries.id').onDelete('cascade'),
      )
      .addColumn('destination_id', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('status', 'bigint')
      .addColumn('error', 'text')
      .addColumn('duration_ms', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('webhook_attempts_delivery')
      .on('webhook_attempts')
      .columns(['delivery_id', 'at'])
      .execute()
    await db.schema
      .createIndex('webhook_attempts_destination')
      .on('webhook_attempts')
      .columns(['destination_id', 'at'])
      .execute()
  },
}

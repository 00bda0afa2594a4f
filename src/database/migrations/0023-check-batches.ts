import { type Kysely, type Migration, sql } from 'kysely'

/** Batches of accepted checks; of these, some tell nobody, and some are cancelled. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('check_batches')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
      .addColumn('total', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('cancelled_at', 'bigint')
      .execute()
    await db.schema.createIndex('check_batches_client').on('check_batches').column('client_id').execute()
    await db.schema
      .createTable('batched_checks')
      .addColumn('check_id', 'text', (column) => column.primaryKey())
      .addColumn('batch_id', 'text', (column) => column.notNull().references('check_batches.id'))
      .addColumn('line', 'integer', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('batched_checks_line')
      .unique()
      .on('batched_checks')
      .columns(['batch_id', 'line'])
      .execute()
    await replacePending(db)
  },
}

/** SQLite cannot take a NOT NULL from a column: the table is made again, with the rows that it has. */
async function replacePending(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('pending_checks').renameTo('pending_checks_before').execute()
  await db.schema.dropIndex('pending_checks_due').execute()
  await db.schema.dropIndex('pending_checks_client').execute()
  await db.schema
    .createTable('pending_checks')
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('fields', 'text', (column) => column.notNull())
    .addColumn('destination_id', 'text')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('claimed_by', 'text')
    .addColumn('is_cancelled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('pending_checks_primary', ['id'])
    .execute()
  const kept = sql.raw(
    'id, client_id, operation, fields, destination_id, request_id, attempts, due_at, claimed_by',
  )
  await sql`
    insert into pending_checks (${kept}, is_cancelled, created_at)
    select ${kept}, 0, created_at from pending_checks_before`.execute(db)
  await db.schema.dropTable('pending_checks_before').execute()
  // Whose turn it is, and which of their checks is due the longest.
  await db.schema
    .createIndex('pending_checks_turn')
    .on('pending_checks')
    .columns(['client_id', 'due_at', 'claimed_by'])
    .execute()
}

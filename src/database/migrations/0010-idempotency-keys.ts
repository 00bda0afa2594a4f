import type { Kysely, Migration } from 'kysely'

/** Keys by which callers repeat a request without repeating what it does, each with the answer that was given. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('idempotency_keys')
      .addColumn('client_id', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('request', 'text', (column) => column.notNull())
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('answer', 'text')
      .addColumn('subject_id', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('idempotency_keys_primary', ['client_id', 'digest'])
      .execute()
    await db.schema.createIndex('idempotency_keys_age').on('idempotency_keys').column('created_at').execute()
    await db.schema
      .createIndex('idempotency_keys_subject')
      .on('idempotency_keys')
      .columns(['client_id', 'subject_id'])
      .execute()
  },
}

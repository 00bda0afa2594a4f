import type { Kysely, Migration } from 'kysely'

/** Request signatures of clients whose signatures count once. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('used_signatures')
      .addColumn('client_id', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('used_signatures_primary', ['client_id', 'digest'])
      .execute()
    await db.schema.createIndex('used_signatures_expiry').on('used_signatures').column('expires_at').execute()
  },
}

import type { Kysely, Migration } from 'kysely'

/** Passkeys of people at the console, and the challenges that they have not answered yet. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('console_passkeys')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('counter', 'bigint', (column) => column.notNull())
      .addColumn('transports', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .execute()
    await db.schema.createIndex('console_passkeys_user').on('console_passkeys').column('user_id').execute()
    await db.schema
      .createTable('console_challenges')
      .addColumn('challenge', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute()
  },
}

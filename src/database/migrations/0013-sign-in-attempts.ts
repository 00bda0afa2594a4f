import type { Kysely, Migration } from 'kysely'

/** Failed sign-ins are counted for an e-mail address at each network address, and for it at all of them together. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    // What was counted was of use for a quarter of an hour.
    await db.schema.dropTable('console_failures').execute()
    await db.schema
      .createTable('console_attempts')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addColumn('last_at', 'bigint', (column) => column.notNull())
      .addColumn('locked_at', 'bigint')
      .addColumn('succeeded_at', 'bigint')
      .addPrimaryKeyConstraint('console_attempts_key', ['account', 'address'])
      .execute()
  },
}

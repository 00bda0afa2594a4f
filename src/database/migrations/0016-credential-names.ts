import type { Kysely, Migration } from 'kysely'

/** What people call a key. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('credentials').addColumn('name', 'text').execute()
  },
}

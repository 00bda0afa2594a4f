import type { Kysely, Migration } from 'kysely'

/** The caller's own id of the person whom a check is about, by which their records are found again. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('checks').addColumn('person', 'text').execute()
    await db.schema.createIndex('checks_person').on('checks').columns(['client_id', 'person']).execute()
  },
}

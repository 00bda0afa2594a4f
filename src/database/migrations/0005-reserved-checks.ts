import { type Kysely, type Migration, sql } from 'kysely'

/** Finds the checks that are under way, few among all, for those whose process died. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('checks_reserved')
      .on('checks')
      .column('created_at')
      .where(sql<boolean>`state = 'reserved'`)
      .execute()
  },
}

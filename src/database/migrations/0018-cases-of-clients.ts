import { type Kysely, type Migration, sql } from 'kysely'

/** What waits of one client, and what was decided, is found without a look at the client's other checks. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const state of ['open', 'decided']) {
      await db.schema
        .createIndex(`cases_${state}_client`)
        .on('checks')
        .columns(['client_id', 'created_at'])
        .where(sql<boolean>`case_state = ${sql.lit(state)}`)
        .execute()
    }
  },
}

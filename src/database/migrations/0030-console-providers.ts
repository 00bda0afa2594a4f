import { type Kysely, type Migration, sql } from 'kysely'

/** People who sign in to the console at an OpenID Connect provider; and cases by the API that was called. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('console_users').addColumn('identity', 'text').execute()
    await db.schema
      .createIndex('console_users_identity')
      .unique()
      .on('console_users')
      .column('identity')
      .where(sql<boolean>`identity is not null`)
      .execute()
    await db.schema
      .createTable('console_provider_ways')
      .addColumn('digest', 'text', (column) => column.primaryKey())
      .addColumn('nonce', 'text', (column) => column.notNull())
      .addColumn('verifier', 'text', (column) => column.notNull())
      .addColumn('session', 'text')
      .addColumn('begun_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('cases_dialect')
      .on('checks')
      .columns(['dialect', 'created_at'])
      .where(sql<boolean>`verdict is not null`)
      .execute()
  },
}

import { type Kysely, type Migration, sql } from 'kysely'

/** Sessions of the Didit dialect are numbered within their client; those there are keep the numbers they have. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('didit_session_numbers')
      .addColumn('client_id', 'text', (column) => column.primaryKey().references('clients.id'))
      .addColumn('last', 'bigint', (column) => column.notNull())
      .execute()
    await sql`
      insert into didit_session_numbers (client_id, last)
      select client_id, max(number) from didit_sessions group by client_id
    `.execute(db)
  },
}

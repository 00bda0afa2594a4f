import type { Kysely, Migration } from 'kysely'

/** Streams of the capture page, and how each photo of a session came. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('capture_streams')
      .addColumn('session_id', 'text', (column) => column.primaryKey().references('challenge_sessions.id'))
      .addColumn('mark', 'text', (column) => column.notNull())
      .addColumn('marked_at', 'bigint', (column) => column.notNull())
      .addColumn('challenge_id', 'text')
      .addColumn('head', 'text', (column) => column.notNull())
      .addColumn('signals', 'text', (column) => column.notNull())
      .execute()
    // Nobody looked how the photos before this came.
    await db.schema
      .alterTable('challenge_photos')
      .addColumn('captured', 'text', (column) => column.notNull().defaultTo('upload'))
      .execute()
    await db.schema
      .alterTable('challenge_photos')
      .addColumn('signals', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute()
  },
}

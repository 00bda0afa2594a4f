import type { Kysely, Migration } from 'kysely'

/** What a caller may ask of a challenge session. Servers of earlier versions, which know nothing of it, write the defaults. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    const columns = [
      ['gestures_chosen', 'integer', 0],
      ['attempts', 'integer', 1],
      ['failed_attempts', 'text', '[]'],
    ] as const
    for (const [name, type, value] of columns) {
      await db.schema
        .alterTable('challenge_sessions')
        .addColumn(name, type, (column) => column.notNull().defaultTo(value))
        .execute()
    }
    await db.schema.alterTable('challenge_sessions').addColumn('return_url', 'text').execute()
    await db.schema.alterTable('challenge_sessions').addColumn('opening_life', 'bigint').execute()
  },
}

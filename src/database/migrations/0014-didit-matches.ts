import type { Kysely, Migration } from 'kysely'
import type { Tables } from '../schema.ts'

const batch = 500

/** Which saved calls name which others as matches: who is erased is erased from those too. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('didit_matches')
      .addColumn('matched_id', 'text', (column) =>
        column.notNull().references('didit_sessions.id').onDelete('cascade'),
      )
      .addColumn('session_id', 'text', (column) =>
        column.notNull().references('didit_sessions.id').onDelete('cascade'),
      )
      .addPrimaryKeyConstraint('didit_matches_key', ['matched_id', 'session_id'])
      .execute()
    await db.schema.createIndex('didit_matches_session').on('didit_matches').column('session_id').execute()
    await noteKnownMatches(db as Kysely<Tables>)
  },
}

/** May be repeated. */
export async function noteKnownMatches(db: Kysely<Tables>): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('didit_sessions')
      .select(['id', 'number', 'report', 'client_id'])
      .where('number', '>', after)
      .where('report', 'like', '%"checkId":"%')
      .orderBy('number')
      .limit(batch)
      .execute()
    for (const { id, report, client_id } of rows) {
      const { matches = [] } = JSON.parse(report) as { matches?: { checkId: string | null }[] }
      const ids = matches.flatMap(({ checkId }) => checkId ?? [])
      if (ids.length === 0) continue
      await db
        .insertInto('didit_matches')
        .columns(['matched_id', 'session_id'])
        .expression((sessions) =>
          sessions
            .selectFrom('didit_sessions')
            .select(['didit_sessions.id', ({ val }) => val(id).as('session_id')])
            .where('client_id', '=', client_id)
            .where('didit_sessions.id', 'in', ids),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.number
  }
}

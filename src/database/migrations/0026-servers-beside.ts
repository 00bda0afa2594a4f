import { type Kysely, type Migration, sql } from 'kysely'
import { isPostgres } from '../portable.ts'
import type { Tables } from '../schema.ts'
import { noteKnownMatches } from './0014-didit-matches.ts'

/**
 * What servers of earlier versions need or leave out while they run beside those of this one during an upgrade: a later
 * version, beside which they no longer run, drops the table and the trigger. And an id of the database.
 */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    // Dropped by 0013 in the same transaction; earlier servers count failed sign-ins in it.
    await db.schema
      .createTable('console_failures')
      .addColumn('account', 'text', (column) => column.primaryKey())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addColumn('last_at', 'bigint', (column) => column.notNull())
      .execute()
    await noteMatchesOfOthers(db)
    // Saved after 0014, before the trigger.
    await noteKnownMatches(db as Kysely<Tables>)
    // Written by the first server that starts; those of earlier versions do not know it.
    await db.schema.alterTable('installation').addColumn('database_id', 'text').execute()
  },
}

/** Notes whom a saved call names when its server does not: erasing a person must find it. */
async function noteMatchesOfOthers(db: Kysely<unknown>): Promise<void> {
  if (isPostgres(db)) {
    // Not read as JSON, which PostgreSQL refuses where a text holds \u0000.
    await sql`create function note_didit_matches() returns trigger language plpgsql as ${sql.lit(`begin
      insert into didit_matches (matched_id, session_id)
      select matched.id, new.id from didit_sessions matched
      where matched.client_id = new.client_id and matched.id in (
        select name[1] from regexp_matches(new.report, '"checkId":"([^"]+)"', 'g') as name
      ) on conflict do nothing;
      return null;
    end`)}`.execute(db)
    await sql`create trigger didit_sessions_matches after insert on didit_sessions for each row
      when (new.report like '%"checkId":"%') execute function note_didit_matches()`.execute(db)
    return
  }
  await sql`create trigger didit_sessions_matches after insert on didit_sessions
    when new.report like '%"checkId":"%' begin
      insert or ignore into didit_matches (matched_id, session_id)
      select matched.id, new.id from didit_sessions matched
      where matched.client_id = new.client_id and matched.id in (
        select json_extract(value, '$.checkId') from json_each(new.report, '$.matches')
      );
    end`.execute(db)
}

import { sql } from 'kysely'
import { prepareQuery, type Value } from '../database/prepared.ts'
import type { ChecksTable } from '../database/schema.ts'
import { type CourseColumns, nothingNoted } from './course.ts'

type Reserved = Pick<
  ChecksTable,
  'id' | 'client_id' | 'dialect' | 'operation' | 'external_id' | 'person' | 'created_at'
>
type Done = Pick<ChecksTable, 'id' | 'status' | 'result' | 'completed_at'> & CourseColumns

/** The queries that every check needs. */
export function createCheckQueries() {
  return {
    insert: prepareQuery((db, value: Value<Reserved>) =>
      db
        .insertInto('checks')
        .values({
          id: value('id'),
          client_id: value('client_id'),
          dialect: value('dialect'),
          operation: value('operation'),
          external_id: value('external_id'),
          person: value('person'),
          state: 'reserved',
          status: null,
          result: null,
          created_at: value('created_at'),
          completed_at: null,
          ...nothingNoted,
        })
        .returning('reference'),
    ),
    /**
     * The same with its prepaid call, in one statement that is its own transaction; no row where a billed client has none
     * left, or an error where another took the last one meanwhile (`isOverdrawn`). The row comes before the client's, as
     * everywhere: its id may wait for that of a check that is given back. PostgreSQL alone has such statements.
     */
    insertPaid: prepareQuery((db, value: Value<Reserved>) => ({
      compile: () =>
        sql<{ reference: number }>`
          with reserved as (
            insert into checks (id, client_id, dialect, operation, external_id, person, state, created_at)
            select ${value('id')}::text, id, ${value('dialect')}::text, ${value('operation')}::text,
              ${value('external_id')}::text, ${value('person')}::text, 'reserved', ${value('created_at')}::bigint
            from clients
            where id = ${value('client_id')} and (balance is null or balance > 0)
            returning reference
          ), paid as (
            update clients set balance = balance - 1
            where id = ${value('client_id')} and balance is not null and exists (select from reserved)
          )
          select reference from reserved`.compile(db),
    })),
    complete: prepareQuery((db, value: Value<Done>) =>
      db
        .updateTable('checks')
        .set({
          state: 'done',
          status: value('status'),
          result: value('result'),
          completed_at: value('completed_at'),
          verdict: value('verdict'),
          case_state: value('case_state'),
          warnings: value('warnings'),
          subject: value('subject'),
          request_id: value('request_id'),
          course: value('course'),
          measurements: value('measurements'),
          liveness: value('liveness'),
          similarity: value('similarity'),
        })
        .where('id', '=', value('id')),
    ),
    findBalance: prepareQuery((db, value: Value<{ clientId: string }>) =>
      db.selectFrom('clients').select('balance').where('id', '=', value('clientId')),
    ),
  }
}

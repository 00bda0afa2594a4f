import { type Kysely, type Migration, sql } from 'kysely'
import { isPostgres } from '../portable.ts'

/** What people who look at checks need to see of them, what they decide, and who they are. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await caseColumns(db)
    await caseIndexes(db)
    await decisions(db)
    await users(db)
  },
}

async function caseColumns(db: Kysely<unknown>): Promise<void> {
  const columns = ['verdict', 'case_state', 'warnings', 'subject', 'request_id', 'course', 'measurements']
  for (const name of columns) await db.schema.alterTable('checks').addColumn(name, 'text').execute()
  for (const name of ['liveness', 'similarity']) {
    await db.schema.alterTable('checks').addColumn(name, 'double precision').execute()
  }
  await db.schema.alterTable('evidence').addColumn('source', 'text').execute()
  if (!isPostgres(db)) return
  // Ids are found by how they begin, which an index can only tell where letters are ordered by their bytes.
  for (const name of ['id', 'external_id', 'subject', 'request_id']) {
    await sql`alter table checks alter column ${sql.ref(name)} type text collate "C"`.execute(db)
  }
}

async function caseIndexes(db: Kysely<unknown>): Promise<void> {
  const isCase = sql<boolean>`verdict is not null`
  await db.schema.createIndex('cases_newest').on('checks').column('created_at').where(isCase).execute()
  await db.schema
    .createIndex('cases_verdict')
    .on('checks')
    .columns(['verdict', 'created_at'])
    .where(isCase)
    .execute()
  for (const state of ['open', 'decided']) {
    await db.schema
      .createIndex(`cases_${state}`)
      .on('checks')
      .column('created_at')
      .where(sql<boolean>`case_state = ${sql.lit(state)}`)
      .execute()
  }
  for (const name of ['external_id', 'subject', 'request_id']) {
    await db.schema
      .createIndex(`cases_${name}`)
      .on('checks')
      .column(name)
      .where(sql<boolean>`${sql.ref(name)} is not null`)
      .execute()
  }
  // People know a session by the end of its token.
  await sql`create index challenge_sessions_tail on challenge_sessions (substr(token, length(token) - 7))`.execute(
    db,
  )
}

async function decisions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('case_decisions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('check_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('user_name', 'text', (column) => column.notNull())
    .addColumn('decision', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('comment', 'text', (column) => column.notNull())
    .addColumn('needs_second', 'bigint', (column) => column.notNull())
    .addColumn('decided_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('case_decisions_check').on('case_decisions').column('check_id').execute()
  await db.schema.createIndex('case_decisions_time').on('case_decisions').column('decided_at').execute()
}

async function users(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('console_users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('clients', 'text')
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('password', 'text', (column) => column.notNull())
    .addColumn('totp_secret', 'text')
    .addColumn('totp_offered', 'text')
    .addColumn('totp_counter', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('console_sessions')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('console_users.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .addColumn('confirmed_until', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('console_sessions_user').on('console_sessions').column('user_id').execute()
  // Of accounts that exist and of those that do not alike: nobody learns from a lock which is which.
  await db.schema
    .createTable('console_failures')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .execute()
}

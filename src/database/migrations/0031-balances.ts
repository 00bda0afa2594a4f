import { type Kysely, type Migration, sql } from 'kysely'
import { isPostgres } from '../portable.ts'

/**
 * PostgreSQL refuses a balance below zero, so that one statement can reserve a check and then take its call: of two that
 * take the last one, the second fails whole. SQLite, where transactions come one after the other, asks before.
 */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    if (!isPostgres(db)) return
    // Written by hand at most; it meant the same.
    await sql`update clients set balance = 0 where balance < 0`.execute(db)
    await sql`alter table clients add constraint clients_balance check (balance >= 0)`.execute(db)
  },
}

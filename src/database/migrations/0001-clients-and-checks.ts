import type { Kysely, Migration } from 'kysely'
import { neverRepeatingId } from '../portable.ts'

/** Clients, their credentials, and the checks they asked for. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('clients')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('dialect', 'text', (column) => column.notNull())
      .addColumn('environment', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('settings', 'text', (column) => column.notNull())
      .addColumn('balance', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('revoked_at', 'bigint')
      .execute()
    await db.schema
      .createTable('credentials')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
      .addColumn('lookup', 'text', (column) => column.notNull().unique())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('revoked_at', 'bigint')
      .execute()
    await neverRepeatingId(db, db.schema.createTable('checks'), 'reference')
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
      .addColumn('dialect', 'text', (column) => column.notNull())
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('external_id', 'text')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('status', 'text')
      .addColumn('result', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('completed_at', 'bigint')
      .execute()
    // NULLs are distinct in a unique index on both databases, so checks without an id of the caller's pass.
    await db.schema
      .createIndex('checks_external_id')
      .unique()
      .on('checks')
      .columns(['client_id', 'operation', 'external_id'])
      .execute()
    await db.schema.createIndex('checks_created').on('checks').columns(['client_id', 'created_at']).execute()
  },
}

import type { Kysely, Migration } from 'kysely'

/** Challenge sessions, their photos' measurements, and the index that finds near-duplicates. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await sessions(db)
    await photos(db)
    await bands(db)
  },
}

async function sessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('challenge_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('reference', 'bigint', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('mirrored', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('challenges', 'text', (column) => column.notNull())
    .addColumn('verdict', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('completed_at', 'bigint')
    .addColumn('link_digest', 'text', (column) => column.unique())
    .addColumn('page_digest', 'text')
    .execute()
  await db.schema
    .createIndex('challenge_sessions_user')
    .on('challenge_sessions')
    .columns(['client_id', 'user_id', 'created_at'])
    .execute()
}

async function photos(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('challenge_photos')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text', (column) => column.notNull().references('challenge_sessions.id'))
    .addColumn('challenge_id', 'text', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('report', 'text')
    .addColumn('geometry', 'text')
    .addColumn('submitted_at', 'bigint', (column) => column.notNull())
    .addColumn('passed', 'bigint')
    .addColumn('evidence_id', 'text')
    .execute()
  // Of two photos sent for one challenge at once, the database itself keeps one.
  await db.schema
    .createIndex('challenge_photos_once')
    .unique()
    .on('challenge_photos')
    .columns(['session_id', 'challenge_id'])
    .execute()
  await db.schema
    .createIndex('challenge_photos_sha256')
    .on('challenge_photos')
    .columns(['client_id', 'sha256'])
    .execute()
}

async function bands(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('challenge_photo_bands')
    .addColumn('photo_id', 'text', (column) => column.notNull().references('challenge_photos.id'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('band', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('challenge_photo_bands_band')
    .on('challenge_photo_bands')
    .columns(['client_id', 'band'])
    .execute()
  await db.schema
    .createIndex('challenge_photo_bands_photo')
    .on('challenge_photo_bands')
    .columns(['photo_id'])
    .execute()
}

import { type Kysely, type Migration, sql } from 'kysely'
import { isPostgres } from '../portable.ts'

/** Webhooks, evidence, the audit log and the gallery of templates. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await webhooks(db)
    await evidence(db)
    await audit(db)
    await gallery(db)
  },
}

async function webhooks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhook_destinations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
    .addColumn('dialect', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('events', 'text', (column) => column.notNull())
    .addColumn('version', 'text')
    .addColumn('enabled', 'bigint', (column) => column.notNull())
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('previous_secret', 'text')
    .addColumn('previous_until', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('webhook_destinations_url')
    .unique()
    .on('webhook_destinations')
    .columns(['client_id', 'url'])
    .execute()
  await db.schema
    .createTable('webhook_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('dialect', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('subject_id', 'text')
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('webhook_events_subject')
    .on('webhook_events')
    .columns(['client_id', 'subject_id'])
    .execute()
  await db.schema
    .createTable('webhook_deliveries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('destination_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('last_status', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('next_attempt_at', 'bigint')
    .addColumn('claimed_by', 'text')
    .addColumn('claimed_until', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .execute()
  const deliveryIndexes = {
    webhook_deliveries_due: ['state', 'next_attempt_at'],
    webhook_deliveries_event: ['event_id'],
    webhook_deliveries_destination: ['destination_id'],
    webhook_deliveries_client: ['client_id', 'created_at'],
  }
  for (const [name, columns] of Object.entries(deliveryIndexes)) {
    await db.schema.createIndex(name).on('webhook_deliveries').columns(columns).execute()
  }
}

async function evidence(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('evidence')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
    .addColumn('check_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('media_type', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('wrapped_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('evidence_check').on('evidence').columns(['client_id', 'check_id']).execute()
}

async function audit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('sequence', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text')
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  // One row: the end of the chain. Without it, cutting off the newest rows would go unseen.
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  await sql`insert into audit_head (id, sequence, hash) values (1, 0, '')`.execute(db)
  await refuseChanges(db)
}

/** Makes the database itself refuse to change or delete audit rows, against mistakes in our own code. */
async function refuseChanges(db: Kysely<unknown>): Promise<void> {
  if (isPostgres(db)) {
    await sql`create function audit_is_append_only() returns trigger language plpgsql as
      'begin raise exception ''audit rows cannot be changed''; end'`.execute(db)
    await sql`create trigger audit_append_only before update or delete on audit
      for each row execute function audit_is_append_only()`.execute(db)
    return
  }
  for (const verb of ['update', 'delete']) {
    await sql`create trigger ${sql.raw(`audit_no_${verb}`)} before ${sql.raw(verb)} on audit
      begin select raise(abort, 'audit rows cannot be changed'); end`.execute(db)
  }
}

async function gallery(db: Kysely<unknown>): Promise<void> {
  // One row for each client: its newest sequence, and the wrapped key of its templates.
  await db.schema
    .createTable('gallery_heads')
    .addColumn('client_id', 'text', (column) => column.primaryKey().references('clients.id'))
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('wrapped_key', 'text', (column) => column.notNull())
    .execute()
  // A forgotten entry keeps id and sequence alone, so that every replica learns of it.
  await db.schema
    .createTable('gallery_entries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.id'))
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text')
    .addColumn('list', 'text')
    .addColumn('approved', 'bigint')
    .addColumn('vendor_data', 'text')
    .addColumn('check_id', 'text')
    .addColumn('label', 'text')
    .addColumn('template', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('gallery_entries_sequence')
    .unique()
    .on('gallery_entries')
    .columns(['client_id', 'sequence'])
    .execute()
  await db.schema
    .createIndex('gallery_entries_check')
    .on('gallery_entries')
    .columns(['client_id', 'check_id'])
    .execute()
  await db.schema
    .createIndex('gallery_entries_list')
    .on('gallery_entries')
    .columns(['client_id', 'list', 'created_at'])
    .execute()
}

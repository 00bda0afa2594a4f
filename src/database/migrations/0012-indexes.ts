import type { Kysely, Migration } from 'kysely'

/** A person's faces are found by the caller's id of them, and acts in the audit log by their client or their kind. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('gallery_entries_person')
      .on('gallery_entries')
      .columns(['client_id', 'vendor_data'])
      .execute()
    await db.schema.createIndex('audit_client').on('audit').columns(['client_id', 'sequence']).execute()
    await db.schema.createIndex('audit_action').on('audit').columns(['action', 'sequence']).execute()
  },
}

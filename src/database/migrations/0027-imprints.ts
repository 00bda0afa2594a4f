import type { Kysely, Migration } from 'kysely'

/** Keyed digests of the faces in pictures, by which a picture is known again; they go with their check. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('imprints')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('check_id', 'text', (column) => column.notNull().references('checks.id').onDelete('cascade'))
      .addColumn('client_id', 'text', (column) => column.notNull())
      .addColumn('code', 'text', (column) => column.notNull())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('imprints_check').on('imprints').column('check_id').execute()
    await db.schema
      .createTable('imprint_bands')
      .addColumn('imprint_id', 'text', (column) =>
        column.notNull().references('imprints.id').onDelete('cascade'),
      )
      .addColumn('band', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('imprint_bands_band').on('imprint_bands').column('band').execute()
    await db.schema.createIndex('imprint_bands_imprint').on('imprint_bands').column('imprint_id').execute()
  },
}

import type { Kysely, Migration } from 'kysely'

/** Who asks for a challenge session, and what the person agreed to. Servers of earlier versions write neither. */
export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    const columns = [
      ['branding', 'text'],
      ['consent_at', 'bigint'],
      ['consent_digest', 'text'],
    ] as const
    for (const [name, type] of columns)
      await db.schema.alterTable('challenge_sessions').addColumn(name, type).execute()
  },
}

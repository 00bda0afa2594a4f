/** Who asks for a session, as its capture page shows it. */
import { createHash } from 'node:crypto'
import { type Branding, noBranding } from '../access/branding.ts'
import { parseClientSettings } from '../access/settings.ts'
import type { Database } from '../database/index.ts'
import type { ChallengeSessions } from './types.ts'

export function createBrandingReader(db: Database): ChallengeSessions['brandingOf'] {
  return async ({ clientId, branding }): Promise<Branding> => {
    const row = await db
      .selectFrom('clients')
      .select('settings')
      .where('id', '=', clientId)
      .executeTakeFirst()
    const ofClient = row && parseClientSettings(JSON.parse(row.settings)).branding
    return { ...noBranding, ...ofClient, ...branding }
  }
}

/** By which a consent text is known again: SHA-256 of it in UTF-8, hex. */
export function consentDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

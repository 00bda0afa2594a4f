/** Rotation of the master key: every sealed thing of the installation rewrapped. */
import type { MasterKey } from '../access/master-key.ts'
import { rewrapSignatureKeys } from '../access/signature-keys.ts'
import { rewrapTotpSecrets } from '../access/totp-secrets.ts'
import { rewrapCases } from '../cases/measurements.ts'
import { rewrapMeasurements } from '../challenges/measurements.ts'
import type { Database } from '../database/index.ts'
import type { Gallery } from '../gallery/types.ts'
import type { Audit, Evidence } from '../records/types.ts'
import type { Webhooks } from '../webhooks/types.ts'

export interface Rewrapped {
  pictures: number
  galleries: number
  webhookSecrets: number
  signatureKeys: number
  totpSecrets: number
  challengePhotos: number
  measurements: number
}

/**
 * Wraps whatever is under a retired master key under the current one; safe to repeat and to interrupt,
 * since either key opens what it made. Pictures and templates themselves are not touched: their own keys
 * are what is wrapped. Credentials move over when they are next used, answers kept for an idempotency key are gone after
 * a day, audit rows keep the key they were sealed with: that is why retired keys stay in the file.
 *
 * A server that was started before goes on making things under the key it knows, and can read what is
 * made under the new one. Once all were restarted, one more run moves the rest.
 */
export async function rewrapAll(
  database: Database,
  masterKey: MasterKey,
  parts: { evidence: Evidence; gallery: Gallery; webhooks: Webhooks; audit: Audit },
): Promise<Rewrapped> {
  const counts = {
    pictures: await parts.evidence.rewrap(),
    galleries: await parts.gallery.rewrap(),
    webhookSecrets: await parts.webhooks.rewrap(),
    signatureKeys: await rewrapSignatureKeys(database, masterKey),
    totpSecrets: await rewrapTotpSecrets(database, masterKey),
    challengePhotos: await rewrapMeasurements(database, masterKey),
    measurements: await rewrapCases(database, masterKey),
  }
  await database.transaction().execute((transaction) =>
    parts.audit.append(transaction, {
      actor: 'operator',
      clientId: null,
      action: 'master_key.rotated',
      subject: masterKey.id,
      details: { ...counts },
    }),
  )
  return counts
}

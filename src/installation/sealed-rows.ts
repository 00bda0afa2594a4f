/** Opens one row of each kind that is sealed under the master key, to see whether the key at hand is theirs. */
import { signatureContext } from '../access/clients.ts'
import { open } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import { parseClientSettings } from '../access/settings.ts'
import { totpContext } from '../access/totp-secrets.ts'
import { openMeasurements } from '../cases/measurements.ts'
import { openGeometry, openReport } from '../challenges/measurements.ts'
import type { Database } from '../database/index.ts'
import { keyContext } from '../gallery/change-log.ts'
import { openTemplate } from '../gallery/template.ts'
import { newestRowFits } from '../records/audit.ts'
import { evidenceContext } from '../records/evidence.ts'
import { secretContext } from '../webhooks/secrets.ts'

/** Opens the newest row of its kind, when there is one. @throws when it does not open */
type Attempt = (db: Database, key: MasterKey) => Promise<void>

/** By what people call them. API secrets are missing: they are kept as digests, which nothing opens. */
const attempts: Record<string, Attempt> = {
  'kept pictures': async (db, key) => {
    const row = await db.selectFrom('evidence').selectAll().orderBy('created_at', 'desc').executeTakeFirst()
    if (row) open(key, 'evidence', evidenceContext(row.client_id, row.id), row.wrapped_key)
  },
  'enrolled faces': async (db, key) => {
    const row = await db
      .selectFrom('gallery_entries')
      .innerJoin('gallery_heads', 'gallery_heads.client_id', 'gallery_entries.client_id')
      .select(['id', 'gallery_entries.client_id', 'template', 'wrapped_key'])
      .where('template', 'is not', null)
      .orderBy('created_at', 'desc')
      .executeTakeFirst()
    if (!row?.template) return
    const own = open(key, 'templates', keyContext(row.client_id), row.wrapped_key)
    openTemplate(own, row.client_id, row.id, row.template)
  },
  'photos of sessions': async (db, key) => {
    const row = await db
      .selectFrom('challenge_photos')
      .selectAll()
      .where((where) => where.or([where('report', 'is not', null), where('geometry', 'is not', null)]))
      .orderBy('submitted_at', 'desc')
      .executeTakeFirst()
    if (row?.report) openReport(key, row.client_id, row.id, row.report)
    if (row?.geometry) openGeometry(key, row.client_id, row.id, row.geometry)
  },
  'measurements of checks': async (db, key) => {
    const row = await db
      .selectFrom('checks')
      .select(['id', 'client_id', 'measurements'])
      .where('measurements', 'is not', null)
      .orderBy('reference', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row?.measurements) openMeasurements(key, row.client_id, row.id, row.measurements)
  },
  'webhook secrets': async (db, key) => {
    const row = await db
      .selectFrom('webhook_destinations')
      .selectAll()
      .orderBy('updated_at', 'desc')
      .executeTakeFirst()
    if (row) open(key, 'webhooks', secretContext(row.client_id, row.id), row.secret)
  },
  'signature keys': async (db, key) => {
    const rows = await db.selectFrom('clients').select(['id', 'settings']).execute()
    for (const { id, settings } of rows) {
      const { signatureKey } = parseClientSettings(JSON.parse(settings))
      if (!signatureKey) continue
      open(key, 'credentials', signatureContext(id), signatureKey)
      return
    }
  },
  'authenticator secrets': async (db, key) => {
    const row = await db
      .selectFrom('console_users')
      .select(['id', 'totp_secret'])
      .where('totp_secret', 'is not', null)
      .orderBy('created_at', 'desc')
      .executeTakeFirst()
    if (row?.totp_secret) open(key, 'credentials', totpContext(row.id), row.totp_secret)
  },
  'the audit log': async (db, key) => {
    if (!(await newestRowFits(db, key))) throw new Error('Its newest row was sealed under another key.')
  },
}

/** @returns the kinds of which the newest row does not open, in people's words; none when all is well */
export async function findUnopenable(db: Database, masterKey: MasterKey): Promise<string[]> {
  const closed: string[] = []
  for (const [kind, attempt] of Object.entries(attempts)) {
    await attempt(db, masterKey).catch(() => closed.push(kind))
  }
  return closed
}

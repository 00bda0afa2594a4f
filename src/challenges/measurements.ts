import { open, rewrap, seal } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { FaceReport } from '../engine/types.ts'

/** What belongs to a photo's row: sealed bytes of one row do not open in another. */
const context = (clientId: string, photoId: string) => `challenge-photo/${clientId}/${photoId}`

/** Seals a whole report, template and mesh with it, until the verdict. */
export function sealReport(key: MasterKey, clientId: string, photoId: string, report: FaceReport): string {
  const base64 = ({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64')
  const text = JSON.stringify(report, (_name, value) => {
    if (value instanceof Float32Array) return { floats: base64(value) }
    return value instanceof Uint8Array ? { bytes: base64(value) } : value
  })
  return seal(key, 'templates', context(clientId, photoId), Buffer.from(text))
}

/** Undoes `sealReport`. @throws SealError */
export function openReport(key: MasterKey, clientId: string, photoId: string, sealed: string): FaceReport {
  const text = open(key, 'templates', context(clientId, photoId), sealed).toString()
  return JSON.parse(text, (_name, value) => {
    if (typeof value?.bytes === 'string') return new Uint8Array(Buffer.from(value.bytes, 'base64'))
    if (typeof value?.floats !== 'string') return value
    // A copy of its own: a pooled buffer need not start at a multiple of four.
    const bytes = new Uint8Array(Buffer.from(value.floats, 'base64'))
    return new Float32Array(bytes.buffer)
  })
}

/** Opens where the points of a face stood, which photos of releases before imprints keep. @throws SealError */
export function openGeometry(
  key: MasterKey,
  clientId: string,
  photoId: string,
  sealed: string,
): Float32Array {
  const bytes = new Uint8Array(open(key, 'templates', `${context(clientId, photoId)}/geometry`, sealed))
  return new Float32Array(bytes.buffer)
}

/** Rewraps measurements that are under a retired master key. @returns of how many photos */
export async function rewrapMeasurements(db: Database, key: MasterKey): Promise<number> {
  let count = 0
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('challenge_photos')
      .select(['id', 'client_id', 'report', 'geometry'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(500)
      .execute()
    for (const row of rows) {
      const place = context(row.client_id, row.id)
      const report = row.report && rewrap(key, 'templates', place, row.report)
      const geometry = row.geometry && rewrap(key, 'templates', `${place}/geometry`, row.geometry)
      const columns = { ...(report ? { report } : {}), ...(geometry ? { geometry } : {}) }
      if (Object.keys(columns).length === 0) continue
      let update = db.updateTable('challenge_photos').set(columns).where('id', '=', row.id)
      // A report that was erased meanwhile must not come back.
      if (report) update = update.where('report', '=', row.report)
      count += Number((await update.executeTakeFirst()).numUpdatedRows)
    }
    const last = rows.at(-1)
    if (!last) return count
    after = last.id
  }
}

/** What was measured in a check, sealed: for the people who look at it, without what recognises a person. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { open, rewrap, seal } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { Comparison } from '../decisions/summary.ts'
import type { FaceReport, Subject } from '../engine/types.ts'

export interface MeasuredPicture {
  /** SHA-256 of the picture as it was sent: kept copies name the same. */
  sha256: string
  /** Of the picture in which boxes and mesh are measured. */
  width: number
  height: number
  turned: 0 | 90 | 180 | 270
  faces: FaceReport['faces']
  /** Without mesh, template, scene and imprint; null: no face. */
  subject: Omit<Subject, 'mesh' | 'template' | 'scene' | 'imprint'> | null
  /** x, y of each of the 468 points in whole pixels, one after the other; empty: no face. */
  mesh: number[]
}

export interface Measurements {
  pictures: MeasuredPicture[]
  /** Which pictures were compared, by their index, and their similarity as it was measured, 0..1. */
  pairs: { a: number; b: number; similarity: number | null }[]
  /** The server's thresholds at the time. */
  thresholds: { liveness: number; match: number; review: [number, number] }
}

/** @param reports with those of `matches` among them */
export function toMeasurements(
  reports: readonly FaceReport[],
  matches: readonly Comparison[],
  thresholds: Measurements['thresholds'],
): Measurements {
  return {
    pictures: reports.map(toPicture),
    pairs: matches.map(({ first, second, similarity }) => ({
      a: reports.indexOf(first),
      b: reports.indexOf(second),
      similarity,
    })),
    thresholds,
  }
}

function toPicture({ picture, faces, subject }: FaceReport): MeasuredPicture {
  const { sha256, width, height, turned } = picture
  if (!subject) return { sha256, width, height, turned, faces, subject: null, mesh: [] }
  const { mesh, template: _template, scene: _scene, imprint: _imprint, ...rest } = subject
  const points: number[] = []
  for (let i = 0; i < mesh.length; i += 3) points.push(Math.round(mesh[i]!), Math.round(mesh[i + 1]!))
  return { sha256, width, height, turned, faces, subject: rest, mesh: points }
}

/** What a check's measurements are sealed for. */
function measurementsContext(clientId: string, checkId: string): string {
  return `check/${clientId}/${checkId}/measurements`
}

export function sealMeasurements(
  key: MasterKey,
  clientId: string,
  checkId: string,
  measured: Measurements,
): string {
  const bytes = deflateRawSync(JSON.stringify(measured), { level: 1 })
  return seal(key, 'templates', measurementsContext(clientId, checkId), bytes)
}

/** Undoes `sealMeasurements`. @throws SealError */
export function openMeasurements(
  key: MasterKey,
  clientId: string,
  checkId: string,
  sealed: string,
): Measurements {
  const bytes = open(key, 'templates', measurementsContext(clientId, checkId), sealed)
  return JSON.parse(inflateRawSync(bytes).toString())
}

/** Rewraps measurements that are under a retired master key. @returns of how many checks */
export async function rewrapCases(db: Database, key: MasterKey): Promise<number> {
  let count = 0
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('checks')
      .select(['reference', 'id', 'client_id', 'measurements'])
      .where('reference', '>', after)
      .where('measurements', 'is not', null)
      .orderBy('reference')
      .limit(500)
      .execute()
    for (const { reference, id, client_id, measurements } of rows) {
      const sealed =
        measurements && rewrap(key, 'templates', measurementsContext(client_id, id), measurements)
      if (sealed) {
        await db
          .updateTable('checks')
          .set({ measurements: sealed })
          .where('reference', '=', reference)
          .execute()
        count++
      }
    }
    const last = rows.at(-1)
    if (!last) return count
    after = last.reference
  }
}

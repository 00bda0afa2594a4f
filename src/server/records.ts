import type { FastifyBaseLogger } from 'fastify'
import type { MasterKey } from '../access/master-key.ts'
import { createCourseNotes } from '../cases/course.ts'
import type { Config } from '../config/index.ts'
import type { Database } from '../database/index.ts'
import type { Engine } from '../engine/types.ts'
import { createAudit } from '../records/audit.ts'
import { type Checks, createChecks } from '../records/checks.ts'
import { createEvidence } from '../records/evidence.ts'
import { openEvidencePlace } from '../records/evidence-place.ts'
import { tryEvidenceStore } from '../records/evidence-store.ts'
import { createStoreProbe, withProbe } from '../records/store-probe.ts'
import { createSubmittedPictures, type SubmittedPictures } from '../records/submitted-pictures.ts'
import type { Audit, Evidence } from '../records/types.ts'
import type { WriteProbe } from '../records/write-probe.ts'
import type { Metrics } from '../telemetry/index.ts'
import type { Closing } from './closing.ts'

/** What the records are built on. */
export interface RecordsBasis {
  database: Database
  masterKey: MasterKey
  databaseId: string
  engine: Engine
  metrics: Metrics
}

export interface Records {
  audit: Audit
  checks: Checks
  evidence: Evidence
  pictures: SubmittedPictures
  /** Null where kept pictures lie in the data folder. */
  store: WriteProbe | null
}

/** What is written down of checks: rows, their course, kept pictures and the audit log. */
export async function openRecords(
  config: Config,
  { database, masterKey, databaseId, engine, metrics }: RecordsBasis,
  log: FastifyBaseLogger,
  closing: Closing,
): Promise<Records> {
  const audit = createAudit(database, masterKey)
  const { liveness, match } = config
  const noteCourse = createCourseNotes(masterKey, {
    liveness,
    match,
    measurements: config.evidence !== false,
  })
  const checks = metrics.observeChecks(createChecks(database, Date.now, audit, noteCourse))
  const place = openEvidencePlace(config)
  const owner = { masterKey, databaseId }
  if (place.store) await tryEvidenceStore(place.store.objects, owner)
  const store =
    place.store &&
    createStoreProbe(place.store.objects, owner, (error) => {
      if (error) log.error({ err: error }, 'the store of pictures takes no writes')
      else log.info('the store of pictures takes writes again')
    })
  closing.add(store, () => store?.stop())
  const files = store ? withProbe(place.files, store) : place.files
  const evidence = createEvidence({ database, masterKey, files })
  const pictures = createSubmittedPictures({ evidence, engine, keep: config.evidence })
  return { audit, checks, evidence, pictures, store }
}

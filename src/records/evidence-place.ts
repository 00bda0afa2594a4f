/** Where kept pictures lie, as the settings say. */
import { join } from 'node:path'
import { createEvidenceFiles, type EvidenceFiles } from './evidence-files.ts'
import { createEvidenceObjects, createMovingEvidence } from './evidence-objects.ts'
import { type ObjectStore, type ObjectStoreSettings, openObjectStore } from './object-store.ts'

export interface EvidencePlace {
  /** Every kept picture: those of the store, and those that still lie in the folder. */
  files: EvidenceFiles
  folder: EvidenceFiles
  /** Null where the folder is the only place. */
  store: { objects: ObjectStore; files: EvidenceFiles } | null
}

export function openEvidencePlace(config: {
  dataDirectory: string
  evidenceStore: ObjectStoreSettings | undefined
}): EvidencePlace {
  const folder = createEvidenceFiles(join(config.dataDirectory, 'evidence'))
  if (!config.evidenceStore) return { files: folder, folder, store: null }
  const objects = openObjectStore(config.evidenceStore)
  const inStore = createEvidenceObjects(objects)
  return { files: createMovingEvidence(inStore, folder), folder, store: { objects, files: inStore } }
}

/** Whether an object store takes what an installation keeps, and is that installation's own. */
import type { MasterKey } from '../access/master-key.ts'
import type { EvidenceFiles } from './evidence-files.ts'
import { type ObjectStore, ObjectStoreError } from './object-store.ts'

/** The object that names whose pictures lie beside it: a server deletes those that its database does not know. */
export const mark = '.liveface'

/** Whose pictures lie in a store. */
export interface StoreOwner {
  masterKey: MasterKey
  /** Of the database that knows the pictures. */
  databaseId: string
}

/** What a mark says of its owner; an earlier version named no database, or not even a key. */
interface Mark {
  key: string | null
  database: string | null
}

/**
 * Tries what a server needs of its store, by writing the mark of its owner.
 * @throws ObjectStoreError with a sentence that names the setting to look at, also where the mark names a key that is
 *   not at hand, or another database: the pictures belong to another installation
 */
export async function tryEvidenceStore(store: ObjectStore, owner: StoreOwner): Promise<void> {
  const { masterKey, databaseId } = owner
  const isOther = ({ key, database }: Mark) =>
    (key !== null && !masterKey.has(key)) || (database !== null && database !== databaseId)
  const found = await namingSetting(async () => {
    const before = await readMark(store)
    if (isOther(before)) return before
    await writeMark(store, owner)
    await store.list().next()
    // Of two installations that start at once, the one that wrote first learns here of the other.
    return readMark(store)
  })
  if (found.key !== null && !isOther(found)) return
  throw new ObjectStoreError(
    found.key !== null && masterKey.has(found.key)
      ? `The pictures in ${store.place} belong to another database (${found.database}) under the same master key: name ` +
          `another prefix in LIVEFACE_EVIDENCE_URL. Where that database is gone, and its pictures with it, delete ${mark}.`
      : `The pictures in ${store.place} belong to another installation, whose master key is ` +
          `${found.key ?? 'not known'}: name another prefix in LIVEFACE_EVIDENCE_URL.`,
  )
}

/** Says whose pictures lie in the store. @throws ObjectStoreError */
export function writeMark(store: ObjectStore, { masterKey, databaseId }: StoreOwner): Promise<void> {
  const text = `Liveface keeps pictures here, under the master key ${masterKey.id}, of the database ${databaseId}.\n`
  return store.put(mark, Buffer.from(text))
}

/** Whether there is a picture. @throws ObjectStoreError with a sentence that names the setting to look at */
export function holdsPictures(files: EvidenceFiles): Promise<boolean> {
  return namingSetting(async () => {
    for await (const ids of files.older(Number.POSITIVE_INFINITY)) if (ids.length > 0) return true
    return false
  })
}

async function readMark(store: ObjectStore): Promise<Mark> {
  const text = (await store.get(mark))?.toString() ?? ''
  return {
    key: /master key ([0-9a-f]{8})\b/.exec(text)?.[1] ?? null,
    database: /database ([0-9a-f-]{36})\b/.exec(text)?.[1] ?? null,
  }
}

async function namingSetting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error
    throw new ObjectStoreError(
      `Kept pictures cannot be stored: ${error.message}. Look at ${settingOf(error)}.`,
      { cause: error, code: error.code },
    )
  }
}

function settingOf({ code, message }: ObjectStoreError): string {
  if (message.includes('does not answer')) return 'LIVEFACE_S3_ENDPOINT'
  if (code === 'NoSuchBucket') return 'LIVEFACE_EVIDENCE_URL'
  if (code === 'InvalidAccessKeyId') return 'LIVEFACE_S3_ACCESS_KEY_ID'
  if (code === 'SignatureDoesNotMatch') return 'LIVEFACE_S3_SECRET_ACCESS_KEY'
  if (code === 'AuthorizationHeaderMalformed' || code === 'PermanentRedirect') return 'LIVEFACE_S3_REGION'
  return 'LIVEFACE_EVIDENCE_URL and the rights of LIVEFACE_S3_ACCESS_KEY_ID'
}

import type { EvidenceFiles } from './evidence-files.ts'
import { mark, type StoreOwner, writeMark } from './evidence-store.ts'
import type { ObjectStore } from './object-store.ts'
import { createWriteProbe, type WriteProbe } from './write-probe.ts'

/**
 * Looks whether an object store is there. While it is, the mark of its owner is read, which costs next to nothing; after
 * a failure it must be written, or a store that only reads would seem well.
 * @param onChange hears what stands in the way, and null when it is over
 */
export function createStoreProbe(
  store: ObjectStore,
  owner: StoreOwner,
  onChange: (error: unknown) => void,
  intervalMs?: number,
): WriteProbe {
  const attempt = async (wasWritable: boolean) => {
    await (wasWritable ? store.get(mark) : writeMark(store, owner))
  }
  return createWriteProbe(attempt, onChange, intervalMs)
}

/** The same files; their probe hears of each write that fails. */
export function withProbe(files: EvidenceFiles, { noticeFailure }: WriteProbe): EvidenceFiles {
  return {
    ...files,
    write: (id, bytes) =>
      files.write(id, bytes).catch((error) => {
        noticeFailure(error)
        throw error
      }),
  }
}

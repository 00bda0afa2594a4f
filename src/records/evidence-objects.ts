/** Kept pictures in an object store, behind the same interface as in a folder. */
import { type EvidenceFiles, evidencePath, isEvidenceId } from './evidence-files.ts'
import type { ObjectStore } from './object-store.ts'

export function createEvidenceObjects(store: ObjectStore): EvidenceFiles {
  return {
    write: (id, bytes) => store.put(evidencePath(id), bytes),
    read: (id) => store.get(evidencePath(id)),
    remove: (id) => store.remove(evidencePath(id)),
    async *older(before) {
      for await (const page of store.list()) {
        const old = page
          .filter(({ changedAt }) => changedAt < before)
          .map(({ key }) => key.split('/').at(-1) ?? '')
          .filter(isEvidenceId)
        for (let start = 0; start < old.length; start += 500) yield old.slice(start, start + 500)
      }
    },
  }
}

/** The same, while pictures that were kept before may still lie in another place. */
export function createMovingEvidence(current: EvidenceFiles, former: EvidenceFiles): EvidenceFiles {
  return {
    write: current.write,
    // Once more at the end: one that is moved between the first two looks would be in neither place.
    read: async (id) => (await current.read(id)) ?? (await former.read(id)) ?? current.read(id),
    async remove(id) {
      await former.remove(id)
      await current.remove(id)
    },
    async *older(before) {
      yield* former.older(before)
      yield* current.older(before)
    },
  }
}

/** Pictures moved at the same time. */
const side = 8

/**
 * Moves every picture, while servers read from both places. Each is written to its new place before it leaves the old
 * one, so a move that is cut off is gone on with by another.
 * @returns how many were moved
 */
export async function moveEvidence(from: EvidenceFiles, to: EvidenceFiles): Promise<number> {
  async function moveOne(id: string): Promise<number> {
    const bytes = await from.read(id)
    // Erased meanwhile.
    if (!bytes) return 0
    const there = await to.read(id)
    if (!there?.equals(bytes)) {
      // Cut short by an earlier move.
      if (there) await to.remove(id)
      await to.write(id, bytes)
    }
    await from.remove(id)
    return 1
  }

  let count = 0
  for await (const ids of from.older(Number.POSITIVE_INFINITY)) {
    for (let start = 0; start < ids.length; start += side) {
      const moved = await Promise.all(ids.slice(start, start + side).map(moveOne))
      count += moved.reduce((sum, one) => sum + one, 0)
    }
  }
  return count
}

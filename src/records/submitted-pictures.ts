/** Whether callers' pictures are kept, and in which form: one way for every dialect. */
import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Tables } from '../database/schema.ts'
import { withoutMetadata } from '../engine/picture/without-metadata.ts'
import type { Engine } from '../engine/types.ts'
import type { Evidence, StagedEvidence } from './types.ts'

export interface SubmittedPicturesOptions {
  evidence: Pick<Evidence, 'stage'>
  engine: Pick<Engine, 'redraw'>
  /** The operator's word; undefined: pictures are kept where the vendor's answers must link to them. */
  keep: boolean | undefined
}

/** Copies whose files are written, but which nobody can open before their rows are. */
export interface KeptPictures {
  /** Evidence id by role; without those that are not kept. */
  ids: Readonly<Record<string, string>>
  /** Writes the rows in the caller's transaction. */
  insert(transaction: Transaction<Tables>, checkId: string): Promise<void>
}

export interface SubmittedPictures {
  /**
   * Writes copies of pictures that the engine has read: upright JPEGs of at most 1600 pixels without metadata,
   * encrypted. Slow, so call it before the transaction that keeps them. One that never comes leaves files that nobody
   * can read and that are swept.
   * @param pictures by their role in the dialect's words
   * @param linked the vendor's answers must link to them, so that they are kept unless the operator forbids it
   * @throws EngineError
   */
  stage(
    clientId: string,
    pictures: Readonly<Record<string, Uint8Array>>,
    options?: { linked?: boolean },
  ): Promise<KeptPictures>
}

export function createSubmittedPictures(options: SubmittedPicturesOptions): SubmittedPictures {
  const { evidence, engine, keep } = options

  async function stageOne(clientId: string, role: string, bytes: Uint8Array): Promise<StagedEvidence | null> {
    const copy = await withoutMetadata(engine, bytes)
    const source = createHash('sha256').update(bytes).digest('hex')
    return copy && evidence.stage({ clientId, role, mediaType: 'image/jpeg', bytes: copy, source })
  }

  return {
    async stage(clientId, pictures, { linked = false } = {}) {
      const roles = (keep ?? linked) ? Object.entries(pictures) : []
      const staged = await Promise.all(
        roles.map(async ([role, bytes]) => [role, await stageOne(clientId, role, bytes)] as const),
      )
      const kept = staged.flatMap(([role, picture]) => (picture ? [[role, picture] as const] : []))
      return {
        ids: Object.fromEntries(kept.map(([role, { id }]) => [role, id])),
        async insert(transaction, checkId) {
          for (const [, { insert }] of kept) await insert(transaction, checkId)
        },
      }
    },
  }
}

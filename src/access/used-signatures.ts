/** Request signatures that were used, for clients whose signatures count once. */
import { createHash } from 'node:crypto'
import type { Database } from '../database/index.ts'
import { isUniqueViolation } from '../database/portable.ts'

/** Kept beyond its end, in milliseconds, so that a clock that is set back makes no signature good again. */
const grace = 24 * 60 * 60_000

export interface UsedSignatures {
  /**
   * Takes a signature that is otherwise good; of several calls with one, on any servers of the database, one gets it.
   * @param signature bytes of the ciphertext @param expiresAt Unix milliseconds from which it is refused for its age
   * @returns false when it was used before
   */
  use(clientId: string, signature: Uint8Array, expiresAt: number): Promise<boolean>
  /** Forgets those that have been too old for a day. */
  sweep(): Promise<void>
}

export function createUsedSignatures(db: Database, now: () => number = Date.now): UsedSignatures {
  return {
    async use(clientId, signature, expiresAt) {
      const row = { client_id: clientId, digest: digestOf(signature), expires_at: expiresAt }
      try {
        await db.insertInto('used_signatures').values(row).execute()
        return true
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },

    async sweep() {
      await db
        .deleteFrom('used_signatures')
        .where('expires_at', '<', now() - grace)
        .execute()
    },
  }
}

/** Zeros in front change the bytes and not the number, and the number is what is opened. */
function digestOf(signature: Uint8Array): string {
  const start = signature.findIndex((byte) => byte !== 0)
  return createHash('sha256')
    .update(signature.subarray(start < 0 ? signature.length : start))
    .digest('hex')
}

import type { Transaction } from 'kysely'
import type { Tables } from '../database/index.ts'
import type { ChallengePhotosTable } from '../database/schema-challenges.ts'
import type { FaceReport } from '../engine/types.ts'
import type { Imprints } from '../records/imprints.ts'

/**
 * Was this photo sent before, in another session or in an earlier attempt of its own: byte for byte in one of the same client,
 * or the picture saved again, cropped, turned or mirrored in one of any client of the installation? Whose it was and when is
 * told to nobody.
 * @param present ids of the photos of the present attempt
 */
export async function wasSubmittedBefore(
  transaction: Transaction<Tables>,
  imprints: Imprints,
  photo: ChallengePhotosTable,
  present: readonly string[],
  { subject }: FaceReport,
): Promise<boolean> {
  const same = await transaction
    .selectFrom('challenge_photos')
    .select('id')
    .where('client_id', '=', photo.client_id)
    .where('id', 'not in', present)
    .where('submitted_at', '<=', photo.submitted_at)
    .where('sha256', '=', photo.sha256)
    .limit(1)
    .executeTakeFirst()
  if (same) return true
  if (!subject?.imprint) return false
  const seen = await imprints.findPictures(transaction, subject.imprint)
  return seen.some(({ id, seenAt }) => !present.includes(id) && seenAt <= photo.submitted_at)
}

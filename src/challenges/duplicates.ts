import type { Transaction } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Tables } from '../database/index.ts'
import type { ChallengePhotosTable } from '../database/schema-challenges.ts'
import { hammingDistance } from '../engine/picture/fingerprint.ts'
import { openGeometry } from './measurements.ts'
import { selfieId } from './store.ts'

/** Bits of 64 in which the fingerprints of one picture, saved twice, may differ. */
const fingerprintBits = 4
/**
 * Largest distance between the faces' points, in parts of the face's size, at which two frames are one picture. A
 * person who sits down before the same camera again has a like fingerprint, but never holds the head so exactly. With
 * both limits, 141 of 150 copies of video frames (JPEG at quality 55, 60 per cent of the size, brighter) were recognised,
 * and none of 104 pairs of neighbouring frames of the same three people was taken for one picture.
 */
const geometryDistance = 0.02

/** The fingerprint's bits in five pieces: with at most four bits changed, one piece at least is untouched. */
export function bandsOf(fingerprint: string): string[] {
  const bits = BigInt(`0x${fingerprint}`).toString(2).padStart(64, '0')
  return [0, 13, 26, 39, 52].map((start, index) => `${index}:${bits.slice(start, start + 13)}`)
}

/**
 * Was this photo, byte for byte or saved again, submitted to an earlier session of the same client, or in an earlier attempt
 * of its own?
 * A crop or a turn of the picture is not recognised.
 * @param present ids of the challenges of the present attempt
 */
export async function wasSubmittedBefore(
  transaction: Transaction<Tables>,
  masterKey: MasterKey,
  photo: ChallengePhotosTable,
  present: readonly string[],
): Promise<boolean> {
  const earlier = transaction
    .selectFrom('challenge_photos')
    .selectAll()
    .where('client_id', '=', photo.client_id)
    .where((where) =>
      where.or([
        where('session_id', '!=', photo.session_id),
        where('challenge_id', 'not in', [...present, selfieId]),
      ]),
    )
    .where('submitted_at', '<=', photo.submitted_at)
  const same = await earlier.where('sha256', '=', photo.sha256).limit(1).executeTakeFirst()
  if (same) return true
  if (!photo.geometry) return false
  const near = transaction
    .selectFrom('challenge_photo_bands')
    .select('photo_id')
    .where('client_id', '=', photo.client_id)
    .where('band', 'in', bandsOf(photo.fingerprint))
  const geometry = openGeometry(masterKey, photo.client_id, photo.id, photo.geometry)
  for (const candidate of await earlier.where('id', 'in', near).execute()) {
    if (hammingDistance(candidate.fingerprint, photo.fingerprint) > fingerprintBits) continue
    if (!candidate.geometry) continue
    const other = openGeometry(masterKey, candidate.client_id, candidate.id, candidate.geometry)
    if (frameDistance(geometry, other) < geometryDistance) return true
  }
  return false
}

/** Root mean square distance of the points, in parts of the first face's size. Place and size count. */
function frameDistance(first: Float32Array, second: Float32Array): number {
  const count = first.length / 2
  let [meanX, meanY] = [0, 0]
  for (let i = 0; i < first.length; i += 2) {
    meanX += first[i]! / count
    meanY += first[i + 1]! / count
  }
  let [apart, size] = [0, 0]
  for (let i = 0; i < first.length; i += 2) {
    apart += (first[i]! - second[i]!) ** 2 + (first[i + 1]! - second[i + 1]!) ** 2
    size += (first[i]! - meanX) ** 2 + (first[i + 1]! - meanY) ** 2
  }
  return size === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(apart / size)
}

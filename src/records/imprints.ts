/** Pictures known again: what was sent in any check of the installation, kept as keyed digests of the faces. */
import type { Kysely, Transaction } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Tables } from '../database/index.ts'
import { imprintSide } from '../engine/face/imprint.ts'
import {
  bandsOf,
  codeDistance,
  codeFromText,
  codeToText,
  type EncodeImprint,
  imprintEncoder,
  likelyBandsOf,
} from './imprint-codes.ts'
import type { DialectRecords } from './types.ts'

/**
 * Bits of 1024 in which the codes of one picture, saved twice, may differ: between copies and the next moment of a person
 * who keeps still. The mirror image of another moment is farther away, so that a mirrored copy, whose points are found less
 * alike, may be farther too. `npm run eval:reuse` has the rates, decision 10 how the limits were chosen.
 */
export const imprintLimits = { asItIs: 65, mirrored: 120 } as const

/** Imprints that are compared at most, the newest first: whoever sends one picture again and again slows nobody down. */
const maximumCandidates = 1000

export interface Imprints {
  /** Notes a picture with its check, in the transaction that keeps what was measured. @param at Unix milliseconds */
  note(transaction: Transaction<Tables>, owner: ImprintOwner, imprint: Uint8Array, at: number): Promise<void>
  /** The pictures, of every client, that this one is a copy of, mirrored or not. */
  findPictures(db: Kysely<Tables>, imprint: Uint8Array): Promise<SeenPicture[]>
}

export interface ImprintOwner {
  /** Of the picture, the only one of its name. */
  id: string
  checkId: string
  clientId: string
}

export interface SeenPicture {
  /** Of the picture. */
  id: string
  /** Unix milliseconds. */
  seenAt: number
}

export function createImprints(masterKey: MasterKey): Imprints {
  const encoders = new Map<string, EncodeImprint>()

  function encoderOf(keyId: string): EncodeImprint {
    const known = encoders.get(keyId)
    if (known) return known
    const encoder = imprintEncoder(masterKey.derive('imprints', keyId))
    encoders.set(keyId, encoder)
    return encoder
  }

  return {
    async note(transaction, { id, checkId: check_id, clientId: client_id }, imprint, seen_at) {
      const code = encoderOf(masterKey.id)(imprint)
      await transaction
        .insertInto('imprints')
        .values({ id, check_id, client_id, code: codeToText(code.bits), seen_at })
        .execute()
      await transaction
        .insertInto('imprint_bands')
        .values(bandsOf(code).map((band) => ({ imprint_id: id, band })))
        .execute()
    },

    async findPictures(db, imprint) {
      const seen = new Map<string, SeenPicture>()
      // What was noted under a retired key is known by that key alone.
      for (const keyId of masterKey.ids()) {
        for (const [image, limit] of [
          [imprint, imprintLimits.asItIs],
          [mirrored(imprint), imprintLimits.mirrored],
        ] as const) {
          const code = encoderOf(keyId)(image)
          const near = await db
            .selectFrom('imprints')
            .selectAll()
            .where('id', 'in', (rows) =>
              rows.selectFrom('imprint_bands').select('imprint_id').where('band', 'in', likelyBandsOf(code)),
            )
            .orderBy('seen_at', 'desc')
            .limit(maximumCandidates)
            .execute()
          for (const row of near) {
            if (codeDistance(code.bits, codeFromText(row.code)) > limit) continue
            seen.set(row.id, { id: row.id, seenAt: Number(row.seen_at) })
          }
        }
      }
      return [...seen.values()]
    },
  }
}

/** The imprint of the mirrored picture, as far as the mesh of both is alike. */
export function mirrored(imprint: Uint8Array): Uint8Array {
  const last = imprintSide - 1
  return imprint.map((_, i) => imprint[i + last - 2 * (i % imprintSide)]!)
}

/** Forgets pictures that were taken back. @param ids of the pictures */
export async function forgetImprints(db: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.deleteFrom('imprint_bands').where('imprint_id', 'in', ids).execute()
  await db.deleteFrom('imprints').where('id', 'in', ids).execute()
}

/** Erases and shows imprints with their check. */
export const imprintRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    const own = await imprintsOf(transaction, clientId, checkIds)
    await forgetImprints(
      transaction,
      own.map(({ id }) => id),
    )
  },

  async read(db, _masterKey, clientId, checkIds) {
    return { imprints: (await imprintsOf(db, clientId, checkIds)).map((row) => ({ ...row })) }
  },
}

async function imprintsOf(db: Kysely<Tables>, clientId: string, checkIds: readonly string[]) {
  if (checkIds.length === 0) return []
  return db
    .selectFrom('imprints')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('check_id', 'in', [...checkIds])
    .execute()
}

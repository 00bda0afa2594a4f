/**
 * Requests that may be repeated without doing twice what they do. A caller names a request by a key; its answer is kept
 * for a day, sealed, and given to whoever sends the same request with the same key, after a restart and from any server
 * of the database. Only what was done is kept: a request that was refused frees its key.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { open, seal } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { isUniqueViolation } from '../database/portable.ts'
import type { Tables } from '../database/schema.ts'
import { parseExact, stringifyExact } from '../exact-json.ts'
import type { DialectRecords } from './types.ts'

/** Milliseconds that an answer is kept. */
export const answerLife = 24 * 60 * 60_000
/** A request that is under way for longer, in milliseconds, has died with its process. */
const requestLife = 120_000

/** A key taken by a request that is under way. */
export interface Claim {
  clientId: string
  digest: string
  owner: string
}

export interface KeptAnswer {
  status: number
  body: unknown
}

export type Begun = { claim: Claim } | { answer: KeptAnswer } | 'other_request' | 'under_way'

/** Another request has the key now: this one was under way for more than two minutes, and must not be done beside it. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost'

  constructor() {
    super('The request has lost its idempotency key.')
  }
}

export interface Idempotency {
  /**
   * Takes a key, or says what became of the request that took it before.
   * @param key the caller's @param request digest of everything that the request asks for
   */
  begin(clientId: string, key: string, request: string): Promise<Begun>
  /**
   * Keeps the answer, in the transaction that does what was asked for.
   * @param subjectId what the answer is about, with which it is erased
   * @throws ClaimLost
   */
  complete(
    transaction: Transaction<Tables>,
    claim: Claim,
    answer: KeptAnswer,
    subjectId: string,
  ): Promise<void>
  /** Frees the key of a request that did nothing. Never throws: what a full disk does not let free is free in two minutes. */
  release(claim: Claim): Promise<void>
  /** Forgets answers that are older than a day. */
  sweep(): Promise<void>
}

export function createIdempotency(
  db: Database,
  masterKey: MasterKey,
  now: () => number = Date.now,
): Idempotency {
  /** @returns false when somebody else changed it first */
  async function takeOver(claim: Claim, previousOwner: string, request: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('idempotency_keys')
      .set({
        owner: claim.owner,
        request,
        state: 'under_way',
        answer: null,
        subject_id: null,
        created_at: now(),
      })
      .where('client_id', '=', claim.clientId)
      .where('digest', '=', claim.digest)
      .where('owner', '=', previousOwner)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  return {
    async begin(clientId, key, request) {
      const digest = createHash('sha256').update(key).digest('hex')
      const claim = { clientId, digest, owner: randomUUID() }
      try {
        const row = { client_id: clientId, digest, request, owner: claim.owner, created_at: now() }
        await db
          .insertInto('idempotency_keys')
          .values({ ...row, state: 'under_way' })
          .execute()
        return { claim }
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
      }
      const row = await db
        .selectFrom('idempotency_keys')
        .selectAll()
        .where('client_id', '=', clientId)
        .where('digest', '=', digest)
        .executeTakeFirst()
      // Freed between the two: whoever comes again takes it.
      if (!row) return 'under_way'
      const age = now() - row.created_at
      if (age > (row.state === 'done' ? answerLife : requestLife)) {
        return (await takeOver(claim, row.owner, request)) ? { claim } : 'under_way'
      }
      if (row.request !== request) return 'other_request'
      if (row.answer === null) return 'under_way'
      const text = open(masterKey, 'answers', contextOf(clientId, digest), row.answer).toString()
      return { answer: parseExact(text) as KeptAnswer }
    },

    async complete(transaction, { clientId, digest, owner }, answer, subjectId) {
      const text = Buffer.from(stringifyExact(answer))
      const { numUpdatedRows } = await transaction
        .updateTable('idempotency_keys')
        .set({
          state: 'done',
          answer: seal(masterKey, 'answers', contextOf(clientId, digest), text),
          subject_id: subjectId,
        })
        .where('client_id', '=', clientId)
        .where('digest', '=', digest)
        .where('owner', '=', owner)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw new ClaimLost()
    },

    async release({ clientId, digest, owner }) {
      const freed = db
        .deleteFrom('idempotency_keys')
        .where('client_id', '=', clientId)
        .where('digest', '=', digest)
        .where('owner', '=', owner)
        .where('state', '=', 'under_way')
      await freed.execute().catch(() => {})
    },

    async sweep() {
      await db
        .deleteFrom('idempotency_keys')
        .where('created_at', '<', now() - answerLife)
        .execute()
    },
  }
}

/** Sealed answers open for their own client and key alone. */
function contextOf(clientId: string, digest: string): string {
  return `${clientId}/${digest}`
}

/** An erased check takes the answer that told of it along. */
export const idempotencyRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    await transaction
      .deleteFrom('idempotency_keys')
      .where('client_id', '=', clientId)
      .where('subject_id', 'in', [...checkIds])
      .execute()
  },

  // Without the answers: the checks and sessions they tell of are read with them, and the link of a session that nobody
  // has opened yet would let its reader take it in the person's stead.
  async read(db, _masterKey, clientId, checkIds) {
    const rows = await db
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('subject_id', 'in', [...checkIds])
      .execute()
    return {
      idempotency_keys: rows.map(
        ({ digest: _digest, answer: _answer, owner: _owner, request: _request, ...row }) => row,
      ),
    }
  },
}

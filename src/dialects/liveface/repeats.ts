/** The header Idempotency-Key, as the IETF's draft has it: the same request with the same key is done once. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Transaction } from 'kysely'
import type { Tables } from '../../database/index.ts'
import { readHeader } from '../../receive/header.ts'
import { type Claim, ClaimLost, type KeptAnswer } from '../../records/idempotency.ts'
import type { Services } from '../dialect.ts'
import { Problem } from './errors.ts'
import { maxKeyLength } from './limits.ts'

/** A request that may be one of several with a key. */
interface Repeat {
  /** To be completed with the answer; null: the request has no key. */
  claim: Claim | null
  /** Given before; null: this is the first of them. */
  answer: KeptAnswer | null
}

/** For the document. */
export const idempotencyHeader = {
  'Idempotency-Key': {
    description: `Any text of 1 to ${maxKeyLength} printable characters, best a UUID. The same request with the same key is done once: within 24 hours it gets the stored answer, with the header Idempotency-Replayed. Requests that were refused free their key.`,
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  },
}

/**
 * @param asked everything that the request asks for, pictures by their bytes
 * @throws Problem
 */
async function beginRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  clientId: string,
  asked: readonly (string | Uint8Array)[],
  { idempotency }: Pick<Services, 'idempotency'>,
): Promise<Repeat> {
  const key = readKey(request)
  if (key === null) return { claim: null, answer: null }
  const begun = await idempotency.begin(clientId, key, digestOf([request.routeOptions.url ?? '', ...asked]))
  if (begun === 'other_request') throw new Problem('idempotency_key_reused')
  if (begun === 'under_way') throw new Problem('idempotency_key_under_way', { retryAfter: 1 })
  if ('claim' in begun) return { claim: begun.claim, answer: null }
  reply.header('idempotency-replayed', 'true').code(begun.answer.status)
  return { claim: null, answer: begun.answer }
}

/** A check that may be one of several with a key. */
export interface Once {
  /** Takes the key. @returns what was answered before; null: this is the first of them. @throws Problem */
  begin(asked: readonly (string | Uint8Array)[]): Promise<KeptAnswer | null>
  hasKey(): boolean
  /** Keeps the answer in the transaction that does what was asked for. @param subjectId what it is erased with */
  keep(transaction: Transaction<Tables>, answer: KeptAnswer, subjectId: string): Promise<void>
  /** Frees the key when `act` fails. @throws what it throws */
  run<Result>(act: () => Promise<Result>): Promise<Result>
}

export function onceOnly(
  request: FastifyRequest,
  reply: FastifyReply,
  clientId: string,
  services: Pick<Services, 'idempotency'>,
): Once {
  const { idempotency } = services
  let claim: Claim | null = null
  return {
    async begin(asked) {
      const repeat = await beginRequest(request, reply, clientId, asked, services)
      claim = repeat.claim
      return repeat.answer
    },
    hasKey: () => claim !== null,
    async keep(transaction, answer, subjectId) {
      if (claim) await idempotency.complete(transaction, claim, answer, subjectId)
    },
    run: (act) =>
      act().catch(async (error: unknown) => {
        if (claim) await idempotency.release(claim)
        // The repeat is answered, or under way: this one has done nothing.
        throw error instanceof ClaimLost ? new Problem('idempotency_key_under_way', { retryAfter: 1 }) : error
      }),
  }
}

/**
 * Does what a JSON request asks for, once. What was done is answered, also when its answer cannot be kept; then, and when
 * the server dies before that, the key is refused for two minutes and free afterwards.
 * @param asked the body, as it was read @param act does it; `subjectId`: what the answer is erased with
 * @throws Problem, and what `act` throws
 */
export async function doOnce<Answer>(
  request: FastifyRequest,
  reply: FastifyReply,
  clientId: string,
  asked: object,
  services: Pick<Services, 'idempotency' | 'database'>,
  act: () => Promise<{ status: number; body: Answer; subjectId: string }>,
): Promise<Answer> {
  const once = onceOnly(request, reply, clientId, services)
  const answer = await once.begin([JSON.stringify(asked)])
  if (answer) return answer.body as Answer
  const { status, body, subjectId } = await once.run(act)
  if (once.hasKey()) {
    await services.database
      .transaction()
      .execute((transaction) => once.keep(transaction, { status, body }, subjectId))
      // An error now would have the caller do it twice.
      .catch((error: unknown) => request.log.error(error, 'an answer could not be kept for its repeats'))
  }
  reply.code(status)
  return body
}

/** The draft's quotes may stand around it or not. @throws Problem */
function readKey(request: FastifyRequest): string | null {
  const header = readHeader(request, 'idempotency-key')
  if (header === undefined) return null
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > maxKeyLength) throw new Problem('idempotency_key_invalid')
  return key
}

/** Each part by its own digest, so that no two lists of parts look alike. */
function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const all = createHash('sha256')
  for (const part of parts) all.update(createHash('sha256').update(part).digest())
  return all.digest('hex')
}

/** Checks that are answered 202 at once: written down with their pictures sealed, measured later, and then told of. */
import type { Transaction } from 'kysely'
import type { Client } from '../../access/clients.ts'
import { reserveRows } from '../../checks/row.ts'
import type { Tables } from '../../database/index.ts'
import { sniff } from '../../engine/picture/sniff.ts'
import { isoTime } from '../../iso-time.ts'
import { batches } from '../../records/batches.ts'
import type { NewCheck, Reservation } from '../../records/checks.ts'
import { addressFault } from '../../webhooks/index.ts'
import type { Services } from '../dialect.ts'
import { Problem } from './errors.ts'
import type { Once } from './repeats.ts'
import type { CheckRequest } from './request.ts'
import type { CheckType, PendingAnswer } from './schemas.ts'
import { waitingChecks, waitingMegabytes } from './settings.ts'

/** Of a check's row that met a problem, which is its result. */
export const failedStatus = 'failed'

/** Of one that was cancelled, whose result is that problem. */
export const cancelledStatus = 'cancelled'

/** A check to be measured later, as it was read. */
export interface Asked extends CheckRequest<object> {
  check: NewCheck
  /** Told of the outcome in any case; null: nobody but who hears of every check. */
  destinationId: string | null
  requestId: string
}

/**
 * Writes a check down, to be measured later: all of it, with the answer for its key, or nothing.
 * @throws what `acceptAll` throws
 */
export function accept(asked: Asked, once: Once, services: Services): Promise<PendingAnswer> {
  return acceptAll(
    [asked],
    async (transaction, [reservation], acceptedAt) => {
      const { id, operation } = reservation!
      const answer = toPendingAnswer({ id, operation, person: asked.check.person ?? null }, acceptedAt)
      await once.keep(transaction, { status: 202, body: answer }, id)
      return answer
    },
    services,
  )
}

/**
 * Writes checks of one client down, to be measured later: every one of them with what `keep` writes, or nothing.
 * @throws Problem too_many_pending; CheckRefused no_balance; ObjectStoreError; Error where one was erased meanwhile
 */
export async function acceptAll<Answer>(
  asked: readonly Asked[],
  keep: (
    transaction: Transaction<Tables>,
    reservations: readonly Reservation[],
    acceptedAt: number,
  ) => Promise<Answer>,
  services: Services,
): Promise<Answer> {
  const { checks, evidence, pending, database, config } = services
  const clientId = asked[0]!.check.clientId
  const sizes = asked.flatMap(({ pictures }) => Object.values(pictures)).map(({ length }) => length)
  const { checks: waiting, bytes } = await pending.waiting(clientId)
  // What has no room costs no file; whether others took the room meanwhile is seen below.
  requireRoom(
    { checks: waiting + asked.length, bytes: sizes.reduce((sum, size) => sum + size, bytes) },
    config,
  )
  const acceptedAt = Date.now()
  const reservations = await reserveRows(
    checks,
    asked.map(({ check }) => check),
  )
  try {
    const staged = await stageAll(asked, reservations, evidence)
    return await database.transaction().execute(async (transaction) => {
      const rows = asked.map(({ fields, destinationId, requestId }, index) => ({
        ...{ reservation: reservations[index]!, fields, destinationId, requestId, acceptedAt },
      }))
      await pending.add(transaction, rows)
      await evidence.insertAll(transaction, staged)
      requireRoom(await pending.waiting(clientId, transaction), config)
      return keep(transaction, reservations, acceptedAt)
    })
  } catch (error) {
    await checks.release(...reservations)
    throw error
  }
}

/** Pictures that are written at once, each as one file or object. */
const writers = 16

/** @returns the rows of the pictures, whose files are written */
async function stageAll(
  asked: readonly Asked[],
  reservations: readonly Reservation[],
  evidence: Services['evidence'],
) {
  const pictures = asked.flatMap(({ check: { clientId }, pictures: sent }, index) =>
    Object.entries(sent).map(([role, bytes]) => ({ clientId, role, bytes, id: reservations[index]!.id })),
  )
  const rows = []
  for (const part of batches(pictures, writers)) {
    const written = part.map(async ({ id, bytes, ...picture }) => {
      const staged = await evidence.stage({ ...picture, mediaType: `image/${sniff(bytes)}`, bytes })
      return staged.rowOf(id)
    })
    rows.push(...(await Promise.all(written)))
  }
  return rows
}

/** @param waiting of one client, with what is to be accepted @throws Problem too_many_pending */
function requireRoom(waiting: { checks: number; bytes: number }, config: Services['config']): void {
  const isFull =
    waiting.checks > waitingChecks.of(config) || waiting.bytes > waitingMegabytes.of(config) * 2 ** 20
  if (isFull) throw new Problem('too_many_pending', { retryAfter: 10 })
}

/** The client's webhook at this address; null: there is no address. @throws Problem fields_invalid, callback_unknown */
export async function findDestination(
  url: string | undefined,
  client: Client,
  { config, webhooks }: Services,
): Promise<string | null> {
  if (url === undefined) return null
  const fault = addressFault(url, config.fetch)
  if (fault !== null) {
    throw new Problem('fields_invalid', { errors: [{ field: 'callback_url', message: fault }] })
  }
  const own = (await webhooks.destinations.list(client.id)).find((destination) => destination.url === url)
  if (!own) throw new Problem('callback_unknown')
  return own.id
}

/** @param acceptedAt Unix milliseconds */
export function toPendingAnswer(
  { id, operation, person }: { id: string; operation: string; person: string | null },
  acceptedAt: number,
): PendingAnswer {
  return { id, type: operation as CheckType, person, status: 'pending', created_at: isoTime(acceptedAt) }
}

/** Checks that are answered 202 at once: written down with their pictures sealed, measured later, and then told of. */
import type { Client } from '../../access/clients.ts'
import { reserveRow } from '../../checks/row.ts'
import { sniff } from '../../engine/picture/sniff.ts'
import type { NewCheck } from '../../records/checks.ts'
import { addressFault } from '../../webhooks/index.ts'
import type { Services } from '../dialect.ts'
import { Problem } from './errors.ts'
import type { Once } from './repeats.ts'
import type { CheckRequest } from './request.ts'
import type { CheckType, PendingAnswer } from './schemas.ts'
import { waitingChecks, waitingMegabytes } from './settings.ts'
import { isoTime } from './times.ts'

/** Of a check's row that met a problem, which is its result. */
export const failedStatus = 'failed'

/** What was read of the request. */
interface Accepted extends CheckRequest<object> {
  destinationId: string
  requestId: string
}

/**
 * Writes a check down, to be measured later: all of it, with the answer for its key, or nothing.
 * @throws Problem too_many_pending; CheckRefused no_balance; ObjectStoreError; Error where it was erased meanwhile
 */
export async function accept(
  check: NewCheck,
  { pictures, fields, destinationId, requestId }: Accepted,
  once: Once,
  services: Services,
): Promise<PendingAnswer> {
  const { checks, evidence, pending, database } = services
  const { clientId } = check
  await requireRoom(clientId, Object.values(pictures), services)
  const reservation = await reserveRow(checks, check)
  const { id, operation } = reservation
  const acceptedAt = Date.now()
  const answer = toPendingAnswer({ id, operation, person: check.person ?? null }, acceptedAt)
  try {
    const staged = await Promise.all(
      Object.entries(pictures).map(([role, bytes]) =>
        evidence.stage({ clientId, role, mediaType: `image/${sniff(bytes)}`, bytes }),
      ),
    )
    await database.transaction().execute(async (transaction) => {
      await pending.add(transaction, { reservation, fields, destinationId, requestId, acceptedAt })
      for (const picture of staged) await picture.insert(transaction, id)
      await once.keep(transaction, { status: 202, body: answer }, id)
    })
  } catch (error) {
    await checks.release(reservation)
    throw error
  }
  return answer
}

/** @throws Problem too_many_pending */
async function requireRoom(
  clientId: string,
  pictures: readonly Buffer[],
  { config, pending }: Services,
): Promise<void> {
  const waiting = await pending.waiting(clientId)
  const bytes = pictures.reduce((sum, { length }) => sum + length, waiting.bytes)
  const isFull = waiting.checks >= waitingChecks.of(config) || bytes > waitingMegabytes.of(config) * 2 ** 20
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

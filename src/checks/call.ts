import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Client } from '../access/clients.ts'
import type { Admission } from '../admission/index.ts'
import { hangUpSignal } from '../receive/hang-up.ts'

/** What one request brings along. */
export interface CheckCall {
  clientId: string
  /** The client's, where they are known already. */
  settings?: Client['settings'] | undefined
  /** The server's own id of the request, which answers show as x-request-id. */
  requestId: string
  /** Holds the call's room in the server until it is closed; null: nobody waits for the answer. */
  response: ServerResponse | null
  /** Aborts when the caller hangs up. */
  signal: AbortSignal
}

/** @param client as it proved itself; of a session its id alone is known */
export function callOf(
  reply: FastifyReply,
  { id, settings }: Pick<Client, 'id'> & Partial<Pick<Client, 'settings'>>,
): CheckCall {
  return {
    clientId: id,
    settings,
    requestId: reply.request.id,
    response: reply.raw,
    signal: hangUpSignal(reply),
  }
}

/** How a request gets its room. @throws EngineError engine_busy */
export type Admit = (admission: Admission, call: CheckCall) => Promise<void>

/** The pictures come with the request, whose body is not read before. */
export const withPictures: Admit = (admission, { response, clientId }) =>
  admission.enter(awaited(response), clientId)

/** The pictures are still to be fetched; the check asks for room `withPictures` once they are here. */
export const toFetch: Admit = (admission, { response, clientId }) =>
  admission.enterToFetch(awaited(response), clientId)

/** Longest time in milliseconds that what nobody waits for comes behind what somebody waits for. */
const maxPatienceMs = 5_000

/** The pictures were accepted before, and nobody waits: whoever does comes first. */
export const behindOthers: Admit = (admission, { signal }) => admission.enterBehind(maxPatienceMs, signal)

function awaited(response: ServerResponse | null): ServerResponse {
  if (!response) throw new RangeError('Expected a call whose caller waits for the answer.')
  return response
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Services } from '../../dialect.ts'
import { identify, limitAddress } from '../auth.ts'
import { DiditError, type DiditErrorName, sendPageNotFound } from '../errors.ts'
import { isUuid } from '../request.ts'
import { findSession, type Session } from './records.ts'

export type SessionPath = { Params: { id: string }; Querystring: Record<string, unknown> }

export interface OwnSession {
  client: Client
  session: Session
}

/**
 * The session of the path and its client. An unknown id is answered before the key is looked at, as the vendor does:
 * ids are random, so a guesser learns nothing from it.
 * @param foreign what the session of another application is answered with
 * @returns null when the id is no UUID, and the answer is sent
 */
export async function ownSession(
  request: FastifyRequest<SessionPath>,
  reply: FastifyReply,
  services: Services,
  foreign: DiditErrorName,
): Promise<OwnSession | null> {
  limitAddress(request, reply, services)
  if (!isUuid(request.params.id)) {
    sendPageNotFound(reply)
    return null
  }
  const session = await findSession(services.database, request.params.id)
  if (!session) throw new DiditError('notFound')
  const client = await identify(request, reply, services, 'noCredentials')
  if (session.clientId !== client.id) throw new DiditError(foreign)
  return { client, session }
}

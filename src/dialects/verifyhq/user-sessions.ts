import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { validate } from './request.ts'
import { listQuery } from './schemas.ts'

export type OfUser = { Params: { userId: string } }

/** The page of a user's sessions that was asked for, newest first; headers of the reply say which page it is, of how many. */
export async function readUserSessions(
  request: FastifyRequest<OfUser>,
  reply: FastifyReply,
  services: Services,
) {
  const client = await authenticate(request, 'liveness:read', services)
  const { page, limit } = validate(listQuery, request.query)
  const { userId } = request.params
  const { sessions, total } = await services.challenges.listByUser(client.id, userId, page, limit)
  reply.headers({ 'x-total-count': String(total), 'x-page': String(page), 'x-limit': String(limit) })
  return { client, sessions, total, page, limit }
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { DiditError, FieldError } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { linkTo } from '../picture-links.ts'
import { BodyReader } from '../request.ts'
import { findSession, findSessions } from '../sessions/records.ts'
import { toUtcTime } from '../times.ts'
import { entriesOf, listSessionFace } from './faces.ts'
import { blocklistPage, messageAnswer } from './schemas.ts'

const itemTypes = ['face', 'document', 'phone', 'email'] as const

/** /blocklist/ : by session. Only faces are kept here, so only they can be blocked. */
export function registerBlocklist(app: FastifyInstance, services: Services): void {
  const { database } = services

  async function change(
    request: FastifyRequest,
    reply: FastifyReply,
    verb: 'blocklist' | 'unblock',
  ): Promise<void> {
    const client = await authenticate(request, reply, services)
    const body = await BodyReader.read(request)
    const id = body.uuid('session_id')
    const wanted = itemTypes.filter((type) => body.boolean(`${verb}_${type}`))
    body.finish()
    const session = id ? await findSession(database, id) : null
    if (!session || session.clientId !== client.id) throw new DiditError('sessionNotFound')
    if (wanted.length === 0) return
    // A session here has nothing but a face: asked for the face and the document, the face is all there is to
    // block, and only a request that leaves the face out would protect nobody.
    if (!wanted.includes('face')) throw new DiditError('onlyFaces')
    await listSessionFace(services, reply.raw, client, session, verb === 'blocklist' ? 'block' : 'none')
  }

  app.post(
    '/blocklist/add/',
    describeOperation('Lists', 'blocklist-add', 'Block the face of a session.', { 200: messageAnswer }),
    async (request, reply) => {
      await change(request, reply, 'blocklist')
      return { message: 'Successfully updated blocklist.' }
    },
  )

  app.post(
    '/blocklist/remove/',
    describeOperation('Lists', 'blocklist-remove', 'Unblock the face of a session.', { 200: messageAnswer }),
    async (request, reply) => {
      await change(request, reply, 'unblock')
      return { message: 'Successfully removed from blocklist.' }
    },
  )

  app.get<{ Querystring: Record<string, unknown> }>(
    '/blocklist/',
    describeOperation('Lists', 'blocklist', 'Blocked faces, newest first.', { 200: blocklistPage }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const { item_type: type } = request.query
      if (type !== undefined && !itemTypes.some((known) => known === type)) {
        throw new FieldError({ item_type: [`"${String(type)}" is not a valid choice.`] })
      }
      const entries = type === undefined || type === 'face' ? await entriesOf(services, client, 'block') : []
      const page = readPage(request, 20)
      const part = entries.slice(page.offset, page.offset + page.limit)
      const ids = part.flatMap(({ checkId }) => checkId ?? [])
      const sessions = await findSessions(database, client.id, ids)
      const link = linkTo(request, services)
      const rows = part.map((entry) => {
        const session = entry.checkId ? sessions.get(entry.checkId) : undefined
        const picture = session?.pictures.user_image
        return {
          type: 'face',
          session_id: session?.id ?? null,
          session_number: session?.number ?? null,
          blocklisted_at: toUtcTime(session?.blocklistedAt ?? entry.createdAt),
          face_image: picture ? link(picture) : null,
          document_type: null,
          document_number: null,
          front_image: null,
          phone_number: null,
          country_code: null,
          email: null,
        }
      })
      return toPage(request, services, page, entries.length, rows)
    },
  )
}

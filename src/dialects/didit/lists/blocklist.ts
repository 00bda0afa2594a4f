import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { linkTo } from '../../common/picture-links.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { DiditError, FieldError } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { BodyReader } from '../request.ts'
import { findSession } from '../sessions/records.ts'
import { listSessionFace, pageOfFaces } from './faces.ts'
import { blocklistPage, messageAnswer } from './schemas.ts'
import { toBlockedFace } from './translate.ts'

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
      const page = readPage(request, 20)
      const { count, faces } =
        type === undefined || type === 'face'
          ? await pageOfFaces(services, client, 'block', page)
          : { count: 0, faces: [] }
      const link = linkTo(request, services)
      const rows = faces.map(({ entry, session }) => toBlockedFace(entry, session, link))
      return toPage(request, services, page, count, rows)
    },
  )
}

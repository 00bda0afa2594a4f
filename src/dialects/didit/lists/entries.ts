import type { FastifyInstance } from 'fastify'
import { createLists } from '../../../records/lists.ts'
import type { Services } from '../../dialect.ts'
import { DiditError, FieldError } from '../errors.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { BodyReader } from '../request.ts'
import { nothing } from '../schemas.ts'
import { findSession } from '../sessions/records.ts'
import { listSessionFace, pageOfFaces } from './faces.ts'
import { maxPictureBytes, ownList, readPicture, readSelection } from './request.ts'
import { entryAnswer, entryPage } from './schemas.ts'
import { toEntry } from './translate.ts'

type OfList = { Params: { list: string } }
type OfEntry = { Params: { list: string; entry: string } }

/** /lists/{id}/entries/ : faces put on a list by hand or from a session. */
export function registerEntries(app: FastifyInstance, services: Services): void {
  const { admission, database, gallery, engine, pictures } = services
  const lists = createLists(services)

  app.get<OfList>(
    '/lists/:list/entries/',
    describeOperation('Lists', 'list-entries', 'Faces of a list, newest first.', { 200: entryPage }),
    async (request, reply) => {
      const { client, kind } = await ownList(request, reply, services, request.params.list)
      const page = readPage(request, 25)
      const { count, faces } = await pageOfFaces(services, client, kind.list, page, readSelection(request))
      const rows = await Promise.all(
        faces.map(({ entry, session }) => toEntry(request, services, entry, session)),
      )
      return toPage(request, services, page, count, rows)
    },
  )

  app.post<OfList>(
    '/lists/:list/entries/',
    describeOperation('Lists', 'create-entry', 'Put the face of a session on a list.', { 201: entryAnswer }),
    async (request, reply) => {
      const { client, kind } = await ownList(request, reply, services, request.params.list)
      const body = await BodyReader.read(request)
      const id = body.uuid('reference_session_id')
      const comment = body.text('comment', { blank: true, max: 1000 })
      body.finish()
      const session = id ? await findSession(database, id) : null
      if (!session || session.clientId !== client.id) {
        throw new FieldError({ reference_session_id: ['Session not found.'] })
      }
      const label = comment || null
      const [entryId = ''] = await listSessionFace(services, reply.raw, client, session, kind.list, label)
      const entry = await gallery.find(client.id, entryId)
      if (!entry) throw new DiditError('entryNotFound')
      reply.code(201)
      return toEntry(request, services, entry, session)
    },
  )

  app.post<OfList>(
    '/lists/:list/entries/face-upload/',
    {
      ...describeOperation('Lists', 'upload-face', 'Put the face of a picture (base64) on a list.', {
        201: entryAnswer,
      }),
      bodyLimit: 2 * maxPictureBytes,
    },
    async (request, reply) => {
      const { client, kind } = await ownList(request, reply, services, request.params.list)
      await admission.enter(reply.raw, client.id)
      const body = await BodyReader.read(request)
      const picture = readPicture(body)
      const comment = body.text('comment', { blank: true, max: 1000 })
      body.finish()
      if (!picture) throw new DiditError('invalidUserImage')
      const report = await engine.analyse(picture, {
        want: { template: true, traits: false, liveness: false },
      })
      const template = report.subject?.template
      if (!template) throw new DiditError('noFace')
      const kept = await pictures.stage(client.id, { list_entry: picture }, { linked: true })
      const label = comment || null
      const [entryId = ''] = await lists.put(client.id, { face: { template, kept } }, kind.list, {
        actor: client.id,
        label,
      })
      const entry = await gallery.find(client.id, entryId)
      if (!entry) throw new DiditError('entryNotFound')
      reply.code(201)
      return toEntry(request, services, entry, undefined)
    },
  )

  app.delete<OfEntry>(
    '/lists/:list/entries/:entry/',
    describeOperation('Lists', 'delete-entry', 'Take a face off a list.', { 204: nothing }),
    async (request, reply) => {
      const { client, kind } = await ownList(request, reply, services, request.params.list)
      const entry = await gallery.find(client.id, request.params.entry)
      if (!entry || entry.list !== kind.list) throw new DiditError('entryNotFound')
      const session = entry.checkId ? await findSession(database, entry.checkId) : null
      if (session && entry.kind === 'session') {
        await listSessionFace(services, reply.raw, client, session, 'none')
        return reply.code(204).send()
      }
      await lists.forget(client.id, { entry: entry.id }, client.id)
      return reply.code(204).send()
    },
  )
}

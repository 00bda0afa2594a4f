import type { FastifyInstance } from 'fastify'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { registerBlocklist } from './blocklist.ts'
import { registerEntries } from './entries.ts'
import { kinds } from './kinds.ts'
import { ownList } from './request.ts'
import { listAnswer, listPage } from './schemas.ts'
import { toList } from './translate.ts'

/** /blocklist/, /lists/ and their entries */
export function registerLists(app: FastifyInstance, services: Services): void {
  registerBlocklist(app, services)
  registerEntries(app, services)

  app.get<{ Querystring: Record<string, unknown> }>(
    '/lists/',
    describeOperation('Lists', 'lists', 'The blocklist and the allow list of faces.', { 200: listPage }),
    async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const { list_type: type, entry_type: entryType } = request.query
      const wanted = kinds.filter(
        (kind) => (type === undefined || type === kind.list_type) && (entryType ?? 'face') === 'face',
      )
      const page = readPage(request, 25)
      const rows = await Promise.all(
        wanted.slice(page.offset, page.offset + page.limit).map((kind) => toList(services, client, kind)),
      )
      return toPage(request, services, page, wanted.length, rows)
    },
  )

  app.get<{ Params: { list: string } }>(
    '/lists/:list/',
    describeOperation('Lists', 'get-list', 'One list.', { 200: listAnswer }),
    async (request, reply) => {
      const { client, kind } = await ownList(request, reply, services, request.params.list)
      return toList(services, client, kind)
    },
  )
}

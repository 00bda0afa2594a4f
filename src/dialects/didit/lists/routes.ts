import type { FastifyInstance } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { describeOperation } from '../openapi.ts'
import { readPage, toPage } from '../paging.ts'
import { toUtcTime } from '../times.ts'
import { registerEntries } from './entries.ts'
import { entriesOf } from './faces.ts'
import { listAnswer, listPage } from './schemas.ts'
import { type Kind, kinds, listId, ownList } from './translate.ts'

/** /lists/ */
export function registerLists(app: FastifyInstance, services: Services): void {
  const { database } = services

  async function toList(client: Client, kind: Kind) {
    const entries = await entriesOf(services, client, kind.list)
    const { createdAt } = await clientTimes(client)
    const newest = entries[0]?.createdAt ?? null
    const { list: _list, ...facts } = kind
    return {
      uuid: listId(client, kind),
      ...facts,
      entry_type: 'face',
      is_system: true,
      entry_count: entries.length,
      last_entry_added_at: newest === null ? null : toUtcTime(newest),
      created_at: toUtcTime(createdAt),
      updated_at: toUtcTime(newest ?? createdAt),
    }
  }

  async function clientTimes({ id }: Client): Promise<{ createdAt: number }> {
    const row = await database
      .selectFrom('clients')
      .select('created_at')
      .where('id', '=', id)
      .executeTakeFirst()
    return { createdAt: row?.created_at ?? 0 }
  }

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
        wanted.slice(page.offset, page.offset + page.limit).map((kind) => toList(client, kind)),
      )
      return toPage(request, services, page, wanted.length, rows)
    },
  )

  app.get<{ Params: { list: string } }>(
    '/lists/:list/',
    describeOperation('Lists', 'get-list', 'One list.', { 200: listAnswer }),
    async (request, reply) => {
      const { client, kind } = await ownList(request, reply, services, request.params.list)
      return toList(client, kind)
    },
  )

  registerEntries(app, services)
}

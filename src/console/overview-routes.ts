/** How the server does: traffic, what waits, storage, and the nets that judge. */
import { statfs } from 'node:fs/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { isPostgres } from '../database/portable.ts'
import { catalogue, type NetName, netNames } from '../engine/models/catalogue.ts'
import { isoTime } from '../iso-time.ts'
import { type Asked, route } from './route.ts'
import { trafficSince } from './traffic.ts'

const hour = 60 * 60_000

const bucket = z.object({
  at: z.iso.datetime(),
  dialect: z.string(),
  pass: z.number(),
  fail: z.number(),
  review: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
})

export const overviewRoutes = [
  route({
    method: 'GET',
    url: '/overview',
    name: 'get-overview',
    summary:
      'Verdicts and answer times by the hour, of the clients that the user sees; what waits; storage; nets.',
    tag: 'Operation',
    roles: ['administrator', 'auditor', 'developer'],
    query: z.object({ hours: z.coerce.number().int().min(1).max(720).default(24) }),
    answer: z
      .object({
        buckets: z.array(bucket).describe('Hours without a check are left out.'),
        queue: z.number().describe('Pictures and requests that wait on this server.'),
        workers: z.number(),
        storage: z.object({
          databaseBytes: z.number().nullable(),
          evidenceBytes: z.number().describe('Within the last minute.'),
          freeBytes: z.number().nullable(),
        }),
        webhookBacklog: z.number(),
        models: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
      })
      .meta({ id: 'Overview' }),
    async handle(asked) {
      const { query, user, services } = asked
      const { database, engine, admission } = services
      const { workers, queued } = engine.stats()
      const buckets = await trafficSince(database, Date.now() - query.hours * hour, user.clients)
      return {
        buckets: buckets.map(({ at, ...rest }) => ({ at: isoTime(at), ...rest })),
        queue: queued + admission.stats().waiting,
        workers,
        storage: await storageOf(asked),
        webhookBacklog: await backlogOf(asked),
        models: netNames.map(describeNet),
      }
    },
  }),
]

type Needed = Pick<Asked<unknown, unknown>, 'services' | 'user'>

async function storageOf({ services: { database, config, evidenceBytes } }: Needed) {
  const size = isPostgres(database)
    ? sql<{ bytes: number | string }>`select pg_database_size(current_database()) as bytes`
    : sql<{
        bytes: number
      }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
  const { rows } = await size.execute(database)
  const free = await statfs(config.dataDirectory).catch(() => null)
  return {
    databaseBytes: rows[0] ? Number(rows[0].bytes) : null,
    evidenceBytes: await evidenceBytes(),
    freeBytes: free && free.bavail * free.bsize,
  }
}

async function backlogOf({ services: { database }, user: { clients } }: Needed): Promise<number> {
  if (clients?.length === 0) return 0
  let query = database
    .selectFrom('webhook_deliveries')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('state', '=', 'pending')
  if (clients) query = query.where('client_id', 'in', [...clients, ''])
  return Number((await query.executeTakeFirstOrThrow()).count)
}

/** Which weights a net has: our own by their file, others by their package and the last of its files, the weights. */
function describeNet(name: NetName) {
  const net = catalogue[name]
  if (net.kind === 'own') return { name, version: '', sha256: net.sha256 }
  return { name, version: `${net.package} ${net.version}`, sha256: Object.values(net.files).at(-1) ?? '' }
}

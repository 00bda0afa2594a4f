/** The audit log, newest row first, and whether it is whole. */
import { z } from 'zod'
import type { Database } from '../database/index.ts'
import { isoTime } from '../iso-time.ts'
import { route } from './route.ts'

const auditors = ['administrator', 'auditor'] as const

const auditRow = z
  .object({
    sequence: z.number(),
    at: z.iso.datetime(),
    actor: z.string(),
    actorName: z
      .string()
      .nullable()
      .describe('Of the user or client who acted, as far as there is one still.'),
    act: z.string(),
    target: z.string().nullable(),
    client: z.string().nullable(),
    clientName: z.string().nullable(),
  })
  .meta({ id: 'AuditRow' })

export const auditRoutes = [
  route({
    method: 'GET',
    url: '/audit',
    name: 'list-audit',
    summary: 'What was done, newest first. A user of single clients sees the acts about those alone.',
    tag: 'Operation',
    roles: auditors,
    query: z.object({
      kind: z.string().max(100).optional().describe('Noun and verb, for example credential.created.'),
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.coerce.number().int().positive().optional().describe('`nextCursor` of the page before.'),
    }),
    answer: z.object({ items: z.array(auditRow), nextCursor: z.string().nullable() }),
    async handle({ query: { kind, limit, cursor }, user, services: { database } }) {
      let rows = database.selectFrom('audit').selectAll()
      if (user.clients !== null) rows = rows.where('client_id', 'in', [...user.clients, ''])
      if (kind !== undefined) rows = rows.where('action', '=', kind)
      if (cursor !== undefined) rows = rows.where('sequence', '<', cursor)
      const found = await rows.orderBy('sequence', 'desc').limit(limit).execute()
      const last = found.length === limit ? found.at(-1) : undefined
      const names = await namesOf(
        database,
        found.flatMap(({ actor, client_id }) => [actor, client_id ?? '']),
      )
      return {
        items: found.map(({ sequence, at, actor, action, subject, client_id }) => ({
          sequence,
          at: isoTime(at),
          actor,
          actorName: names.get(actor) ?? null,
          act: action,
          target: subject,
          client: client_id,
          clientName: names.get(client_id ?? '') ?? null,
        })),
        nextCursor: last ? String(last.sequence) : null,
      }
    },
  }),
  route({
    method: 'GET',
    url: '/audit/verification',
    name: 'verify-audit',
    summary: 'Computes the chain of the whole log once more; for all who ask meanwhile, once.',
    tag: 'Operation',
    roles: auditors,
    answer: z.object({ sound: z.boolean(), rows: z.number(), brokenAt: z.number().nullable() }),
    async handle({ services: { verifyAudit } }) {
      const verdict = await verifyAudit()
      return {
        sound: verdict.intact,
        rows: verdict.rows,
        brokenAt: verdict.intact ? null : verdict.sequence,
      }
    },
  }),
]

const consoleActor = 'console:'

/** Names of clients by their ids, and of the console's users by how the log calls them. */
async function namesOf(db: Database, mentioned: readonly string[]): Promise<Map<string, string>> {
  const called = [...new Set(mentioned)]
  const ids = called.map((name) => name.replace(consoleActor, ''))
  if (ids.length === 0) return new Map()
  const clients = await db.selectFrom('clients').select(['id', 'name']).where('id', 'in', ids).execute()
  const users = await db.selectFrom('console_users').select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map([
    ...clients.map(({ id, name }) => [id, name] as const),
    ...users.map(({ id, name }) => [`${consoleActor}${id}`, name] as const),
  ])
}

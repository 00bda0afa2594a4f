/** The audit log, newest row first, and whether it is whole. */
import { z } from 'zod'
import { route } from './route.ts'

const auditors = ['administrator', 'auditor'] as const

const auditRow = z
  .object({
    sequence: z.number(),
    at: z.iso.datetime(),
    actor: z.string(),
    act: z.string(),
    target: z.string().nullable(),
    client: z.string().nullable(),
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
      return {
        items: found.map(({ sequence, at, actor, action, subject, client_id }) => ({
          sequence,
          at: new Date(at).toISOString(),
          actor,
          act: action,
          target: subject,
          client: client_id,
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

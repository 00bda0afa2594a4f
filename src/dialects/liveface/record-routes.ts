/** Reading and erasing checks. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { parseExact } from '../../exact-json.ts'
import { setRetryAfter } from '../../receive/retry-after.ts'
import type { Services } from '../dialect.ts'
import { cancelledStatus, failedStatus, toPendingAnswer } from './accepted.ts'
import { authenticate } from './auth.ts'
import { pageOf, readCursor } from './cursor.ts'
import { Problem } from './errors.ts'
import { describeOperation } from './openapi.ts'
import { readFields } from './request.ts'
import {
  type CheckAnswer,
  checkAnswer,
  checkList,
  checkTypes,
  listQuery,
  pendingAnswer,
  verdicts,
} from './schemas.ts'

const checkId = z.object({ id: z.string().describe('Id of the check.') })

export function registerRecords(app: FastifyInstance, services: Services): void {
  const { database, pending, retention } = services

  app.get(
    '/checks',
    describeOperation({
      name: 'listChecks',
      summary: 'Your checks, newest first.',
      tag: 'Records',
      status: 200,
      answer: checkList,
      querystring: listQuery,
    }),
    async (request) => {
      const client = await authenticate(request, services)
      const { type, verdict, person, limit, cursor } = readFields(listQuery, request.query)
      const after = cursor === undefined ? null : readCursor(cursor)
      let query = database
        .selectFrom('checks')
        .select(['reference', 'created_at', 'result'])
        .where('client_id', '=', client.id)
        .where('dialect', '=', 'liveface')
        .where('operation', 'in', checkTypes)
        .where('state', '=', 'done')
        // Those that failed without a verdict are answered with their problem, one by one.
        .where('status', 'in', verdicts)
        .orderBy('created_at', 'desc')
        .orderBy('reference', 'desc')
        .limit(limit + 1)
      if (type) query = query.where('operation', '=', type)
      if (verdict) query = query.where('status', '=', verdict)
      if (person) query = query.where('person', '=', person)
      if (after) {
        query = query.where((where) =>
          where.or([
            where('created_at', '<', after.time),
            where.and([where('created_at', '=', after.time), where('reference', '<', after.reference)]),
          ]),
        )
      }
      const { rows, nextCursor } = pageOf(await query.execute(), limit)
      return { data: rows.map(({ result }) => toAnswer(result)), next_cursor: nextCursor }
    },
  )

  app.get<{ Params: { id: string } }>(
    '/checks/:id',
    describeOperation({
      name: 'getCheck',
      summary: 'One check.',
      description:
        'One with a `callback_url` is 202 with Retry-After until it was measured, and then what it would have been answered at once: the check, or the problem that it met.',
      tag: 'Records',
      status: 200,
      answer: checkAnswer,
      pending: pendingAnswer,
      params: checkId,
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const row = await requireOwn(client.id, request.params.id)
      if (row.state !== 'done') {
        const acceptedAt = await pending.acceptedAt(client.id, row.id)
        if (acceptedAt === null) throw new Problem('check_under_way')
        return setRetryAfter(reply, 1).code(202).send(toPendingAnswer(row, acceptedAt))
      }
      if (row.status === failedStatus || row.status === cancelledStatus) throw Problem.kept(row.result)
      return toAnswer(row.result)
    },
  )

  app.delete<{ Params: { id: string } }>(
    '/checks/:id',
    describeOperation({
      name: 'eraseCheck',
      summary: 'Erase a check with its pictures and everything else that belongs to it.',
      description:
        'The audit log keeps that a check of this id was erased. Nothing of it is on the disk afterwards.',
      tag: 'Records',
      status: 204,
      answer: z.null().describe('It is erased.'),
      params: checkId,
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const { state } = await requireOwn(client.id, request.params.id)
      if (state !== 'done') throw new Problem('check_under_way')
      await retention.erase(client.id, [request.params.id], { actor: client.id })
      return reply.code(204).send()
    },
  )

  /** A check of this client. @throws Problem */
  async function requireOwn(clientId: string, id: string) {
    const row = await database
      .selectFrom('checks')
      .select(['id', 'operation', 'person', 'state', 'status', 'result'])
      .where('id', '=', id)
      .where('client_id', '=', clientId)
      .where('dialect', '=', 'liveface')
      .where('operation', 'in', checkTypes)
      .executeTakeFirst()
    if (!row) throw new Problem('check_unknown')
    return row
  }
}

function toAnswer(result: string | null): CheckAnswer {
  return parseExact(result ?? 'null') as CheckAnswer
}

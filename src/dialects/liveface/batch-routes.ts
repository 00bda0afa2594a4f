import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { CheckBatch } from '../../records/check-batches.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { batchAnswer, batchLine, batchResult, resultQuery } from './batch-schemas.ts'
import { acceptBatch, linesType, resultLines, toBatchAnswer } from './batches.ts'
import { Problem } from './errors.ts'
import { describeOperation } from './openapi.ts'
import { idempotencyHeader } from './repeats.ts'
import { jsonLimit, readFields } from './request.ts'
import type { Runner } from './runner.ts'

const batchId = z.object({ id: z.string().describe('Id of the batch.') })
const tag = 'Batches'

interface OfBatch {
  Params: { id: string }
}

/** @param runner is woken by what was accepted */
export function registerBatches(
  app: FastifyInstance,
  services: Services,
  runner: Pick<Runner, 'wake'>,
): void {
  const { batches } = services

  app.post(
    '/batches',
    {
      ...describeOperation({
        ...{ name: 'createBatch', summary: 'Have many checks made, in one request.', tag },
        description:
          'One JSON object on each line (NDJSON), at most 28 MB in all and LIVEFACE_WAITING_CHECKS lines. Every line is accepted and paid, or none: a wrong line refuses the batch, and `errors` names it as `lines.N`. What is only seen when a picture is read, as that it is damaged, is the result of its line and given back.',
        ...{ status: 202, answer: batchAnswer, body: batchLine },
      }),
      config: { headers: idempotencyHeader, bodyType: linesType },
      bodyLimit: jsonLimit,
    },
    async (request, reply) => {
      const client = await authenticate(request, services)
      const answer = await acceptBatch(request, reply, client, services)
      runner.wake()
      return reply.header('location', `/api/v1/batches/${answer.id}`).send(answer)
    },
  )

  app.get<OfBatch>(
    '/batches/:id',
    describeOperation({
      ...{ name: 'getBatch', summary: 'How far a batch is.', tag },
      ...{ status: 200, answer: batchAnswer, params: batchId },
    }),
    async (request) => {
      const client = await authenticate(request, services)
      return toBatchAnswer(await requireOwn(client.id, request.params.id))
    },
  )

  app.get<OfBatch>(
    '/batches/:id/results',
    describeOperation({
      ...{ name: 'getBatchResults', summary: 'What became of the lines of a batch.', tag },
      description:
        'One JSON object on each line (NDJSON), in the order of the lines of the batch, of those that are done; all of them are when the batch does not run any more.',
      status: 200,
      answer: {
        description: 'A line for each check that is done.',
        content: { [linesType]: { schema: batchResult } },
      },
      ...{ params: batchId, querystring: resultQuery },
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const { after } = readFields(resultQuery, request.query)
      const { id } = await requireOwn(client.id, request.params.id)
      return reply.type(linesType).send(Readable.from(resultLines(id, after, services)))
    },
  )

  app.post<OfBatch>(
    '/batches/:id/cancel',
    {
      ...describeOperation({
        ...{ name: 'cancelBatch', summary: 'Have no more checks of a batch made.', tag },
        description:
          'Those that wait end unmeasured with the problem `check_cancelled` and are given back; those under way get their verdict. The same twice is done once, and a batch that is done stays as it is.',
        ...{ status: 200, answer: batchAnswer, params: batchId },
      }),
    },
    async (request) => {
      const client = await authenticate(request, services)
      const { id } = await requireOwn(client.id, request.params.id)
      await batches.cancel(client.id, id)
      runner.wake()
      return toBatchAnswer(await requireOwn(client.id, id))
    },
  )

  /** A batch of this client. @throws Problem */
  async function requireOwn(clientId: string, id: string): Promise<CheckBatch> {
    const batch = await batches.find(clientId, id)
    if (!batch) throw new Problem('batch_unknown')
    return batch
  }
}

/** Batches: many checks in one request, a line of JSON each, accepted together and measured as every accepted check. */
import { setImmediate } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../../access/clients.ts'
import { callOf, withPictures } from '../../checks/call.ts'
import { isoTime } from '../../iso-time.ts'
import { contentTypeOf, readText } from '../../receive/body.ts'
import { JsonError, parseJson } from '../../receive/json.ts'
import type { CheckBatch, EndedLine } from '../../records/check-batches.ts'
import type { Services } from '../dialect.ts'
import { type Asked, acceptAll, cancelledStatus, failedStatus, findDestination } from './accepted.ts'
import type { BatchAnswer } from './batch-schemas.ts'
import { checkOf, operations } from './checks.ts'
import { Problem } from './errors.ts'
import { onceOnly } from './repeats.ts'
import { parseCheckObject } from './request.ts'
import { checkTypes } from './schemas.ts'
import { waitingChecks } from './settings.ts'

export const linesType = 'application/x-ndjson'

/** A line of the request, as it was read. */
type AskedLine = Asked & { line: number }

/** @throws Problem, BodyTooLarge, and what `acceptAll` throws */
export async function acceptBatch(
  request: FastifyRequest,
  reply: FastifyReply,
  client: Client,
  services: Services,
): Promise<BatchAnswer> {
  const once = onceOnly(request, reply, client.id, services)
  if (contentTypeOf(request) !== linesType) throw new Problem('body_type_unsupported')
  await withPictures(services.admission, callOf(reply, client))
  const text = await readText(request)
  const asked = await readLines(text, client, request.id, services)
  const given = await once.begin([text])
  if (given) return given.body as BatchAnswer
  return once.run(() =>
    acceptAll(
      asked,
      async (transaction, reservations, createdAt) => {
        const lines = reservations.map(({ id }, index) => ({ checkId: id, line: asked[index]!.line }))
        const id = await services.batches.add(transaction, client.id, lines, createdAt)
        const counts = new Map([[null, lines.length]])
        const answer = toBatchAnswer({ id, total: lines.length, createdAt, cancelledAt: null, counts })
        await once.keep(transaction, { status: 202, body: answer }, id)
        reply.code(202)
        return answer
      },
      services,
    ),
  )
}

/** @throws Problem of the first line that is wrong */
async function readLines(
  text: string,
  client: Client,
  requestId: string,
  services: Services,
): Promise<AskedLine[]> {
  // No more of them than may be: megabytes of line feeds would be as many texts.
  const limit = waitingChecks.of(services.config)
  const all = text.trimEnd().split('\n', limit + 1)
  if (all.length > limit) throw new Problem('body_too_large')
  const lines = all.flatMap((json, index) => (json.trim() === '' ? [] : [{ json, line: index + 1 }]))
  if (lines.length === 0) {
    throw new Problem('fields_invalid', {
      errors: [{ field: 'lines', message: 'must have one line or more' }],
    })
  }
  const asked: AskedLine[] = []
  for (const { json, line } of lines) {
    // Others are served between two lines: one may hold megabytes.
    await setImmediate()
    try {
      asked.push({ line, ...(await readLine(json, client, requestId, services)) })
    } catch (error) {
      throw atLine(line, error)
    }
  }
  return asked
}

async function readLine(json: string, client: Client, requestId: string, services: Services): Promise<Asked> {
  const value = parseJson(json)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Problem('body_malformed')
  const { type, ...sent } = value as Record<string, unknown>
  const operation = operations.find((candidate) => candidate.type === type)
  if (!operation) {
    const message = `must be one of ${checkTypes.join(', ')}`
    throw new Problem('fields_invalid', { errors: [{ field: 'type', message }] })
  }
  const { pictures, fields } = parseCheckObject(sent, operation.pictures, operation.fields, operation.further)
  const destinationId = await findDestination(fields.callback_url, client, services)
  return { check: checkOf(client.id, operation.type, fields), pictures, fields, destinationId, requestId }
}

/** The problem of one line, whose fields name it. */
function atLine(line: number, error: unknown): unknown {
  if (error instanceof JsonError) return atLine(line, new Problem('body_malformed'))
  if (!(error instanceof Problem)) return error
  const whole = { field: `lines.${line}`, message: error.message }
  const errors = error.errors?.map(({ field, message }) => ({ field: `lines.${line}.${field}`, message }))
  return new Problem(error.code, { errors: errors ?? [whole] })
}

export function toBatchAnswer({ id, total, createdAt, cancelledAt, counts }: CheckBatch): BatchAnswer {
  const found = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const [pending, failed, cancelled] = [null, failedStatus, cancelledStatus].map(
    (status) => counts.get(status) ?? 0,
  ) as [number, number, number]
  return {
    id,
    status: pending > 0 ? 'running' : cancelledAt === null ? 'completed' : 'cancelled',
    ...{ total, pending, completed: found - pending - failed - cancelled, failed, cancelled },
    erased: total - found,
    created_at: isoTime(createdAt),
    cancelled_at: cancelledAt === null ? null : isoTime(cancelledAt),
  }
}

/** Lines of a batch that are done, as JSON with a line feed each, read as they are taken. */
export async function* resultLines(
  batchId: string,
  after: number,
  { batches }: Pick<Services, 'batches'>,
): AsyncGenerator<string, void> {
  const pageSize = 100
  for (let last = after; ; ) {
    const rows = await batches.ended(batchId, last, pageSize)
    yield rows.map(toLine).join('')
    if (rows.length < pageSize) return
    last = rows.at(-1)!.line
  }
}

/** The result is JSON already, with every digit. */
function toLine({ line, checkId, status, result }: EndedLine): string {
  const isProblem = status === failedStatus || status === cancelledStatus
  const [check, problem] = isProblem ? ['null', result] : [result, 'null']
  return `{"line":${line},"id":"${checkId}","check":${check},"problem":${problem}}\n`
}

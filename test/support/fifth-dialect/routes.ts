/** A vendor of two calls, which the suites of the real ones are run over. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Client } from '../../../src/access/clients.ts'
import { documentRoutes, type MultipartField } from '../../../src/api-docs/index.ts'
import { callOf, withPictures } from '../../../src/checks/call.ts'
import { type CheckEngine, performCheck } from '../../../src/checks/perform.ts'
import { ownRow } from '../../../src/checks/row.ts'
import { judgePassive } from '../../../src/decisions/passive.ts'
import { curlWords } from '../../../src/dialects/common/curl.ts'
import type { Dialect, Services } from '../../../src/dialects/dialect.ts'
import { acceptEveryContentType } from '../../../src/receive/content-type.ts'
import { readMultipart } from '../../../src/receive/multipart.ts'
import { authenticate, issueCredential } from './auth.ts'
import { wholeScores } from './client-switches.ts'
import { FifthError, sendError, toFifthError } from './errors.ts'
import { playground } from './playground.ts'
import { greeting } from './settings.ts'

interface Judged {
  verdict: boolean
  score: number
}

interface Operation {
  name: 'live' | 'same'
  summary: string
  /** Fields that hold pictures. */
  files: readonly string[]
  judge(pictures: readonly Buffer[], engine: CheckEngine, config: Services['config']): Promise<Judged>
}

const operations: readonly Operation[] = [
  {
    name: 'live',
    summary: 'Is this a live person?',
    files: ['picture'],
    async judge([picture], engine, config) {
      const want = { liveness: true, traits: false, template: false }
      const report = await engine.analyse(picture!, { want })
      const verdict = judgePassive(report, { threshold: config.liveness.threshold })
      return { verdict: verdict.outcome === 'live', score: 'score' in verdict ? verdict.score : 0 }
    },
  },
  {
    name: 'same',
    summary: 'Is this one person?',
    files: ['first', 'second'],
    async judge([first, second], engine, config) {
      const want = { liveness: false, traits: false, template: true }
      const { similarity } = await engine.compare(first!, second!, { want })
      return { verdict: (similarity ?? 0) >= config.match.threshold, score: similarity ?? 0 }
    },
  },
]

export const fifth: Dialect<'fifth'> = {
  name: 'fifth',
  title: 'Fifth',
  issueCredential,
  settings: [greeting],
  clientSwitches: [wholeScores],
  playground,
  exampleCurl: (baseUrl, headers, picture) =>
    curlWords(`${baseUrl}/fifth/live`, headers, `-F id=first -F picture=@${picture}`).join(' '),
  async register(app, services) {
    const description = { title: 'Fifth', description: 'Two calls.', headers: { 'x-fifth-key': 'Key.' } }
    await documentRoutes(app, '/openapi/fifth.json', description, services.config)
    await app.register((scope) => registerOperations(scope, services), { prefix: '/fifth' })
  },
}

async function registerOperations(app: FastifyInstance, services: Services): Promise<void> {
  acceptEveryContentType(app)
  app.setNotFoundHandler((_request, reply) => sendError(reply, new FifthError('path')))
  app.setErrorHandler((error: Error, request, reply) => sendError(reply, toFifthError(error, request.log)))
  for (const operation of operations) {
    app.post(`/${operation.name}`, describe(operation), (request, reply) =>
      handle(request, reply, operation, services),
    )
  }
}

function describe({ name, summary, files }: Operation) {
  const file: MultipartField = { kind: 'file', required: true, description: 'A picture.' }
  const id: MultipartField = { kind: 'text', required: true, description: 'Your id of the request.' }
  const answer = z.object({
    [name]: z.boolean().describe('The verdict.'),
    score: z.number().describe('0 to 1, or to 100 in whole percents.'),
  })
  const problem = z.object({ problem: z.string().describe('What is wrong.') }).describe('It failed.')
  return {
    config: { multipart: { id, ...Object.fromEntries(files.map((field) => [field, file])) } },
    schema: {
      operationId: name,
      summary,
      response: { 200: answer.describe('Judged.'), '4xx': problem, '5xx': problem },
    },
  }
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Operation,
  services: Services,
): Promise<Record<string, unknown>> {
  const client = await authenticate(request, services)
  reply.header('x-fifth-greeting', greeting.of(services.config))
  const { name } = operation
  type Asked = Awaited<ReturnType<typeof readForm>>
  return performCheck(
    {
      admit: withPictures,
      read: () => readForm(request, operation),
      record: ownRow<Asked, Record<string, unknown>>(services.checks, ({ id }) => ({
        clientId: client.id,
        dialect: 'fifth',
        operation: name,
        externalId: id,
      })),
      measure: ({ pictures }, engine) => operation.judge(pictures, engine, services.config),
      async keep({ findings: { verdict, score } }) {
        const result = { [name]: verdict, score: scoreFor(client, score) }
        return { status: String(verdict), result, passed: verdict }
      },
    },
    callOf(reply, client),
    services,
  )
}

async function readForm(request: FastifyRequest, { files }: Operation) {
  const form = await readMultipart(request, { fileSize: 5 * 1024 * 1024, files: 2 })
  const id = form.fields.get('id')
  const uploads = files.map((name) => form.files.get(name))
  if (!id || id.length > 50 || uploads.some((file) => !file || file.bytes.length === 0))
    throw new FifthError('form')
  if (uploads.some((file) => file?.truncated)) throw new FifthError('size')
  return { id, pictures: uploads.map((file) => file!.bytes) }
}

function scoreFor(client: Client, score: number): number {
  return wholeScores.isOn(client) ? Math.round(score * 100) : Math.round(score * 1e4) / 1e4
}

/** IndiConnect: one GraphQL mutation, verify, at /idverifygr/verification. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { documentRoutes } from '../../api-docs/index.ts'
import { callOf } from '../../checks/call.ts'
import { refusalOf } from '../../checks/refusals.ts'
import { BodyTooLarge, readText } from '../../receive/body.ts'
import { acceptEveryContentType } from '../../receive/content-type.ts'
import { curlWords } from '../common/curl.ts'
import type { Dialect, Services } from '../dialect.ts'
import { authenticate, issueCredential } from './auth.ts'
import { IndiconnectError, sendDocumentErrors, sendError, toIndiconnectError } from './errors.ts'
import { createRequestReader, DocumentError, runRequest } from './execute.ts'
import { apiDescription, operation, sampleBody } from './openapi.ts'
import { playground } from './playground.ts'
import { acceptsProvidercode } from './settings.ts'
import { verify } from './verify.ts'

const prefix = '/idverifygr'
const path = '/verification'

export const indiconnect: Dialect<'indiconnect'> = {
  name: 'indiconnect',
  title: 'IndiConnect',
  issueCredential,
  playground,
  settings: [acceptsProvidercode],
  exampleCurl: (baseUrl, headers) =>
    curlWords(
      `${baseUrl}${prefix}${path}`,
      headers,
      `-H 'Content-Type: application/json' --data-raw '${sampleBody(`${baseUrl}/example/selfie.jpg`)}'`,
    ).join(' '),
  async register(app, services) {
    await documentRoutes(app, '/openapi/indiconnect.json', apiDescription, services.config)
    await app.register((scope) => registerGateway(scope, services), { prefix })
  },
}

async function registerGateway(app: FastifyInstance, services: Services): Promise<void> {
  const introspection = !services.config.production
  const readRequest = createRequestReader(introspection)
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, !introspection))
  app.setNotFoundHandler((_request, reply) => sendError(reply, new IndiconnectError('notFound')))
  acceptEveryContentType(app)
  // The document describes the body; what checks it is GraphQL.
  app.setValidatorCompiler(() => () => true)
  app.post(path, { schema: operation }, async (request, reply) => {
    const client = await authenticate(request, services)
    // As text, whatever its content type.
    const graphql = readRequest(await readText(request))
    const caller = { client, call: callOf(reply, client), log: request.log }
    const answer = await runRequest(graphql, (input) => verify(input, caller, services))
    return reply.type('application/json; charset=utf-8').send(answer)
  })
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: path,
    schema: { hide: true },
    handler: async () => {
      throw new IndiconnectError('method')
    },
  })
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, hideSuggestions: boolean) {
  if (error instanceof IndiconnectError) return sendError(reply, error)
  if (error instanceof DocumentError) return sendDocumentErrors(reply, error.errors, hideSuggestions)
  if (error instanceof BodyTooLarge) return sendError(reply, new IndiconnectError('tooLarge'))
  return sendError(reply, toIndiconnectError(refusalOf(error, request.log)))
}

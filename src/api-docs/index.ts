/** One OpenAPI document per dialect, made from its schemas, and one page at /docs to read them. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import {
  createJsonSchemaTransform,
  createSerializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import type { Config } from '../config/index.ts'
import { createExactWriter } from '../exact-json.ts'
import { baseUrlOf } from '../receive/base-url.ts'
import { version } from '../version.ts'
import { describeAnswers, nameSchemas, titlesForIds } from './document.ts'

/** A multipart field as a reader of the document should see it. */
export interface MultipartField {
  kind: 'file' | 'text' | 'number' | 'boolean'
  description: string
  example?: string | number | boolean
  required?: boolean
}

/** A header as a reader of the document should see it. */
export interface HeaderField {
  description: string
  example?: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Described in the OpenAPI document; read by receive/multipart.ts, since zod has no word for a file. */
    multipart?: Record<string, MultipartField>
    /** Content type of a body that is a text of many JSON values, each of the schema of the body. */
    bodyType?: string
    /** Headers beside those that authenticate, by name; described in the OpenAPI document. */
    headers?: Record<string, HeaderField>
  }
}

export interface ApiDescription {
  title: string
  description: string
  /** OpenAPI security schemes: which headers authenticate a call. */
  headers: Record<string, string>
  /** Says what the key is, where it is sent as `Authorization: Bearer`. */
  bearer?: string
}

/** Writes answers as their schemas say, and whole numbers beyond 2^53 with every digit. */
function exactSerializerCompiler() {
  const { replacer, restore } = createExactWriter()
  const compile = createSerializerCompiler({ replacer })
  return (...route: Parameters<typeof compile>) => {
    const serialize = compile(...route)
    return (data: unknown) => restore(serialize(data))
  }
}

/**
 * Documents every route that `app` gets after this call, and serves the document at `path`.
 * @param config `docs`: whether it is served
 */
export async function documentRoutes(
  app: FastifyInstance,
  path: string,
  api: ApiDescription,
  config: Config,
): Promise<void> {
  const schemes = securitySchemes(api)
  const transform = createJsonSchemaTransform({ schemaRegistry: titlesForIds() })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(exactSerializerCompiler())
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: api.title, description: api.description, version },
      components: {
        securitySchemes: schemes,
      },
      security: [Object.fromEntries(Object.keys(schemes).map((name) => [name, []]))],
    },
    transform: (input) => {
      const result = transform(input)
      const { multipart, bodyType, headers } = input.route.config ?? {}
      const schema = {
        ...result.schema,
        ...(multipart ? multipartSchema(multipart, result.schema.body) : {}),
        ...(bodyType ? textSchema(bodyType, result.schema.body) : {}),
        ...(headers ? { headers: headersSchema(headers) } : {}),
      }
      return { ...result, schema }
    },
  })
  if (!config.pages.docs) return
  app.get(path, { schema: { hide: true }, logLevel: 'warn' }, async (request) => ({
    ...describeAnswers(nameSchemas(structuredClone(app.swagger()) as never)),
    servers: [{ url: baseUrlOf(request, config), description: 'This server' }],
  }))
}

/** The page at /docs: a reader with one entry per document. */
export async function serveDocsPage(
  app: FastifyInstance,
  documents: { name: string; url: string }[],
): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(swagger, { openapi: { info: { title: 'Liveface', version } } })
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      // The server itself speaks plain HTTP: upgraded, the page's own files would not load.
      transformStaticCSP: (header) => header.replace('upgrade-insecure-requests;', ''),
      theme: { title: 'Liveface API' },
      uiConfig: { urls: documents, deepLinking: true } as Record<string, unknown>,
    })
  })
}

function headersSchema(fields: Record<string, HeaderField>) {
  const entries = Object.entries(fields).map(([name, field]) => [name, { type: 'string', ...field }])
  return { type: 'object', properties: Object.fromEntries(entries) }
}

type SecurityScheme =
  | { type: 'apiKey'; in: 'header'; name: string; description: string }
  | { type: 'http'; scheme: 'bearer'; description: string }

function securitySchemes({ headers, bearer }: ApiDescription) {
  const schemes: Record<string, SecurityScheme> = {}
  for (const [name, description] of Object.entries(headers)) {
    schemes[name] = { type: 'apiKey', in: 'header', name, description }
  }
  if (bearer) schemes.bearer = { type: 'http', scheme: 'bearer', description: bearer }
  return schemes
}

/** @param value the shape of each value in the text */
function textSchema(type: string, value: unknown) {
  const schema = { type: 'string', contentMediaType: type, contentSchema: value }
  return { body: { content: { [type]: { schema } } } }
}

/** @param json the shape of the same body as JSON, where the route takes that too */
function multipartSchema(fields: Record<string, MultipartField>, json: unknown) {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, { kind, required: _required, ...words }]) => [
      name,
      kind === 'file'
        ? { type: 'string', format: 'binary', ...words }
        : { type: kind === 'text' ? 'string' : kind, ...words },
    ]),
  )
  const required = Object.keys(fields).filter((name) => fields[name]?.required)
  const form = { type: 'object', required, properties }
  if (!json) return { consumes: ['multipart/form-data'], body: form }
  const content = { 'multipart/form-data': { schema: form }, 'application/json': { schema: json } }
  return { body: { content } }
}

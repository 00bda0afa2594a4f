/** One OpenAPI document per dialect, made from its schemas, and one page at /docs to read them. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import {
  createJsonSchemaTransform,
  createSerializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import { createExactWriter } from './exact-json.ts'

/** A multipart field as a reader of the document should see it. */
export interface MultipartField {
  kind: 'file' | 'text' | 'number' | 'boolean'
  description: string
  required?: boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Described in the OpenAPI document; read by receive/multipart.ts, since zod has no word for a file. */
    multipart?: Record<string, MultipartField>
  }
}

export interface ApiDescription {
  title: string
  description: string
  /** OpenAPI security schemes: which headers authenticate a call. */
  headers: Record<string, string>
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

/** Documents every route that `app` gets after this call, and serves the document at `path`. */
export async function documentRoutes(app: FastifyInstance, path: string, api: ApiDescription): Promise<void> {
  // With a registry of its own every schema is written where it is used. By default zod's global one is
  // asked, whose names two dialects share, and the references to them lead nowhere.
  const transform = createJsonSchemaTransform({ schemaRegistry: z.registry<{ id?: string }>() })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(exactSerializerCompiler())
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: api.title, description: api.description, version: '1.0.0' },
      components: {
        securitySchemes: Object.fromEntries(
          Object.entries(api.headers).map(([name, description]) => [
            name,
            { type: 'apiKey', in: 'header', name, description } as const,
          ]),
        ),
      },
      security: [Object.fromEntries(Object.keys(api.headers).map((name) => [name, []]))],
    },
    transform: (input) => {
      const result = transform(input)
      const multipart = input.route.config?.multipart
      return multipart ? { ...result, schema: { ...result.schema, ...multipartSchema(multipart) } } : result
    },
  })
  app.get(path, { schema: { hide: true }, logLevel: 'warn' }, async () => app.swagger())
}

/** The page at /docs: a reader with one entry per document. */
export async function serveDocsPage(
  app: FastifyInstance,
  documents: { name: string; url: string }[],
): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(swagger, { openapi: { info: { title: 'Liveface', version: '1.0.0' } } })
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

function multipartSchema(fields: Record<string, MultipartField>) {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, { kind, description }]) => [
      name,
      kind === 'file'
        ? { type: 'string', format: 'binary', description }
        : { type: kind === 'text' ? 'string' : kind, description },
    ]),
  )
  const required = Object.keys(fields).filter((name) => fields[name]?.required)
  return { consumes: ['multipart/form-data'], body: { type: 'object', required, properties } }
}

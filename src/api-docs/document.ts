/** Makes an OpenAPI document of what the routes' schemas give: schemas with names, answers with words. */
import { z } from 'zod'

type Json = { [key: string]: unknown }

/**
 * Metadata of the schemas for one document. Their ids become titles: as ids, two dialects' would be one, and a clone
 * with another description would lose it.
 */
export function titlesForIds(): z.core.$ZodRegistry<Json> {
  const registry = z.registry<Json>() as z.core.$ZodRegistry<Json>
  const global = z.globalRegistry._map
  const read = (schema: z.core.$ZodType): Json | undefined => {
    const { id, ...meta } = (global.get(schema) ?? {}) as Json
    return global.has(schema) ? { ...meta, ...(id ? { title: id } : {}) } : undefined
  }
  registry._map = { get: read, has: (schema: z.core.$ZodType) => global.has(schema) } as never
  return registry
}

/** What may stand beside a reference, and differs from one use of a schema to the next. */
const beside = ['description', 'examples', 'example', 'default']

/** Writes every titled schema once, under its title, and refers to it wherever it is used. */
export function nameSchemas(document: Json): Json {
  const named = new Map<string, { text: string; schema: unknown }>()

  function visit(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(visit)
    if (!isObject(value)) return value
    const entries = Object.entries(value).map(([key, child]) => [key, opaque.has(key) ? child : visit(child)])
    const visited = Object.fromEntries(entries) as Json
    const { title, ...schema } = visited
    if (typeof title !== 'string' || !('type' in schema || 'anyOf' in schema)) return visited
    const [own, rest] = split(schema)
    return { $ref: `#/components/schemas/${nameFor(title, rest, schema)}`, ...own }
  }

  /** A name of its own for each shape, should two share a title. */
  function nameFor(title: string, shape: Json, schema: Json): string {
    const text = JSON.stringify(shape)
    for (let number = 1; ; number++) {
      const name = number === 1 ? title : `${title}${number}`
      const known = named.get(name)
      if (!known) named.set(name, { text, schema })
      if (!known || known.text === text) return name
    }
  }

  const paths = visit(document.paths)
  const schemas = Object.fromEntries([...named].map(([name, { schema }]) => [name, schema]))
  const components = { ...(document.components as Json), schemas }
  return { ...document, components, paths }
}

/** Values inside these are no schemas. */
const opaque = new Set(['example', 'examples', 'enum', 'const', 'default'])

function split(schema: Json): [own: Json, rest: Json] {
  const entries = Object.entries(schema)
  const isOwn = ([key]: [string, unknown]) => beside.includes(key)
  return [
    Object.fromEntries(entries.filter(isOwn)),
    Object.fromEntries(entries.filter((entry) => !isOwn(entry))),
  ]
}

/** Gives every answer that has no words of its own those of its schema, or of its operation. */
export function describeAnswers(document: Json): Json {
  for (const methods of Object.values(document.paths as Record<string, Json>)) {
    for (const operation of Object.values(methods) as Json[]) {
      for (const answer of Object.values((operation.responses ?? {}) as Record<string, Json>)) {
        if (answer.description === 'Default Response')
          answer.description = `The answer to: ${operation.summary}`
      }
    }
  }
  return document
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../test/support/server.ts'
import { stubEngine } from '../test/support/stub-engine.ts'
import { dialects } from './dialects/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine() })
})
afterAll(() => server.stop())

/** Everything inside a JSON value that has the key `$ref`. */
function references(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const { $ref } = value as { $ref?: unknown }
  return [...(typeof $ref === 'string' ? [$ref] : []), ...Object.values(value).flatMap(references)]
}

/** What a reference within the document points to. */
function follow(document: unknown, reference: string): unknown {
  const steps = reference.replace('#/', '').split('/')
  return steps.reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], document)
}

describe.each(dialects.map(({ name }) => name))('the OpenAPI document of %s', (name) => {
  it('describes operations, and every reference in it leads somewhere', async () => {
    const response = await fetch(`${server.url}/openapi/${name}.json`)
    const document = (await response.json()) as { openapi: string; paths: Record<string, object> }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths).length).toBeGreaterThan(0)
    const lost = references(document).filter((reference) => follow(document, reference) === undefined)
    expect(lost).toEqual([])
  })
})

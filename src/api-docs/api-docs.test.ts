/** Documents and pages are real. A stub engine hides nets: no picture is measured here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../test/support/server.ts'
import { stubEngine } from '../../test/support/stub-engine.ts'
import { dialects } from '../dialects/index.ts'

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

/** Names of the properties inside a JSON value that have no description. */
function undescribed(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const { properties = {} } = value as { properties?: Record<string, object> }
  const own = Object.keys(properties).filter((name) => !('description' in (properties[name] ?? {})))
  const inner = Object.entries(value).filter(([key]) => !['example', 'examples'].includes(key))
  return [...own, ...inner.flatMap(([, child]) => undescribed(child))]
}

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
const read = async (name: string): Promise<any> => (await fetch(`${server.url}/openapi/${name}.json`)).json()

it.each(dialects.map(({ name }) => name))(
  '%s names its server, and leaves no answer without words',
  async (name) => {
    const document = await read(name)
    expect(document.servers).toEqual([{ url: server.url, description: 'This server' }])
    expect(JSON.stringify(document)).not.toContain('Default Response')
  },
)

it.each([
  ['cashfree', ['FaceLivenessAnswer', 'FaceMatchAnswer', 'LivelinessAnswer', 'Error', 'Judgement']],
  ['didit', []],
  ['verifyhq', ['LivenessSession', 'LivenessCheck', 'Identity', 'CaptureLink', 'Error']],
  [
    'indiconnect',
    ['GraphqlRequest', 'LivenessDetectionResult', 'FaceMatchResult', 'VerifyError', 'GraphqlErrors'],
  ],
])('%s describes every field, and names its schemas', async (name, names) => {
  const document = await read(name)
  expect(undescribed(document)).toEqual([])
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining(names))
})

it.each([
  ['cashfree', '/verification/face-liveness', '401', { code: 'authentication_failed' }],
  ['cashfree', '/verification/face-liveness', '422', { code: 'insufficient_balance' }],
  ['cashfree', '/verification/face-liveness', '500', { code: 'request_failed' }],
  ['cashfree', '/verification/face-match', '500', { code: 'verification_failed' }],
  ['indiconnect', '/idverifygr/verification', '401', { message: 'Authentication failed' }],
  ['indiconnect', '/idverifygr/verification', '503', { code: 503 }],
])('%s %s shows the error of %s that it answers', async (name, path, status, error) => {
  const answer = (await read(name)).paths[path].post.responses[status]
  expect(answer.content['application/json'].example).toMatchObject(error)
})

/** Everything that ends a request before, or instead of, a mutation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gateway, pictureOf, startGateway, vendorQuery } from '../../../test/support/indiconnect.ts'
import { stubEngine } from '../../../test/support/stub-engine.ts'
import { EngineError } from '../../engine/errors.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

const unauthorized = {
  status: 'ERROR',
  code: 401,
  message: 'Authentication failed',
  errors: [{ message: 'Unauthorized Access', extensions: { code: 'UNAUTHENTICATED' } }],
  data: null,
}
const badRequest = (message: string, top = message) => ({
  status: 'ERROR',
  code: 400,
  message: top,
  errors: [{ message, extensions: { code: 'BAD_REQUEST' } }],
})
const query = '{ _empty }'

/** The client's headers with some replaced, or left out where null. */
function headersWith(changes: Record<string, string | null>): Record<string, string> {
  const all = { ...gateway.headers, ...changes }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Record<
    string,
    string
  >
}

describe('credentials', () => {
  it('have the look of the vendor, and work', async () => {
    expect(gateway.headers).toEqual({
      Authorization: expect.stringMatching(/^x-api-access indc_test_[0-9a-f]{16}:ac_test_[0-9a-f]{16}$/),
      'service-key': expect.stringMatching(/^sk_test_[0-9a-f]{16}$/),
      myAppId: 'verification_v4_app',
    })
    expect(await gateway.post({ query })).toMatchObject({ status: 200, json: { data: { _empty: null } } })
  })

  it.each([
    ['no Authorization', { Authorization: null }],
    ['an empty Authorization', { Authorization: '' }],
    ['another scheme', { Authorization: 'Bearer x' }],
    ['no secret', { Authorization: 'x-api-access indc_test_a41eaf2a175f3b13' }],
    [
      "the documentation's keys",
      {
        Authorization: 'x-api-access indc_test_a41eaf2a175f3b13:ac_test_bf7117f6da6c6285',
        'service-key': 'sk_test_a9944179bc598f06',
      },
    ],
    ['no service-key', { 'service-key': null }],
    ['a wrong service-key', { 'service-key': 'sk_test_0000000000000000' }],
    ['no myAppId', { myAppId: null }],
    ['an empty providercode', { myAppId: null, providercode: '' }],
  ])('%s is 401', async (_name, changes) => {
    const { status, json } = await gateway.post({ query }, headersWith(changes))
    expect({ status, json }).toEqual({ status: 401, json: unauthorized })
  })

  it('a wrong access key is 401, and any other myAppId is fine', async () => {
    const Authorization = gateway.headers.Authorization!.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    expect((await gateway.post({ query }, headersWith({ Authorization }))).status).toBe(401)
    expect((await gateway.post({ query }, headersWith({ myAppId: 'verification_v1' }))).status).toBe(200)
  })

  it('providercode alone stands in for myAppId, as production integrations send it', async () => {
    const changes = { myAppId: null, providercode: 'P1' }
    expect((await gateway.post({ query }, headersWith(changes))).status).toBe(200)
  })

  it('of the other environment are 401, and providercode too where it is switched off', async () => {
    const production = await startGateway({
      settings: { LIVEFACE_ENVIRONMENT: 'production', LIVEFACE_PROVIDERCODE: 'false' },
    })
    try {
      expect((await production.post({ query })).status).toBe(401)
      const { headers } = await production.client('indiconnect', { environment: 'production' })
      expect(headers.Authorization).toMatch(/^x-api-access indc_live_[0-9a-f]{16}:ac_live_[0-9a-f]{16}$/)
      expect((await production.post({ query }, headers)).status).toBe(200)
      const { myAppId: _left, ...others } = headers
      expect((await production.post({ query }, { ...others, providercode: 'P1' })).status).toBe(401)
      expect((await production.post({ query }, others)).status).toBe(401)
    } finally {
      await production.stop()
    }
  })

  it('of another address, over the limit or out of credit are 403, 429 and 402', async () => {
    const elsewhere = await gateway.client('indiconnect', { settings: { ipAllowList: ['203.0.113.9'] } })
    expect(await gateway.post({ query }, elsewhere.headers)).toMatchObject({
      status: 403,
      json: { errors: [{ message: 'Forbidden', extensions: { code: 'FORBIDDEN' } }], data: null },
    })
    const once = await gateway.client('indiconnect', { settings: { ratePerMinute: 1 } })
    expect((await gateway.post({ query }, once.headers)).status).toBe(200)
    const limited = await gateway.post({ query }, once.headers)
    expect(limited).toMatchObject({ status: 429, json: { data: null } })
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
    const poor = await gateway.client('indiconnect', { balance: 1 })
    const body = { query: vendorQuery.replace('URL', gateway.pictures.url + pictureOf({})) }
    expect((await gateway.post(body, poor.headers)).status).toBe(200)
    expect(await gateway.post(body, poor.headers)).toMatchObject({
      status: 402,
      json: {
        status: 'ERROR',
        code: 402,
        message: 'Insufficient Wallet Balance',
        errors: [{ message: 'Insufficient Credits' }],
        data: null,
      },
    })
  })
})

describe('the body', () => {
  it.each([
    ['no JSON', 'not json', 'Must provide query string.', 'The body is not valid JSON.'],
    [
      'JSON with a line break inside its query',
      '{"query": "mutation {\n}"}',
      'Must provide query string.',
      'The body is not valid JSON.',
    ],
    ['empty', '', 'Must provide query string.', 'The body is not valid JSON.'],
    ['JSON that is no object', '"text"', 'Must provide query string.'],
    ['null', 'null', 'Must provide query string.'],
    ['without a query', {}, 'Must provide query string.'],
    ['with an empty query', { query: '' }, 'Must provide query string.'],
    ['with a query that is no text', { query: 1 }, 'Must provide query string.'],
    ['a persisted query', { extensions: { persistedQuery: { version: 1 } } }, 'Must provide query string.'],
    ['a batch', [{ query }, { query }], 'Batching is not supported.'],
    ['a batch of one', [{ query }], 'Batching is not supported.'],
    [
      'with variables in a list',
      { query, variables: [] },
      'variables must be an object and operationName a string.',
    ],
    [
      'with variables as text',
      { query, variables: '{}' },
      'variables must be an object and operationName a string.',
    ],
  ] as [string, unknown, string, string?][])('%s is 400', async (_name, body, message, top) => {
    const { status, json } = await gateway.post(body)
    expect({ status, json }).toEqual({ status: 400, json: badRequest(message, top) })
  })

  it('too large is 413, and another content type does not matter', async () => {
    expect((await gateway.post({ query, variables: { x: 'a'.repeat(70_000) } })).status).toBe(413)
    expect((await gateway.post({ query }, { ...gateway.headers, 'content-type': 'text/plain' })).status).toBe(
      200,
    )
  })

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'])('with %s is 405', async (method) => {
    const response = await fetch(`${gateway.url}/idverifygr/verification`, {
      method,
      headers: gateway.headers,
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })
})

it('another path is 404 in the same shape', async () => {
  const response = await fetch(`${gateway.url}/idverifygr/verify`, {
    method: 'POST',
    headers: gateway.headers,
  })
  expect({ status: response.status, json: await response.json() }).toEqual({
    status: 404,
    json: {
      status: 'ERROR',
      code: 404,
      message: 'Not Found',
      errors: [{ message: 'Not Found', extensions: { code: 'NOT_FOUND' } }],
    },
  })
})

describe('the document', () => {
  it.each([
    ['does not parse', 'mutation {', 'Syntax Error'],
    ['asks for an unknown field', '{ nothing }', 'Cannot query field "nothing"'],
    [
      'asks for an unknown field of the answer',
      'mutation { verify(input: { documentType: "x" }) { okay } }',
      'okay',
    ],
    ['has no documentType', 'mutation { verify(input: {}) { ok } }', 'documentType'],
    [
      'spreads an unknown type',
      'mutation { verify(input: { documentType: "face match" }) { result { ... on Nothing { a } } } }',
      'Nothing',
    ],
    ['does not use its fragment', '{ _empty } fragment f on Query { _empty }', 'never used'],
    ['has a fragment inside itself', '{ ...f } fragment f on Query { ...f }', 'itself'],
    ['is too long', `{ ${'_empty '.repeat(1000)} }`, 'token'],
    ['is too deep', `{ ${'a { '.repeat(10)} a ${'}'.repeat(10)} }`, 'levels'],
    [
      'verifies twice',
      'mutation { a: verify(input: { documentType: "x" }) { ok } b: verify(input: { documentType: "x" }) { ok } }',
      'more than one verify',
    ],
  ])('%s: 400', async (_name, text, message) => {
    const { status, json } = await gateway.post({ query: text })
    expect(status).toBe(400)
    expect(json.data).toBeUndefined()
    expect(json.errors![0]).toMatchObject({
      message: expect.stringContaining(message),
      locations: expect.any(Array),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
  })

  it.each([
    ['an unknown operation', { query: 'query A { _empty }', operationName: 'B' }],
    ['no name for one of two operations', { query: 'query A { _empty } query B { _empty }' }],
    [
      'a variable that is missing',
      { query: 'mutation M($input: VerifyInput!) { verify(input: $input) { ok } }' },
    ],
    [
      'a variable with an unknown field',
      {
        query: 'mutation M($input: VerifyInput!) { verify(input: $input) { ok } }',
        variables: { input: { documentType: 'face match', nothing: 1 } },
      },
    ],
  ])('%s: 400', async (_name, body) => {
    const { status, json } = await gateway.post(body)
    expect({ status, code: json.errors![0]!.extensions.code }).toEqual({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
    })
  })

  it('may ask for the schema in development and not in production, which gives no hints either', async () => {
    const introspection = '{ __schema { types { name } } }'
    expect((await gateway.post({ query: introspection })).status).toBe(200)
    const misspelt = 'mutation { verify(input: { documentTyp: "x" }) { ok } }'
    expect((await gateway.post({ query: misspelt })).text).toContain('Did you mean')
    const production = await startGateway({ settings: { LIVEFACE_PRODUCTION: 'true' } })
    try {
      expect((await production.post({ query: introspection })).status).toBe(400)
      expect((await production.post({ query: '{ __typename }' })).json).toEqual({
        data: { __typename: 'Query' },
      })
      const refused = await production.post({ query: misspelt })
      expect(refused.status).toBe(400)
      expect(refused.text).not.toContain('Did you mean')
    } finally {
      await production.stop()
    }
  })
})

describe('the engine', () => {
  it.each([
    ['busy', new EngineError('engine_busy'), 503],
    ['closing', new EngineError('engine_closed'), 503],
  ])('%s is an HTTP error with Retry-After, and costs nothing', async (_name, error, status) => {
    const failing = await startGateway({
      engine: stubEngine({
        analyse: () => {
          throw error
        },
      }),
    })
    try {
      await failing.services.clients.setBalance(failing.clientId, 5)
      const answer = await failing.liveness(pictureOf({}))
      expect(answer).toMatchObject({
        status,
        json: {
          errors: [{ message: 'Source Unavailable', extensions: { code: 'SERVICE_UNAVAILABLE' } }],
          data: null,
        },
      })
      expect(answer.headers.get('retry-after')).toBe('1')
      const row = await failing.database
        .selectFrom('clients')
        .select('balance')
        .where('id', '=', failing.clientId)
        .executeTakeFirst()
      expect(row?.balance).toBe(5)
    } finally {
      await failing.stop()
    }
  })
})

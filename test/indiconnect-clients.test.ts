/** The gateway as its callers see it: curl with the vendor's own command, and graphql-request. Real engine, real sockets. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ClientError, GraphQLClient, gql } from 'graphql-request'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { startWebServer, type WebServer } from './support/web-server.ts'

const run = promisify(execFile)
const path = '/idverifygr/verification'

let server: TestServer
let pictures: WebServer
let headers: Record<string, string>

beforeAll(async () => {
  const blank = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#777' } })
    .png()
    .toBuffer()
  const files: Record<string, Buffer> = {
    '/a.jpg': await portrait('personA'),
    '/c.jpg': await portrait('personC'),
    '/group.jpg': samplePhotograph(6),
    '/blank.png': blank,
    '/blurred.jpg': await sharp(await portrait('personC'))
      .blur(14)
      .jpeg()
      .toBuffer(),
    '/dark.jpg': await sharp(await portrait('personC'))
      .linear(0.08, 0)
      .jpeg()
      .toBuffer(),
    '/small.jpg': await sharp(blank)
      .composite([
        {
          input: await sharp(await portrait('personC'))
            .resize(64)
            .toBuffer(),
        },
      ])
      .jpeg()
      .toBuffer(),
    '/half.jpg': await sharp(await portrait('personC'))
      .extract({ left: 0, top: 0, width: 215, height: 480 })
      .jpeg()
      .toBuffer(),
    '/cut.jpg': (await portrait('personA')).subarray(0, 3000),
    '/page.jpg': Buffer.from('<html>a page that calls itself a picture</html>'),
  }
  pictures = await startWebServer((request, response) => {
    const file = files[request.url ?? '']
    if (file) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file)
    else response.writeHead(404).end()
  })
  server = await startTestServer({
    settings: {
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(pictures.port),
      LIVEFACE_FETCH_TIMEOUT_MS: '20000',
    },
  })
  headers = (await server.client('indiconnect')).headers
})
afterAll(async () => {
  await server.stop()
  await pictures.close()
})

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const unjudged = (code: number) => ({
  __typename: 'LivenessDetectionResult',
  status_code: code,
  request_id: expect.stringMatching(uuid),
  case_id: expect.stringMatching(/^LIVENESS-\d{13}$/),
  is_live: null,
  liveness_score: null,
  review_needed: null,
  multiple_faces_detected: null,
})
const answered = (result: object) => ({
  data: { verify: { ok: true, message: 'Verification completed successfully', result, error: null } },
})

describe("curl with the vendor's command", () => {
  /** The published command: only host, keys and picture are replaced. */
  async function curl(picture: string, keys = headers) {
    const published = readFileSync(join(import.meta.dirname, 'fixtures', 'indiconnect-liveness.sh'), 'utf8')
    expect(published).toContain('\\r\\n      url:')
    const command = published
      .trimEnd()
      .replace('https://api.staging.indiconnect.in', server.url)
      .replace('sk_test_a9944179bc598f06', keys['service-key']!)
      .replace('x-api-access indc_test_a41eaf2a175f3b13:ac_test_bf7117f6da6c6285', keys.Authorization!)
      .replace('https://pg-all-js-assets.s3.ap-south-2.amazonaws.com/For_06.jpg', pictures.url + picture)
    const { stdout } = await run('bash', [
      '-c',
      `${command} --silent --write-out '\\n%{http_code} %{content_type}'`,
    ])
    const [body = '', status = ''] = stdout.split(/\n(?=\d{3} )/)
    return { status, json: JSON.parse(body) }
  }

  it('judges a face', async () => {
    const { status, json } = await curl('/a.jpg')
    expect(status).toBe('200 application/json; charset=utf-8')
    expect(json).toEqual(
      answered({
        ...unjudged(101),
        is_live: expect.any(Boolean),
        liveness_score: expect.any(Number),
        review_needed: expect.any(Boolean),
        multiple_faces_detected: false,
      }),
    )
    const { is_live, liveness_score } = json.data.verify.result
    expect(liveness_score).toBeGreaterThanOrEqual(0)
    expect(liveness_score).toBeLessThanOrEqual(1)
    expect(is_live).toBe(liveness_score >= 0.5)
  })

  it('says that a picture shows several faces', async () => {
    const { json } = await curl('/group.jpg')
    const { status_code, multiple_faces_detected } = json.data.verify.result
    expect({ status_code, multiple_faces_detected }).toEqual({
      status_code: 101,
      multiple_faces_detected: true,
    })
  })

  it.each([
    ['no face', '/blank.png', 102],
    ['a blurred face', '/blurred.jpg', 104],
    ['a face in the dark', '/dark.jpg', 104],
    ['a small face', '/small.jpg', 107],
    ['half a face', '/half.jpg', 107],
    ['no picture at the URL', '/missing.jpg', 103],
    ['a page', '/page.jpg', 103],
    ['a picture cut short', '/cut.jpg', 103],
  ])('answers %s, %s, as the published sample does: %i', async (_what, picture, code) => {
    const { status, json } = await curl(picture)
    expect(status).toBe('200 application/json; charset=utf-8')
    expect(json).toEqual(answered(unjudged(code)))
  })

  it('refuses the keys of the documentation', async () => {
    const published = {
      'service-key': 'sk_test_a9944179bc598f06',
      Authorization: 'x-api-access indc_test_a41eaf2a175f3b13:ac_test_bf7117f6da6c6285',
    }
    const { status, json } = await curl('/a.jpg', published)
    expect(status).toMatch(/^401 /)
    expect(json).toEqual({
      status: 'ERROR',
      code: 401,
      message: 'Authentication failed',
      errors: [{ message: 'Unauthorized Access', extensions: { code: 'UNAUTHENTICATED' } }],
      data: null,
    })
  })
})

describe('graphql-request', () => {
  const client = (keys = headers) => new GraphQLClient(server.url + path, { headers: keys })

  const liveness = gql`
    mutation Liveness($input: VerifyInput!) {
      verify(input: $input) {
        ok
        result {
          ... on LivenessDetectionResult {
            liveness_score
            status_code
          }
        }
      }
    }
  `
  const match = gql`
    mutation Match($first: String!, $second: String!) {
      verify(input: { documentType: "face match", url1: $first, url2: $second }) {
        ok
        result {
          ... on FaceMatchResult {
            match
            match_score
            confidence
            review_needed
          }
        }
        error {
          message
        }
      }
    }
  `

  it('gets the fields it selects, in its order', async () => {
    const input = { documentType: 'Face Liveness Passive', url: `${pictures.url}/a.jpg` }
    const data = await client().request<{ verify: { result: object } }>(liveness, { input })
    expect(data).toEqual({
      verify: { ok: true, result: { liveness_score: expect.any(Number), status_code: 101 } },
    })
    expect(Object.keys(data.verify.result)).toEqual(['liveness_score', 'status_code'])
  })

  it.each([
    ['/a.jpg', '/a.jpg', 'yes'],
    ['/a.jpg', '/c.jpg', 'no'],
  ])('matches %s with %s: %s', async (first, second, expected) => {
    const data = await client().request<{
      verify: { result: { match: string; match_score: number; confidence: number } }
    }>(match, {
      first: pictures.url + first,
      second: pictures.url + second,
    })
    expect(data.verify).toMatchObject({ ok: true, error: null })
    const { result } = data.verify
    expect(result.match).toBe(expected)
    expect(result.match_score >= 75).toBe(expected === 'yes')
    expect(result.confidence).toBeGreaterThanOrEqual(50)
    expect(result.confidence).toBeLessThanOrEqual(100)
  })

  it('sees which picture of a match has no face', async () => {
    const data = await client().request<{ verify: object }>(match, {
      first: `${pictures.url}/a.jpg`,
      second: `${pictures.url}/blank.png`,
    })
    expect(data.verify).toEqual({
      ok: false,
      result: null,
      error: { message: 'No face was detected in the picture of url2.' },
    })
  })

  it('throws its own error, with our status and code, on wrong keys and wrong queries', async () => {
    const failure = async (promise: Promise<unknown>) =>
      (await promise.catch((error) => error)) as ClientError
    const refused = await failure(client({ ...headers, 'service-key': 'wrong' }).request('{ _empty }'))
    expect(refused).toBeInstanceOf(ClientError)
    expect(refused.response).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
    const wrong = await failure(client().request('mutation { verify(input: {}) { ok } }'))
    expect(wrong.response).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    })
  })

  it('may not batch', async () => {
    const batch = client().batchRequests([{ document: '{ _empty }' }, { document: '{ _empty }' }])
    expect(((await batch.catch((error) => error)) as ClientError).response.status).toBe(400)
  })
})

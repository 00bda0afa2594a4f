/** What a carried-out mutation answers. A stub engine hides decoding and nets: it says what a picture shows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gateway, pictureOf, startGateway, vendorQuery } from '../../../test/support/indiconnect.ts'
import { agedReport, stubEngine, stubReport } from '../../../test/support/stub-engine.ts'
import { EngineError, PictureError } from '../../engine/errors.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const nothing = { is_live: null, liveness_score: null, review_needed: null, multiple_faces_detected: null }
const unjudged = (code: number) => ({
  __typename: 'LivenessDetectionResult',
  status_code: code,
  request_id: expect.stringMatching(uuid),
  case_id: expect.stringMatching(/^LIVENESS-\d{13}$/),
  ...nothing,
})
const completed = (result: object) => ({
  data: { verify: { ok: true, message: 'Verification completed successfully', result, error: null } },
})

let gateway: Gateway
/** What the engine says of the next pair of pictures. */
let similarity: number | null = 0.95
let facesInFirst = 1
let years = 33

beforeAll(async () => {
  const reader = stubEngine({
    analyse: (picture) => {
      const text = Buffer.from(picture).toString('latin1').slice(3)
      if (text === 'broken') throw new PictureError('picture_damaged')
      if (text === '"crash"') throw new EngineError('engine_crashed')
      return stubReport(JSON.parse(text))
    },
    compare: () => ({
      similarity,
      cosine: similarity,
      first: facesInFirst === 1 ? agedReport(years) : stubReport({ faces: facesInFirst }),
      second: agedReport(years),
    }),
  })
  gateway = await startGateway({ engine: reader })
})
afterAll(() => gateway.stop())

describe('Face Liveness Passive', () => {
  const judged = (score: number) => ({ subject: { liveness: { judged: true as const, score, cues: [] } } })
  const fault = (reason: 'blurred' | 'extreme_pose' | 'face_too_small') => ({
    subject: { liveness: { judged: false as const, reason, cues: [] } },
  })

  it.each([
    [
      'live',
      judged(0.98),
      { is_live: true, liveness_score: 0.98, review_needed: false, multiple_faces_detected: false },
    ],
    [
      'a spoof',
      judged(0.02),
      { is_live: false, liveness_score: 0.02, review_needed: false, multiple_faces_detected: false },
    ],
    [
      'live, in the grey band',
      judged(0.55),
      { is_live: true, liveness_score: 0.55, review_needed: true, multiple_faces_detected: false },
    ],
    [
      'a spoof, in the grey band',
      judged(0.45),
      { is_live: false, liveness_score: 0.45, review_needed: true, multiple_faces_detected: false },
    ],
    [
      'the largest of several',
      { faces: 3 },
      { is_live: true, liveness_score: 0.98, review_needed: false, multiple_faces_detected: true },
    ],
  ])('%s: 101 and every field', async (_name, report, fields) => {
    const { status, json } = await gateway.liveness(pictureOf(report))
    expect({ status, json }).toEqual({
      status: 200,
      json: completed({ ...unjudged(101), ...fields }),
    })
  })

  it.each([
    ['no face', 102, { faces: 0 }],
    ['a blurred face', 104, fault('blurred')],
    ['a face from the side', 105, fault('extreme_pose')],
    ['a small face', 107, fault('face_too_small')],
  ])('%s: %i is answered inside a success', async (_name, code, report) => {
    const { status, json } = await gateway.liveness(pictureOf(report))
    expect({ status, json }).toEqual({ status: 200, json: completed(unjudged(code)) })
  })

  it('an engine that fails: 108, and nothing to pay', async () => {
    await gateway.services.clients.setBalance(gateway.clientId, 5)
    const { status, json } = await gateway.liveness('/faces?report=%22crash%22')
    expect({ status, json }).toEqual({ status: 200, json: completed(unjudged(108)) })
    const row = await gateway.database.selectFrom('clients').select('balance').executeTakeFirst()
    expect(row?.balance).toBe(5)
    await gateway.services.clients.setBalance(gateway.clientId, null)
  })

  it('keeps the check under the request_id it answered', async () => {
    const { json } = await gateway.liveness(pictureOf({}))
    const id = json.data?.verify?.result?.request_id as string
    const row = await gateway.database
      .selectFrom('checks')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    expect(row).toMatchObject({
      state: 'done',
      status: '101',
      operation: 'face-liveness-passive',
      dialect: 'indiconnect',
    })
    expect(JSON.parse(row!.result!).result).toEqual(json.data?.verify?.result)
    expect(row!.result).not.toContain(gateway.pictures.url)
  })
})

describe('a query', () => {
  const url = () => gateway.pictures.url + pictureOf({})

  it('may be named and have variables, and gets what it selects, as it selects', async () => {
    const { text } = await gateway.post({
      query: `query Other { _empty }
        mutation Check($input: VerifyInput!) { verify(input: $input) {
          error { message } result { ...face } status good: ok __typename } }
        fragment face on LivenessDetectionResult { is_live __typename code: status_code }`,
      operationName: 'Check',
      variables: {
        input: { documentType: '  FACE liveness PASSIVE ', url: url(), mobile: '1', consent: { a: 1 } },
      },
    })
    expect(text).toBe(
      '{"data":{"verify":{"error":null,"result":{"is_live":true,"__typename":"LivenessDetectionResult","code":101},"status":200,"good":true,"__typename":"VerifyResponse"}}}',
    )
  })

  it('answers the selected fields of the vendor in its order', async () => {
    const { json } = await gateway.post({
      query: vendorQuery.replace('URL', url()),
      variables: null,
      operationName: null,
    })
    expect(Object.keys(json.data!.verify!)).toEqual(['ok', 'message', 'result', 'error'])
    expect(Object.keys(json.data!.verify!.result!)).toEqual([
      '__typename',
      'status_code',
      'request_id',
      'case_id',
      'is_live',
      'liveness_score',
      'review_needed',
      'multiple_faces_detected',
    ])
  })

  const selection = '{ ok message status result { __typename } error { status message decryptedError raw } }'
  it.each([
    ['{ documentType: "Voter ID", idNumber: "1" }', 'Unsupported document type: Voter ID'],
    ['{ documentType: "" }', 'documentType is required.'],
    ['{ documentType: "constructor" }', 'Unsupported document type: constructor'],
    ['{ documentType: "Face Liveness Passive" }', 'url is required.'],
    ['{ documentType: "Face Liveness Passive", url: " " }', 'url is required.'],
    ['{ documentType: "Face Liveness Passive", url: null, url1: "http://a.test/" }', 'url is required.'],
    ['{ documentType: "Face Match", url2: "http://a.test/" }', 'url1 is required.'],
    ['{ documentType: "Face Match", url1: "http://a.test/" }', 'url2 is required.'],
  ])('for %s is an answer that says why not', async (input, message) => {
    const { status, json } = await gateway.post({
      query: `mutation { verify(input: ${input}) ${selection} }`,
    })
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        data: {
          verify: {
            ok: false,
            message: 'Verification failed',
            status: 400,
            result: null,
            error: { status: 400, message, decryptedError: null, raw: null },
          },
        },
      },
    })
  })
})

describe('Face Match', () => {
  const match = async (second = pictureOf({})) => {
    const { status, json } = await gateway.post({
      query: `mutation M($one: String, $two: String) { verify(input: { documentType: "face match", url1: $one, url2: $two }) {
        ok message result { ... on FaceMatchResult { match match_score confidence review_needed } } error { status message } } }`,
      variables: {
        one: gateway.pictures.url + pictureOf({}),
        two: second.startsWith('/') ? gateway.pictures.url + second : second,
      },
    })
    expect(status).toBe(200)
    return json.data?.verify
  }

  it.each([
    [0.95, 1, { match: 'yes', match_score: 95, confidence: 90, review_needed: 'no' }],
    [0.7, 1, { match: 'no', match_score: 70, confidence: 53.3, review_needed: 'no' }],
    [0.76, 1, { match: 'yes', match_score: 76, confidence: 52, review_needed: 'yes' }],
    [0.95, 2, { match: 'yes', match_score: 95, confidence: 90, review_needed: 'yes' }],
  ])('at similarity %d with %i faces', async (value, faces, result) => {
    similarity = value
    facesInFirst = faces
    expect(await match()).toEqual({
      ok: true,
      message: 'Verification completed successfully',
      result,
      error: null,
    })
  })

  it.each([
    [16, 0.95, { match: 'yes', match_score: 92.99, confidence: 86, review_needed: 'yes' }],
    [9, 0.85, { match: 'no', match_score: 67.8, confidence: 54.8, review_needed: 'no' }],
  ])('of people who look %d years old at similarity %d', async (age, value, result) => {
    similarity = value
    facesInFirst = 1
    years = age
    expect(await match()).toMatchObject({ result })
    years = 33
  })

  it('has a status of the response like an HTTP status, and the code in the error', async () => {
    const query = `mutation { verify(input: { documentType: "face match", url1: "a b", url2: "a b" }) {
      ok status error { status } } }`
    const { json } = await gateway.post({ query })
    expect(json.data?.verify).toEqual({ ok: false, status: 400, error: { status: 103 } })
  })

  it('says which picture has no face', async () => {
    similarity = null
    facesInFirst = 0
    expect(await match()).toEqual({
      ok: false,
      message: 'Verification failed',
      result: null,
      error: { status: 102, message: 'No face was detected in the picture of url1.' },
    })
  })

  it.each(['/page', '/missing', 'http://169.254.169.254/'])(
    'does not say why %s gave no picture, nor which',
    async (second) => {
      expect(await match(second)).toEqual({
        ok: false,
        message: 'Verification failed',
        result: null,
        error: { status: 103, message: 'A picture could not be fetched or read.' },
      })
    },
  )
})

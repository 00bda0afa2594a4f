import { generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { form, type Part } from '../../../test/support/form.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { agedReport, goodSubject, stubEngine, stubReport } from '../../../test/support/stub-engine.ts'
import { EngineError, PictureError } from '../../engine/errors.ts'
import type { Engine } from '../../engine/types.ts'
import { simulator, strictMatchStatus } from './client-switches.ts'

/** Enough of a JPEG for the format check; the stub engine never decodes it. */
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46])
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const megabyte = 1024 * 1024

/** What the engine does next; tests replace it. */
const script: {
  analyse: NonNullable<Parameters<typeof stubEngine>[0]>['analyse']
  compare?: Engine['compare']
} = {
  analyse: () => stubReport(),
}

let server: TestServer
let sandbox: { id: string; headers: Record<string, string> }
let sequence = 0

beforeAll(async () => {
  server = await startTestServer({
    engine: {
      ...stubEngine({ analyse: (picture, options) => script.analyse!(picture, options) }),
      compare: (first, second) =>
        script.compare
          ? script.compare(first, second)
          : Promise.resolve({ similarity: 0.95, cosine: 0.97, first: stubReport(), second: stubReport() }),
    },
  })
  sandbox = await server.client('cashfree')
})
afterAll(() => server.stop())

async function post(
  path: string,
  parts: Record<string, Part>,
  headers: Record<string, string> = sandbox.headers,
  url = server.url,
) {
  const response = await fetch(`${url}/verification/${path}`, { method: 'POST', headers, body: form(parts) })
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
}

const nextId = () => `test-${++sequence}`
const liveness = (parts: Record<string, Part> = {}, headers?: Record<string, string>) =>
  post('face-liveness', { verification_id: nextId(), image: jpeg, ...parts }, headers)
const match = (parts: Record<string, Part> = {}, headers?: Record<string, string>) =>
  post('face-match', { verification_id: nextId(), first_image: jpeg, second_image: png, ...parts }, headers)

const error = (type: string, code: string, message: string) => ({ type, code, message })
const invalid = (code: string, message: string) => error('validation_error', code, message)

describe('errors of the request', () => {
  const rows: [string, () => ReturnType<typeof post>, number, object][] = [
    [
      'no client id',
      () => liveness({}, { 'x-client-secret': 'x' }),
      400,
      invalid('x-client-id_missing', 'x-client-id is missing in the request.'),
    ],
    [
      'no client secret',
      () => liveness({}, { 'X-Client-Id': 'x' }),
      400,
      invalid('x-client-secret_missing', 'x-client-secret is missing in the request.'),
    ],
    [
      'unknown client',
      () => liveness({}, { ...sandbox.headers, 'x-client-id': 'TEST0' }),
      401,
      error('authentication_error', 'authentication_failed', 'Invalid clientId and clientSecret combination'),
    ],
    [
      'wrong secret',
      () => liveness({}, { ...sandbox.headers, 'x-client-secret': 'cfsk_ma_test_0' }),
      401,
      error('authentication_error', 'authentication_failed', 'Invalid clientId and clientSecret combination'),
    ],
    [
      'no verification_id',
      () => post('face-liveness', { image: jpeg }),
      400,
      invalid('verification_id_missing', 'verification_id is missing in the request.'),
    ],
    [
      'empty verification_id',
      () => liveness({ verification_id: '' }),
      400,
      invalid('verification_id_missing', 'verification_id is missing in the request.'),
    ],
    [
      'verification_id with a space',
      () => liveness({ verification_id: 'a b' }),
      400,
      invalid(
        'verification_id_value_invalid',
        'verification_id can include only alphanum, dot, hyphen and underscores',
      ),
    ],
    [
      'verification_id of 51 characters',
      () => liveness({ verification_id: 'a'.repeat(51) }),
      400,
      invalid('verification_id_length_exceeded', 'verification_id can include a maximum of 50 characters.'),
    ],
    [
      'no image',
      () => post('face-liveness', { verification_id: 'a' }),
      400,
      invalid('image_field_missing', 'image is missing in the request.'),
    ],
    [
      'no image, older endpoint',
      () => post('liveliness', { verification_id: 'a' }),
      400,
      invalid('image_field_missing', 'image is missing in the request.'),
    ],
    [
      'no first image',
      () => post('face-match', { verification_id: 'a', second_image: jpeg }),
      400,
      invalid('first_image_missing', 'First image is missing in the request'),
    ],
    [
      'no second image',
      () => post('face-match', { verification_id: 'a', first_image: jpeg }),
      400,
      invalid('second_image_missing', 'Second image is missing in the request'),
    ],
    [
      'not a picture',
      () => liveness({ image: Buffer.from('hello') }),
      400,
      invalid('file_format_invalid', 'please upload the file of valid format(jpeg/jpg/png)'),
    ],
    [
      'WebP',
      () => liveness({ image: Buffer.from('RIFF\0\0\0\0WEBPVP8 ') }),
      400,
      invalid('file_format_invalid', 'please upload the file of valid format(jpeg/jpg/png)'),
    ],
    [
      'empty file',
      () => liveness({ image: Buffer.alloc(0) }),
      400,
      invalid('image_field_missing', 'image is missing in the request.'),
    ],
    [
      'liveness over 10 MB',
      () => liveness({ image: Buffer.concat([jpeg, Buffer.alloc(10 * megabyte)]) }),
      400,
      invalid('file_size_exceeded', 'File size exceeded 10MB limit'),
    ],
    [
      'match over 5 MB',
      () => match({ second_image: Buffer.concat([jpeg, Buffer.alloc(5 * megabyte)]) }),
      400,
      invalid('file_size_exceeded', 'File size exceeded 10MB limit'),
    ],
    ...['0', '1', '-0.5', '2', 'high', '0x1'].map(
      (threshold): [string, () => ReturnType<typeof post>, number, object] => [
        `threshold ${threshold}`,
        () => match({ threshold }),
        400,
        invalid('threshold_value_invalid', 'threshold should be between 0 and 1'),
      ],
    ),
  ]

  it.each(rows)('%s', async (_name, send, status, body) => {
    const answer = await send()
    expect(answer.body).toEqual(body)
    expect(answer.status).toBe(status)
  })

  it('a JSON body lacks its fields', async () => {
    const response = await fetch(`${server.url}/verification/face-liveness`, {
      method: 'POST',
      headers: { ...sandbox.headers, 'content-type': 'application/json' },
      body: '{"verification_id":"a"}',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'verification_id_missing' })
  })

  it('an unknown path answers in the envelope', async () => {
    const answer = await post('face-unknown', {})
    expect(answer.status).toBe(404)
    expect(answer.body).toMatchObject({ type: 'not_found_error' })
  })

  it('takes header names in any case and a picture of 10 MB', async () => {
    const { 'x-client-id': id = '', 'x-client-secret': secret = '' } = sandbox.headers
    const image = Buffer.concat([jpeg, Buffer.alloc(10 * megabyte - jpeg.length)])
    const answer = await liveness({ image }, { 'X-CLIENT-ID': id, 'X-Client-Secret': secret })
    expect(answer.status).toBe(200)
  })

  it('takes a part without a file name as a file', async () => {
    const body = Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="verification_id"\r\n\r\nbare-buffer\r\n'),
      Buffer.from(
        '--b\r\nContent-Disposition: form-data; name="image"\r\nContent-Type: application/octet-stream\r\n\r\n',
      ),
      jpeg,
      Buffer.from('\r\n--b--\r\n'),
    ])
    const response = await fetch(`${server.url}/verification/face-liveness`, {
      method: 'POST',
      headers: { ...sandbox.headers, 'content-type': 'multipart/form-data; boundary=b' },
      body,
    })
    expect(response.status).toBe(200)
  })
})

describe('failures inside', () => {
  it.each([
    ['picture_damaged', new PictureError('picture_damaged'), 400, 'file_format_invalid'],
    ['picture_too_many_pixels', new PictureError('picture_too_many_pixels'), 400, 'file_size_exceeded'],
    ['engine_busy', new EngineError('engine_busy'), 503, 'request_failed'],
    ['engine_closed', new EngineError('engine_closed'), 503, 'request_failed'],
    ['engine_crashed', new EngineError('engine_crashed'), 500, 'request_failed'],
    ['anything else', new Error('secret detail'), 500, 'request_failed'],
  ])('%s, and the id stays free', async (_name, thrown, status, code) => {
    const id = nextId()
    script.analyse = () => {
      throw thrown
    }
    const failed = await liveness({ verification_id: id })
    script.analyse = () => stubReport()
    expect(failed.status).toBe(status)
    expect(failed.body).toMatchObject({ code })
    expect(JSON.stringify(failed.body)).not.toContain('secret detail')
    expect(failed.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
    expect((await liveness({ verification_id: id })).status).toBe(200)
  })

  it.each([
    [
      'face-liveness',
      liveness,
      error('internal_error', 'request_failed', 'Unable to process your request. Try again after some time'),
    ],
    ['face-match', match, error('internal_error', 'verification_failed', 'something went wrong')],
  ])(
    'before a check begins are answered in the words of %s, and the id stays free',
    async (_name, send, body) => {
      const id = nextId()
      const reserve = vi.spyOn(server.services.checks, 'reserve').mockRejectedValueOnce(new Error('disk'))
      const failed = await send({ verification_id: id })
      reserve.mockRestore()
      expect(failed.body).toEqual(body)
      expect(failed.status).toBe(500)
      expect((await send({ verification_id: id })).status).toBe(200)
    },
  )

  it('face-match has its own word for a failure', async () => {
    script.compare = async () => {
      throw new Error('broken')
    }
    const answer = await match()
    delete script.compare
    expect(answer.status).toBe(500)
    expect(answer.body).toEqual(error('internal_error', 'verification_failed', 'something went wrong'))
  })
})

describe('face-liveness', () => {
  const nothing = {
    liveness: false,
    liveness_score: 0,
    gender: null,
    age_range: null,
    eye_wear: null,
    face_occluded: null,
    quality: null,
    pose: null,
    eyes_open: null,
  }

  it('a live face gets every field', async () => {
    script.analyse = () => stubReport()
    const id = nextId()
    const { status, body } = await liveness({ verification_id: id })
    expect(status).toBe(200)
    expect(body).toEqual({
      reference_id: expect.any(Number),
      verification_id: id,
      status: 'SUCCESS',
      liveness: true,
      liveness_score: 0.98,
      gender: { value: 'FEMALE', confidence: 98.4 },
      age_range: { min: 31, max: 35 },
      eye_wear: { value: true, confidence: 96.4 },
      face_occluded: { value: false, confidence: 97 },
      quality: { blur: false, bright: true, exposure: 'NEUTRAL' },
      pose: { face_alignment: 'CENTRE', head_turned: false },
      eyes_open: { value: true, confidence: 97 },
    })
  })

  it.each([
    ['no face', stubReport({ faces: 0 }), 'FACE_NOT_DETECTED'],
    ['two faces', stubReport({ faces: 2 }), 'MULTIPLE_FACES_DETECTED'],
    [
      'a spoof',
      stubReport({ subject: { liveness: { judged: true, score: 0.1, cues: [] } } }),
      'REAL_FACE_NOT_DETECTED',
    ],
    [
      'several faces before a spoof',
      stubReport({ faces: 2, subject: { liveness: { judged: true, score: 0.1, cues: [] } } }),
      'MULTIPLE_FACES_DETECTED',
    ],
    [
      'a face that cannot be judged',
      stubReport({ subject: { liveness: { judged: false, reason: 'blurred', cues: [] } } }),
      'REAL_FACE_NOT_DETECTED',
    ],
  ])('%s', async (_name, report, status) => {
    script.analyse = () => report
    const { body } = await liveness()
    expect(body).toEqual({
      reference_id: expect.any(Number),
      verification_id: expect.any(String),
      status,
      ...nothing,
    })
  })

  it('one closed eye is eyes not open', async () => {
    const traits = goodSubject().allTraits!
    script.analyse = () =>
      stubReport({ subject: { allTraits: { ...traits, leftEyeOpen: { value: false, confidence: 0.9 } } } })
    expect((await liveness()).body).toMatchObject({ eyes_open: { value: false, confidence: 90 } })
    script.analyse = () => stubReport()
  })
})

describe('face-match', () => {
  const report = { similarity: 0.95, cosine: 0.97, first: stubReport(), second: stubReport() }
  it.each([
    ['alike', report, {}, 'SUCCESS', 'YES', 0.95],
    ['at the default threshold', { ...report, similarity: 0.75 }, {}, 'SUCCESS', 'YES', 0.75],
    ['below the default threshold', { ...report, similarity: 0.7499 }, {}, 'SUCCESS', 'NO', 0.7499],
    [
      'alike as adults, but children',
      { similarity: 0.85, cosine: 0.53, first: agedReport(9), second: agedReport(11) },
      {},
      'SUCCESS',
      'NO',
      0.6973,
    ],
    ['below its own threshold', report, { threshold: '0.96' }, 'SUCCESS', 'NO', 0.95],
    ['above its own threshold', { ...report, similarity: 0.3 }, { threshold: '.25' }, 'SUCCESS', 'YES', 0.3],
    [
      'several faces in the second',
      { ...report, second: stubReport({ faces: 3 }) },
      {},
      'MULTIPLE_FACE_DETECTED',
      'NO',
      0,
    ],
    [
      'no face in the first',
      { ...report, similarity: null, first: stubReport({ faces: 0 }) },
      {},
      'FACE_NOT_DETECTED',
      'NO',
      0,
    ],
  ])('%s', async (_name, measured, extra, status, result, score) => {
    script.compare = async () => measured
    const id = nextId()
    const { body } = await match({ verification_id: id, ...extra })
    delete script.compare
    expect(body).toEqual({
      status,
      ref_id: expect.any(Number),
      verification_id: id,
      face_match_result: result,
      face_match_score: score,
    })
  })

  it('no face is SUCCESS, NO and 0 for a client with a closed list of statuses', async () => {
    const strict = await server.client('cashfree', { settings: strictMatchStatus.set(true) })
    script.compare = async () => ({ ...report, similarity: null, first: stubReport({ faces: 0 }) })
    const { body } = await match({}, strict.headers)
    delete script.compare
    expect(body).toMatchObject({ status: 'SUCCESS', face_match_result: 'NO', face_match_score: 0 })
  })
})

describe('liveliness', () => {
  it.each([
    ['live', stubReport(), 'SUCCESS', true, 0.98],
    ['no face', stubReport({ faces: 0 }), 'FACE_NOT_DETECTED', false, 0],
    ['several', stubReport({ faces: 2 }), 'MULTIPLE_FACE_DETECTED', false, 0],
    [
      'a spoof is a face all the same',
      stubReport({ subject: { liveness: { judged: true, score: 0.12345, cues: [] } } }),
      'SUCCESS',
      false,
      0.1235,
    ],
  ])('%s', async (_name, report, status, liveliness, score) => {
    script.analyse = () => report
    const { body } = await post('liveliness', {
      verification_id: nextId(),
      image: jpeg,
      strict_check: 'true',
    })
    script.analyse = () => stubReport()
    expect(body).toEqual({
      reference_id: expect.any(Number),
      verification_id: expect.any(String),
      status,
      liveliness,
      score,
    })
  })
})

describe('verification_id', () => {
  const taken = invalid('verification_id_already_exists', 'verification ID already exists')

  it('serves once per endpoint and client', async () => {
    const id = nextId()
    const other = await server.client('cashfree')
    expect((await liveness({ verification_id: id })).status).toBe(200)
    const repeat = await liveness({ verification_id: id })
    expect(repeat.status).toBe(409)
    expect(repeat.body).toEqual(taken)
    expect((await match({ verification_id: id })).status).toBe(200)
    expect((await liveness({ verification_id: id }, other.headers)).status).toBe(200)
  })

  it('serves one of two simultaneous requests', async () => {
    const id = nextId()
    const answers = await Promise.all([1, 2, 3, 4].map(() => liveness({ verification_id: id })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409, 409])
  })

  it('is not used up by a 400', async () => {
    const id = nextId()
    expect((await liveness({ verification_id: id, image: Buffer.from('x') })).status).toBe(400)
    expect((await liveness({ verification_id: id })).status).toBe(200)
  })

  it('gets reference ids that only grow', async () => {
    const first = (await liveness()).body as { reference_id: number }
    const second = (await liveness()).body as { reference_id: number }
    expect(second.reference_id).toBeGreaterThan(first.reference_id)
  })
})

describe('access', () => {
  it('asks for an allowed address', async () => {
    const client = await server.client('cashfree', { settings: { ipAllowList: ['203.0.113.0/24'] } })
    const { status, body } = await liveness({}, client.headers)
    expect(status).toBe(403)
    expect(body).toEqual(
      error(
        'authentication_error',
        'ip_validation_failed',
        'IP not whitelisted your current ip is 127.0.0.1.For IP whitelisting assistance, visit our guide at https://www.cashfree.com/docs/secure-id/get-started/integration/ip-whitelisting-verification',
      ),
    )
  })

  it('counts per operation', async () => {
    const client = await server.client('cashfree', { settings: { ratePerMinute: 2 } })
    await liveness({}, client.headers)
    await liveness({}, client.headers)
    const { status, body, headers } = await liveness({}, client.headers)
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(body).toEqual(
      error(
        'rate_limit_error',
        'too_many_requests_per_operation',
        'Too many requests for this operation, rate limit reached',
      ),
    )
    expect((await match({}, client.headers)).status).toBe(200)
  })

  it('takes prepaid calls, and gives one back for a failure', async () => {
    const client = await server.client('cashfree', { balance: 1 })
    script.analyse = () => {
      throw new EngineError('engine_busy')
    }
    expect((await liveness({}, client.headers)).status).toBe(503)
    script.analyse = () => stubReport()
    expect((await liveness({}, client.headers)).status).toBe(200)
    const { status, body } = await liveness({}, client.headers)
    expect(status).toBe(422)
    expect(body).toEqual(invalid('insufficient_balance', 'Insufficient balance to process this request'))
  })

  it('follows the script of a verification id for a client that opted in', async () => {
    const client = await server.client('cashfree', { settings: simulator.set(true) })
    for (const [prefix, status] of [
      ['2222', 'MULTIPLE_FACES_DETECTED'],
      ['3333', 'FACE_NOT_DETECTED'],
      ['4444', 'REAL_FACE_NOT_DETECTED'],
      ['5555', 'SUCCESS'],
    ]) {
      const { body } = await liveness({ verification_id: `${prefix}${nextId()}` }, client.headers)
      expect(body).toMatchObject({ status })
    }
    const live = await server.client('cashfree', { environment: 'production', settings: simulator.set(true) })
    const { body } = await liveness({ verification_id: `2222${nextId()}` }, live.headers)
    expect(body).toMatchObject({ status: 'SUCCESS' })
  })

  describe('signature', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const sign = (text: string) => publicEncrypt(publicKey, Buffer.from(text)).toString('base64')
    const now = () => Math.floor(Date.now() / 1000)
    let client: { headers: Record<string, string> }
    beforeAll(async () => {
      client = await server.client('cashfree', { settings: { signatureKey: privateKey } })
    })

    it('is asked for', async () => {
      const { status, body } = await liveness({}, client.headers)
      expect(status).toBe(403)
      expect(body).toEqual(invalid('authentication_failed', 'x-cf-signature missing in the request header'))
    })

    it.each([
      ['of this moment', (id: string) => sign(`${id}.${now()}`), 200],
      ['four minutes old', (id: string) => sign(`${id}.${now() - 240}`), 200],
      ['six minutes old', (id: string) => sign(`${id}.${now() - 360}`), 403],
      ['six minutes ahead', (id: string) => sign(`${id}.${now() + 360}`), 403],
      ['of another client', () => sign(`TEST1.${now()}`), 403],
      ['without a time', (id: string) => sign(id), 403],
      ['not encrypted', (id: string) => Buffer.from(`${id}.${now()}`).toString('base64'), 403],
    ])('%s', async (_name, make, status) => {
      const signature = make(client.headers['x-client-id']!)
      const answer = await liveness({}, { ...client.headers, 'x-cf-signature': signature })
      expect(answer.status).toBe(status)
      if (status === 403) {
        expect(answer.body).toEqual(
          error('authentication_error', 'authentication_failed', 'Invalid signature'),
        )
      }
    })
  })
})

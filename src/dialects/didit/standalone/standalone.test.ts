/** Server and database are real. A stub engine hides decoding and nets: it says what a picture shows. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, type DiditCaller, diditCaller, jpeg, selfie } from '../../../../test/support/didit.ts'
import type { Part } from '../../../../test/support/form.ts'
import { startTestServer, type TestServer } from '../../../../test/support/server.ts'
import { stubEngine, stubReport } from '../../../../test/support/stub-engine.ts'
import { EngineError, PictureError } from '../../../engine/errors.ts'
import type { AnalyseOptions, Engine, FaceReport } from '../../../engine/types.ts'

const megabyte = 1024 * 1024
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+00:00$/

/** What the engine does next; tests replace it. */
const script: {
  analyse(picture: Uint8Array, options?: AnalyseOptions): FaceReport | Promise<FaceReport>
  compare?: Engine['compare']
} = { analyse: () => selfie() }

let server: TestServer
let caller: DiditCaller

beforeAll(async () => {
  server = await startTestServer({
    engine: {
      ...stubEngine({ analyse: (picture, options) => script.analyse(picture, options) }),
      compare: async (first, second, options) =>
        script.compare
          ? script.compare(first, second, options)
          : { similarity: 0.953217, cosine: 0.97, first: selfie(), second: selfie() },
    },
  })
})
afterAll(() => server.stop())
// A new application each time: nobody finds the face of another test.
beforeEach(async () => {
  script.analyse = () => selfie()
  delete script.compare
  caller = await diditCaller(server)
})

type Send = (parts?: Record<string, Part>, headers?: Record<string, string>) => Promise<Answer>
const live: Send = (parts, headers) =>
  caller.post('/v3/passive-liveness/', { user_image: jpeg, ...parts }, headers)
const match: Send = (parts, headers) =>
  caller.post('/v3/face-match/', { user_image: jpeg, ref_image: jpeg, ...parts }, headers)
const search: Send = (parts, headers) =>
  caller.post('/v3/face-search/', { user_image: jpeg, ...parts }, headers)
const age: Send = (parts, headers) =>
  caller.post('/v3/age-estimation/', { user_image: jpeg, ...parts }, headers)

const low = {
  risk: 'LOW_LIVENESS_SCORE',
  feature: 'LIVENESS',
  additional_data: null,
  log_type: 'error',
  short_description: 'Low liveness score',
  long_description:
    'The liveness check resulted in a low score, indicating potential use of non-live facial representations or poor-quality biometric data.',
}
const attack = {
  risk: 'LIVENESS_FACE_ATTACK',
  feature: 'LIVENESS',
  additional_data: null,
  log_type: 'error',
  short_description: 'Liveness Face Attack',
  long_description: 'The system detected a potential attempt to bypass the liveness check.',
}
const risksOf = (body: { warnings: { risk: string }[] }) => body.warnings.map(({ risk }) => risk)

describe('the whole answer', () => {
  const head = (vendorData: string | null, metadata: object | null) => ({
    request_id: expect.stringMatching(uuid),
    vendor_data: vendorData,
    metadata,
    created_at: expect.stringMatching(time),
  })
  const entity = { bbox: [220, 120, 420, 360], confidence: 0.732973, age: 26.91, gender: 'male', race: null }
  const { race: _race, ...withoutRace } = entity
  const { age: _age, gender: _gender, ...boxed } = withoutRace

  it('of passive liveness', async () => {
    const { status, body } = await live({ vendor_data: 'user-123', metadata: '{"flow":"withdrawal"}' })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...head('user-123', { flow: 'withdrawal' }),
      liveness: {
        status: 'Approved',
        method: 'PASSIVE',
        score: 95,
        user_image: { entities: [entity], best_angle: 0 },
        warnings: [],
        face_quality: 84.2,
        face_luminance: 50.3,
      },
    })
    expect(Object.keys(body)).toEqual(['request_id', 'liveness', 'vendor_data', 'metadata', 'created_at'])
  })

  it('of face match, saved', async () => {
    const { status, body } = await match()
    expect(status).toBe(200)
    expect(body).toEqual({
      ...head(null, null),
      face_match: {
        status: 'Approved',
        score: 95.32,
        user_image: { entities: [entity], best_angle: 0 },
        ref_image: { entities: [entity], best_angle: 0 },
        warnings: [],
      },
    })
  })

  it('of face search', async () => {
    const { status, body } = await search()
    expect(status).toBe(200)
    expect(body).toEqual({
      ...head(null, null),
      face_search: {
        status: 'Approved',
        total_matches: 0,
        matches: [],
        user_image: { entities: [boxed], best_angle: 0 },
        warnings: [],
      },
    })
  })

  it('of age estimation', async () => {
    const { status, body } = await age()
    expect(status).toBe(200)
    expect(body).toEqual({
      ...head(null, null),
      age_estimation: {
        status: 'Approved',
        method: 'PASSIVE',
        score: 95,
        user_image: { entities: [withoutRace], best_angle: 0 },
        age_estimation: 26.91,
        warnings: [],
      },
    })
  })

  it('keeps boxes inside the picture, in whole pixels', async () => {
    script.analyse = () => ({
      ...selfie(),
      faces: [{ ...selfie().faces[0]!, box: { x: -3.2, y: 10.5, width: 700, height: 100.2 } }],
    })
    expect((await live()).body.liveness.user_image.entities[0].bbox).toEqual([0, 11, 640, 111])
  })
})

describe('status and warnings of passive liveness', () => {
  it.each<[string, number, string | undefined, string, string[]]>([
    ['above the default threshold', 0.3001, undefined, 'Approved', []],
    ['at the default threshold', 0.3, undefined, 'Declined', ['LOW_LIVENESS_SCORE']],
    ['at a threshold after rounding', 0.900_04, '90', 'Declined', ['LOW_LIVENESS_SCORE']],
    ['above a fractional threshold', 0.9001, '90.005', 'Approved', []],
    ['below a high threshold', 0.89, '90', 'Declined', ['LOW_LIVENESS_SCORE']],
    ['a spoof', 0.02, undefined, 'Declined', ['LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK']],
    ['a spoof whatever the threshold', 0.02, '0', 'Declined', ['LIVENESS_FACE_ATTACK']],
    ['a perfect score at 100', 1, '100', 'Declined', ['LOW_LIVENESS_SCORE']],
  ])('%s', async (_name, score, threshold, status, risks) => {
    script.analyse = () => selfie({ score })
    const parts = threshold === undefined ? {} : { face_liveness_score_decline_threshold: threshold }
    const { body } = await live(parts)
    expect(body.liveness.status).toBe(status)
    expect(risksOf(body.liveness)).toEqual(risks)
    expect(body.liveness.score).toBe(Math.round(score * 10000) / 100)
  })

  it('words the warnings of a spoof', async () => {
    script.analyse = () => selfie({ score: 0.02 })
    expect((await live()).body.liveness.warnings).toEqual([low, attack])
  })

  it('a picture without a face is 200, declined and has no score', async () => {
    script.analyse = () => stubReport({ faces: 0 })
    const { status, body } = await live()
    expect(status).toBe(200)
    expect(body.liveness).toEqual({
      status: 'Declined',
      method: 'PASSIVE',
      score: null,
      user_image: { entities: [], best_angle: 0 },
      warnings: [expect.objectContaining({ risk: 'NO_FACE_DETECTED', log_type: 'error' })],
      face_quality: null,
      face_luminance: null,
    })
  })

  it('a face that cannot be judged is declined without a score', async () => {
    script.analyse = () => selfie({ liveness: { judged: false, reason: 'blurred', cues: [] } })
    const { body } = await live()
    expect(body.liveness).toMatchObject({ status: 'Declined', score: null })
    expect(risksOf(body.liveness)).toEqual(['LOW_LIVENESS_SCORE'])
  })

  it('several faces warn and do not decline; every one is listed', async () => {
    script.analyse = () => selfie({ faces: 3 })
    const { body } = await live()
    expect(body.liveness.status).toBe('Approved')
    expect(body.liveness.user_image.entities).toHaveLength(3)
    expect(body.liveness.warnings).toEqual([
      expect.objectContaining({
        risk: 'MULTIPLE_FACES_DETECTED',
        log_type: 'warning',
        additional_data: null,
      }),
    ])
  })

  it('a face on a poster is listed and is no warning', async () => {
    script.analyse = () => selfie({ faces: 2, width: 20 })
    const { body } = await live()
    expect(body.liveness.user_image.entities).toHaveLength(2)
    expect(body.liveness.warnings).toEqual([])
  })

  it('asks for rotation only where the caller does, and answers the angle', async () => {
    const asked: (boolean | undefined)[] = []
    script.analyse = (_picture, options) => {
      asked.push(options?.rotate)
      return { ...selfie(), picture: { ...selfie().picture, turned: 90 } }
    }
    const { body } = await live({ rotate_image: 'true' })
    await live()
    expect(asked).toEqual([true, false])
    expect(body.liveness.user_image.best_angle).toBe(90)
  })
})

describe('face match', () => {
  it.each([
    ['strictly above', 0.3001, '30', 'Approved', []],
    ['at the threshold', 0.3, '30', 'Declined', ['LOW_FACE_MATCH_SIMILARITY']],
    ['below', 0.1, undefined, 'Declined', ['LOW_FACE_MATCH_SIMILARITY']],
    ['above zero', 0.01, '0', 'Approved', []],
  ])('%s', async (_name, similarity, threshold, status, risks) => {
    script.compare = async () => ({ similarity, cosine: 0, first: selfie(), second: selfie() })
    const { body } = await match(threshold ? { face_match_score_decline_threshold: threshold } : {})
    expect(body.face_match.status).toBe(status)
    expect(risksOf(body.face_match)).toEqual(risks)
  })

  it('counts a similarity less where the faces look like children’s', async () => {
    const child = selfie({ years: 9 })
    script.compare = async () => ({ similarity: 0.85, cosine: 0, first: child, second: child })
    const { body } = await match({ face_match_score_decline_threshold: '75' })
    expect(body.face_match).toMatchObject({ status: 'Declined', score: 67.8 })
    expect(body.face_match.user_image.entities[0].age).toBe(9)
  })

  it('words its warning', async () => {
    script.compare = async () => ({ similarity: 0.1, cosine: 0, first: selfie(), second: selfie() })
    expect((await match()).body.face_match.warnings).toEqual([
      {
        risk: 'LOW_FACE_MATCH_SIMILARITY',
        feature: 'FACEMATCH',
        additional_data: null,
        log_type: 'error',
        short_description: 'Low face match similarity',
        long_description:
          "The facial features of the provided image don't closely match the reference image, suggesting a potential identity mismatch.",
      },
    ])
  })

  it.each([
    ['true', null],
    ['false', 0],
  ])('without a pair, save_api_request=%s: score %s', async (save, score) => {
    const none = stubReport({ faces: 0 })
    script.compare = async () => ({ similarity: null, cosine: null, first: selfie(), second: none })
    const { status, body } = await match({ save_api_request: save })
    expect(status).toBe(200)
    expect(body.face_match).toMatchObject({ status: 'Declined', score })
    expect(risksOf(body.face_match)).toEqual(['NO_REFERENCE_IMAGE'])
    expect(body.face_match.ref_image.entities).toEqual([])
  })

  it('is rounded only when saved', async () => {
    expect((await match({ save_api_request: 'false' })).body.face_match.score).toBeCloseTo(95.3217, 10)
  })
})

describe('age estimation', () => {
  it.each<[string, Partial<Parameters<typeof selfie>[0]>, Record<string, string>, string[]]>([
    ['of age', { years: 18 }, {}, []],
    ['below the default age', { years: 17.99 }, {}, ['AGE_BELOW_MINIMUM']],
    [
      'below an age of its own',
      { years: 20 },
      { age_estimation_decline_threshold: '21' },
      ['AGE_BELOW_MINIMUM'],
    ],
    ['no age is too low for 0', { years: 3 }, { age_estimation_decline_threshold: '0' }, []],
    [
      'a young spoof',
      { years: 12, score: 0.01 },
      {},
      ['LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK', 'AGE_BELOW_MINIMUM'],
    ],
    ['several faces', { faces: 2 }, {}, []],
  ])('%s', async (_name, changes, parts, risks) => {
    script.analyse = () => selfie(changes)
    const { body } = await age(parts)
    expect(risksOf(body.age_estimation)).toEqual(risks)
    expect(body.age_estimation.status).toBe(risks.length > 0 ? 'Declined' : 'Approved')
  })

  it('without a face', async () => {
    script.analyse = () => stubReport({ faces: 0 })
    const { status, body } = await age()
    expect(status).toBe(200)
    expect(body.age_estimation).toMatchObject({ status: 'Declined', score: null, age_estimation: null })
    expect(risksOf(body.age_estimation)).toEqual(['NO_FACE_DETECTED', 'AGE_NOT_DETECTED'])
  })
})

describe('400', () => {
  const extensionText = (extension: string) =>
    `File extension \u201c${extension}\u201d is not allowed. Allowed extensions are: tiff, jpg, jpeg, png, webp.`
  const threshold = 'face_liveness_score_decline_threshold'
  const named = (filename: string, bytes = jpeg) => ({ user_image: { bytes, filename } })

  it.each<[string, () => Promise<Answer>, object]>([
    [
      'no file',
      () => caller.post('/v3/passive-liveness/', { a: 'b' }),
      { user_image: ['No file was submitted.'] },
    ],
    [
      'no reference',
      () => caller.post('/v3/face-match/', { user_image: jpeg }),
      { ref_image: ['No file was submitted.'] },
    ],
    [
      'neither picture',
      () => caller.post('/v3/face-match/', { a: 'b' }),
      { user_image: ['No file was submitted.'], ref_image: ['No file was submitted.'] },
    ],
    [
      'text instead of a file',
      () => live({ user_image: 'aGVsbG8=' }),
      { user_image: ['The submitted data was not a file. Check the encoding type on the form.'] },
    ],
    [
      'an empty file',
      () => live({ user_image: Buffer.alloc(0) }),
      { user_image: ['The submitted file is empty.'] },
    ],
    ['a text file', () => live(named('selfie.txt')), { user_image: [extensionText('txt')] }],
    ['upper case', () => live(named('selfie.GIF')), { user_image: [extensionText('gif')] }],
    ['no extension', () => live(named('blob')), { user_image: [extensionText('')] }],
    [
      'more than 5 MB',
      () => live({ user_image: Buffer.concat([jpeg, Buffer.alloc(5 * megabyte)]) }),
      { user_image: ['File size should not exceed 5 MB'] },
    ],
    [
      'threshold 101',
      () => live({ [threshold]: '101' }),
      { [threshold]: ['Ensure this value is less than or equal to 100.'] },
    ],
    [
      'threshold -1',
      () => live({ [threshold]: '-1' }),
      { [threshold]: ['Ensure this value is greater than or equal to 0.'] },
    ],
    ['threshold high', () => live({ [threshold]: 'high' }), { [threshold]: ['A valid number is required.'] }],
    [
      'match threshold 100.5',
      () => match({ face_match_score_decline_threshold: '100.5' }),
      { face_match_score_decline_threshold: ['Ensure this value is less than or equal to 100.'] },
    ],
    [
      'age 17.5',
      () => age({ age_estimation_decline_threshold: '17.5' }),
      { age_estimation_decline_threshold: ['A valid integer is required.'] },
    ],
    ['search type', () => search({ search_type: 'all' }), { search_type: ['"all" is not a valid choice.'] }],
    ['rotate_image', () => live({ rotate_image: 'maybe' }), { rotate_image: ['Must be a valid boolean.'] }],
    [
      'save_api_request',
      () => live({ save_api_request: '2' }),
      { save_api_request: ['Must be a valid boolean.'] },
    ],
    [
      'metadata nested deeper than any parser goes',
      () => live({ metadata: `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}` }),
      { metadata: ['Value must be valid JSON.'] },
    ],
    [
      'metadata with a number beyond every float',
      () => live({ metadata: '{"a":1e400}' }),
      { metadata: ['Value must be valid JSON.'] },
    ],
    [
      'vendor data that would not be kept whole',
      () => live({ vendor_data: 'x'.repeat(256 * 1024 + 1) }),
      { vendor_data: ['Ensure this field has no more than 262144 bytes.'] },
    ],
    [
      'metadata that would not be kept whole',
      () => live({ metadata: `{"a":"${'x'.repeat(256 * 1024)}"}` }),
      { metadata: ['Ensure this field has no more than 262144 bytes.'] },
    ],
    ['metadata no JSON', () => live({ metadata: '{a}' }), { metadata: ['Value must be valid JSON.'] }],
    [
      'metadata a list',
      () => live({ metadata: '[1]' }),
      { metadata: ['Expected a dictionary of items but got type "list".'] },
    ],
    [
      'a null character',
      () => live({ vendor_data: 'a\0b' }),
      { vendor_data: ['Null characters are not allowed.'] },
    ],
    [
      'several at once',
      () => live({ ...named('a.pdf'), [threshold]: '200', rotate_image: 'x' }),
      {
        user_image: [extensionText('pdf')],
        [threshold]: ['Ensure this value is less than or equal to 100.'],
        rotate_image: ['Must be a valid boolean.'],
      },
    ],
    [
      'not a picture',
      () => live({ user_image: Buffer.from('hello') }),
      { error: 'Invalid user image format.' },
    ],
    [
      'HEIC under the name of a JPEG',
      () => live({ user_image: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic') }),
      { error: 'Invalid user image format.' },
    ],
    [
      'not a reference picture',
      () => match({ ref_image: Buffer.from('hello') }),
      { error: 'Invalid ref image format.' },
    ],
  ])('%s', async (_name, send, body) => {
    const answer = await send()
    expect(answer.body).toEqual(body)
    expect(answer.status).toBe(400)
  })

  it.each([['damaged' as const], ['too_many_pixels' as const]])('a picture that is %s', async (fault) => {
    script.analyse = () => Promise.reject(new PictureError(`picture_${fault}`))
    const answer = await live()
    expect([answer.status, answer.body]).toEqual([400, { error: 'Invalid user image format.' }])
  })

  it('a damaged reference', async () => {
    const error = Object.assign(new PictureError('picture_damaged'), { which: 'second' as const })
    script.compare = () => Promise.reject(error)
    const answer = await match()
    expect([answer.status, answer.body]).toEqual([400, { error: 'Invalid ref image format.' }])
  })

  it('a search without a face', async () => {
    script.analyse = () => stubReport({ faces: 0 })
    const answer = await search()
    expect([answer.status, answer.body]).toEqual([400, { error: 'No face detected in the image' }])
  })

  it.each(['tiff', 'jpg', 'JPEG', 'png', 'Webp'])(
    'takes the extension %s, whatever the bytes say',
    async (extension) => {
      expect((await live(named(`a.b.${extension}`))).status).toBe(200)
    },
  )

  it.each(['1', 'True', 'yes', 'on'])('takes %s for true', async (word) => {
    let rotate: boolean | undefined
    script.analyse = (_picture, options) => {
      rotate = options?.rotate
      return selfie()
    }
    await live({ rotate_image: word, save_api_request: 'false' })
    expect(rotate).toBe(true)
  })

  it('leaves blank fields at their defaults', async () => {
    const { status, body } = await live({ [threshold]: '', rotate_image: '', vendor_data: ' ', metadata: '' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ vendor_data: null, metadata: null })
  })
})

describe('failures of the server', () => {
  it.each([
    ['engine_busy' as const, 503, 'Service temporarily unavailable, try again later.'],
    ['engine_crashed' as const, 500, 'Internal server error.'],
    ['engine_timeout' as const, 500, 'Internal server error.'],
  ])('%s', async (code, status, detail) => {
    script.analyse = () => Promise.reject(new EngineError(code))
    const answer = await live()
    expect([answer.status, answer.body]).toEqual([status, { detail }])
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
  })

  it('give the prepaid call back', async () => {
    await server.services.clients.setBalance(caller.id, 1)
    script.analyse = () => Promise.reject(new EngineError('engine_crashed'))
    await live()
    script.analyse = () => selfie()
    expect((await live()).status).toBe(200)
    expect((await live()).status).toBe(403)
  })
})

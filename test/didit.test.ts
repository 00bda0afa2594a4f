import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DiditCaller, diditCaller, onePixel } from './support/didit.ts'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { startTestServer, type TestServer } from './support/server.ts'

/** Didit's calls over HTTP, with the real engine. */
let server: TestServer
let caller: DiditCaller
let personA: Buffer
let personC: Buffer

beforeAll(async () => {
  server = await startTestServer()
  personA = await portrait('personA')
  personC = await portrait('personC')
})
afterAll(() => server.stop())

// Every test an application of its own, so that none meets the faces of another.
const fresh = async () => {
  caller = await diditCaller(server)
}
const live = async (user_image: Buffer, fields: Record<string, string> = {}, filename = 'selfie.jpg') =>
  caller.post('/v3/passive-liveness/', { user_image: { bytes: user_image, filename }, ...fields })
const risksOf = (part: { warnings: { risk: string }[] }) => part.warnings.map(({ risk }) => risk)

describe('passive liveness', () => {
  it('measures one face', async () => {
    await fresh()
    const { status, body } = await live(personA, { vendor_data: 'user-123' })
    expect(status).toBe(200)
    const { liveness } = body
    expect(liveness.score).toBeGreaterThanOrEqual(0)
    expect(liveness.score).toBeLessThanOrEqual(100)
    expect(Math.round(liveness.score * 100)).toBeCloseTo(liveness.score * 100, 6)
    expect(liveness.status).toBe(liveness.score > 30 ? 'Approved' : 'Declined')
    expect(liveness.user_image.entities).toHaveLength(1)
    const [{ bbox, confidence, age, gender, race }] = liveness.user_image.entities
    const [left, top, right, bottom] = bbox
    expect(left).toBeGreaterThan(60)
    expect(right).toBeLessThan(400)
    expect(right - left).toBeGreaterThan(120)
    expect(bottom - top).toBeGreaterThan(120)
    expect(confidence).toBeGreaterThan(0.5)
    expect(age).toBeGreaterThan(10)
    expect(age).toBeLessThan(60)
    expect(['male', 'female']).toContain(gender)
    expect(race).toBeNull()
    expect(liveness.face_quality).toBeGreaterThan(0)
    expect(liveness.face_luminance).toBeGreaterThan(10)
  })

  it('declines at a threshold of its own score', async () => {
    await fresh()
    const first = (await live(personA)).body.liveness
    const threshold = { face_liveness_score_decline_threshold: String(first.score) }
    expect(risksOf((await live(personA, threshold)).body.liveness)).toContain('LOW_LIVENESS_SCORE')
  })

  it('answers the vendor’s one-pixel picture with 200, declined, no face', async () => {
    await fresh()
    const { status, body } = await live(onePixel, { vendor_data: 'skill-test-suite' }, 'test.png')
    expect(status).toBe(200)
    expect(body.liveness).toMatchObject({
      status: 'Declined',
      score: null,
      user_image: { entities: [] },
      face_quality: null,
      face_luminance: null,
    })
    expect(risksOf(body.liveness)).toEqual(['NO_FACE_DETECTED'])
  })

  it('lists several faces and warns', async () => {
    await fresh()
    const { body } = await live(samplePhotograph(3))
    expect(body.liveness.user_image.entities.length).toBeGreaterThan(1)
    expect(risksOf(body.liveness)).toContain('MULTIPLE_FACES_DETECTED')
  })

  it.each(['png', 'webp', 'tiff'] as const)('reads %s', async (format) => {
    await fresh()
    const { body } = await live(await sharp(personA).toFormat(format).toBuffer(), {}, `a.${format}`)
    expect(body.liveness.user_image.entities).toHaveLength(1)
  })

  it('finds a lying face when told to turn the picture', async () => {
    await fresh()
    const lying = await sharp(personA).rotate(90).jpeg().toBuffer()
    const { body } = await live(lying, { rotate_image: 'true' })
    expect(body.liveness.user_image.best_angle).toBe(270)
    expect(body.liveness.user_image.entities).toHaveLength(1)
  })

  it.each([
    ['a JPEG cut short', () => personA.subarray(0, 400)],
    ['a GIF under the name of a JPEG', () => Buffer.from('GIF89a\x01\0\x01\0\0\0\0;')],
    ['text', () => Buffer.from('hello')],
  ])('%s is 400', async (_name, bytes) => {
    await fresh()
    const { status, body } = await live(bytes())
    expect([status, body]).toEqual([400, { error: 'Invalid user image format.' }])
  })
})

describe('people', () => {
  it('match themselves, not each other', async () => {
    await fresh()
    const smaller = await sharp(personA).resize(320).jpeg({ quality: 80 }).toBuffer()
    const same = await caller.post('/v3/face-match/', { user_image: personA, ref_image: smaller })
    expect(same.body.face_match).toMatchObject({ status: 'Approved', warnings: [] })
    expect(same.body.face_match.score).toBeGreaterThan(85)
    const other = await caller.post('/v3/face-match/', { user_image: personA, ref_image: personC })
    expect(other.body.face_match.status).toBe('Declined')
    expect(risksOf(other.body.face_match)).toEqual(['LOW_FACE_MATCH_SIMILARITY'])
    const nobody = await caller.post('/v3/face-match/', {
      user_image: personA,
      ref_image: { bytes: onePixel, filename: 'a.png' },
    })
    expect(nobody.status).toBe(200)
    expect(nobody.body.face_match).toMatchObject({ status: 'Declined', score: null })
    expect(risksOf(nobody.body.face_match)).toEqual(['NO_REFERENCE_IMAGE'])
  })

  it('are found again, blocked, and forgotten', async () => {
    await fresh()
    // Whatever the picture's own score: a person approves it, so that it counts as known.
    const { body: first } = await live(personA, { vendor_data: 'anna' })
    if (first.liveness.status === 'Declined') {
      const path = `/v3/session/${first.request_id}/update-status/`
      await caller.send('PATCH', path, { new_status: 'Approved' })
    }
    const again = (await live(personA, { vendor_data: 'bert' })).body.liveness
    expect(risksOf(again)).toContain('DUPLICATED_FACE')
    expect(risksOf((await live(personC)).body.liveness)).not.toContain('DUPLICATED_FACE')

    const search = async () =>
      (await caller.post('/v3/face-search/', { user_image: personA })).body.face_search
    const found = await search()
    expect(found.total_matches).toBe(2)
    expect(found.matches[0].similarity_percentage).toBeGreaterThan(90)
    expect((await fetch(found.matches[0].match_image_url)).status).toBe(200)

    await caller.send('POST', '/v3/blocklist/add/', { session_id: first.request_id, blocklist_face: true })
    expect(risksOf((await live(personA, { vendor_data: 'carl' })).body.liveness)).toContain(
      'FACE_IN_BLOCKLIST',
    )
    for (const degrees of [90, 180, 270]) {
      const turned = await sharp(personA).rotate(degrees).jpeg().toBuffer()
      const { liveness } = (await live(turned, { vendor_data: `turned ${degrees}` })).body
      expect(liveness.status, `turned by ${degrees}`).toBe('Declined')
      expect(risksOf(liveness)).toContain('FACE_IN_BLOCKLIST')
      expect(liveness.user_image.best_angle).toBe(0)
    }
    await caller.send('POST', '/v3/blocklist/remove/', { session_id: first.request_id, unblock_face: true })
    await caller.send('POST', '/v3/sessions/delete/', { delete_all: true })
    expect((await search()).total_matches).toBe(0)
  })

  it('have an age', async () => {
    await fresh()
    const { body } = await caller.post('/v3/age-estimation/', {
      user_image: personA,
      age_estimation_decline_threshold: '100',
    })
    expect(body.age_estimation.age_estimation).toBeGreaterThan(10)
    expect(body.age_estimation.status).toBe('Declined')
    expect(risksOf(body.age_estimation)).toContain('AGE_BELOW_MINIMUM')
  })

  it('a search without a face is 400', async () => {
    await fresh()
    const { status, body } = await caller.post('/v3/face-search/', {
      user_image: { bytes: onePixel, filename: 'test.png' },
    })
    expect([status, body]).toEqual([400, { error: 'No face detected in the image' }])
  })
})

it('takes the very bytes that Python’s requests sends', async () => {
  await fresh()
  const boundary = '0a1b2c3d4e5f60718293a4b5c6d7e8f9'
  const head = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`
  // requests writes data fields first, gives a file its name, and a type only when it was told one.
  const body = Buffer.concat([
    Buffer.from(`${head('name="vendor_data"')}\r\nuser-1\r\n`),
    Buffer.from(`${head('name="user_image"; filename="selfie.jpg"')}\r\n`),
    personA,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  const response = await fetch(`${server.url}/v3/passive-liveness/`, {
    method: 'POST',
    headers: {
      ...caller.headers,
      'user-agent': 'python-requests/2.32.3',
      accept: '*/*',
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body,
  })
  expect(response.status).toBe(200)
  const answer = (await response.json()) as {
    vendor_data: string
    liveness: { user_image: { entities: [] } }
  }
  expect(answer.vendor_data).toBe('user-1')
  expect(answer.liveness.user_image.entities).toHaveLength(1)
})

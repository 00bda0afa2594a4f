import { describe, expect, it } from 'vitest'
import { actedPhoto } from '../../../test/support/acted-photo.ts'
import { base, isoTime, type OpenSession, verifyHQTest } from '../../../test/support/verifyhq.ts'
import type { Gesture } from '../../decisions/gesture.ts'
import { listEnvelope } from './client-switches.ts'

const test = verifyHQTest()

describe('a session', () => {
  it('is created as documented', async () => {
    const before = Date.now()
    const { status, body } = await test.send('POST', `${base}/session`, test.json({ userId: 'user_123' }))
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['sessionToken', 'expiresAt', 'challenges', 'instructions'])
    expect(body.sessionToken).toMatch(/^ses_/)
    expect(body.expiresAt).toMatch(isoTime)
    expect(Math.abs(Date.parse(body.expiresAt) - before - 600_000)).toBeLessThan(2_000)
    const texts = {
      TURN_LEFT: 'Turn your head to the left',
      TURN_RIGHT: 'Turn your head to the right',
      LOOK_UP: 'Look upward',
      SMILE: 'Smile naturally',
      BLINK: 'Blink both eyes',
      OPEN_MOUTH: 'Open mouth slightly',
    }
    for (const challenge of body.challenges) {
      expect(Object.keys(challenge)).toEqual(['id', 'type', 'instruction'])
      expect(challenge.id).toMatch(/^ch_/)
      expect(challenge.instruction).toBe(texts[challenge.type as Gesture])
    }
    expect(body.instructions).toBe(
      'Submit a photo for each challenge using POST /verifications/liveness/challenge. Complete all challenges within 10 minutes.',
    )
  })

  it.each(['/v1', ''])('goes its way at %s/', async (prefix) => {
    const path = `${prefix}/verifications/liveness`
    const session = (await test.send('POST', `${path}/session`, test.json({ userId: 'u' })))
      .body as OpenSession
    const total = session.challenges.length
    for (const index of session.challenges.keys()) {
      const { status, body } = await test.submit(session, index, {}, path)
      expect(status).toBe(200)
      const head = {
        sessionToken: session.sessionToken,
        challengesCompleted: index + 1,
        challengesTotal: total,
      }
      if (index + 1 < total) {
        expect(body).toEqual({
          ...head,
          status: 'IN_PROGRESS',
          isComplete: false,
          nextStep: `Submit photo for remaining ${total - index - 1} challenge(s)`,
        })
      } else {
        expect(body).toEqual({
          ...head,
          status: 'COMPLETED',
          isComplete: true,
          result: {
            isAlive: true,
            confidence: expect.any(Number),
            antiSpoofScore: 0.95,
            faceMatchScore: expect.any(Number),
            failureReason: null,
          },
        })
        expect(body.result.faceMatchScore).toBeGreaterThan(0.75)
      }
    }
  })

  it('that fails is still answered with 200, and says why', async () => {
    const { status, body } = await test.finish(await test.open(), { liveness: 0.1 })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'COMPLETED',
      isComplete: true,
      result: { isAlive: false, antiSpoofScore: 0.1 },
    })
    expect(body.result.failureReason).toMatch(/could not be accepted/)
  })

  it('without a face in its photos has a match score of 0, a number', async () => {
    const { body } = await test.finish(await test.open(), { faces: 0 })
    expect(body.result).toMatchObject({ isAlive: false, faceMatchScore: 0, antiSpoofScore: 0 })
  })

  it('waits longer and longer once a person has failed again and again', async () => {
    const fail = async () => test.finish(await test.open('stubborn'), { liveness: 0.1 })
    for (let failures = 0; failures < 11; failures++) expect((await fail()).body.result.isAlive).toBe(false)
    const begin = () => test.send('POST', `${base}/session`, test.json({ userId: 'stubborn' }))
    const { status, body, headers } = await begin()
    expect({ status, body }).toMatchObject({ status: 429, body: { message: 'Too many requests' } })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await test.open('somebody else')).sessionToken).toMatch(/^ses_/)
    await test.server.database
      .updateTable('challenge_sessions')
      .set(({ eb }) => ({ completed_at: eb('completed_at', '-', 40_000) }))
      .where('user_id', '=', 'stubborn')
      .execute()
    // The next failure costs twice as much, one that passes nothing.
    await fail()
    const { headers: again } = await begin()
    expect(Number(again.get('retry-after'))).toBeGreaterThan(30)
    await test.server.database
      .updateTable('challenge_sessions')
      .set(({ eb }) => ({ completed_at: eb('completed_at', '-', 120_000) }))
      .where('user_id', '=', 'stubborn')
      .execute()
    expect((await test.finish(await test.open('stubborn'))).body.result.isAlive).toBe(true)
    expect((await begin()).status).toBe(201)
  })

  it('takes photos of a mirror when it was created so', async () => {
    const session = await test.open('user', { mirrored: true })
    for (const [index, { type }] of session.challenges.entries()) {
      const seen = { TURN_LEFT: 'TURN_RIGHT', TURN_RIGHT: 'TURN_LEFT' }[type as string] as Gesture | undefined
      const { body } = await test.submit(session, index, { gesture: seen ?? type })
      if (body.isComplete) expect(body.result.isAlive).toBe(true)
    }
  })
})

describe('a check', () => {
  it('is read by id and by token, before and after', async () => {
    const session = await test.open('user_9')
    const before = (await test.send('GET', `${base}/${session.sessionToken}`)).body
    expect(before).toEqual({
      id: expect.any(String),
      userId: 'user_9',
      sessionToken: session.sessionToken,
      challenges: session.challenges.map((challenge) => ({
        ...challenge,
        photoUrl: null,
        submittedAt: null,
        passed: null,
      })),
      isAlive: null,
      confidence: null,
      antiSpoofScore: null,
      faceMatchScore: null,
      status: 'CREATED',
      failureReason: null,
      completedAt: null,
      createdAt: expect.stringMatching(isoTime),
    })
    await test.submit(session, 0)
    expect((await test.send('GET', `${base}/${before.id}`)).body).toMatchObject({ status: 'IN_PROGRESS' })
    for (const index of session.challenges.keys()) if (index > 0) await test.submit(session, index)
    const after = await test.send('GET', `${base}/${before.id}`)
    expect(after.status).toBe(200)
    expect(after.body).toMatchObject({
      id: before.id,
      isAlive: true,
      status: 'COMPLETED',
      failureReason: null,
      completedAt: expect.stringMatching(isoTime),
    })
    for (const challenge of after.body.challenges) {
      expect(challenge).toMatchObject({ passed: true, submittedAt: expect.stringMatching(isoTime) })
    }
  })

  it('is the answer to a reference selfie, which decides', async () => {
    const session = await test.open()
    const selfie = test.form({ sessionToken: session.sessionToken, selfie: actedPhoto({ person: 1 }) })
    const { status, body } = await test.send('POST', `${base}/reference-selfie`, selfie)
    expect(status).toBe(200)
    expect(body).toMatchObject({ sessionToken: session.sessionToken, status: 'IN_PROGRESS', isAlive: null })
    const { result } = (await test.finish(session)).body
    expect(result.isAlive).toBe(false)
    expect(result.faceMatchScore).toBeLessThan(0.2)
    expect(result.failureReason).toMatch(/same person/)
  })

  it('of a user is listed, newest first, in pages', async () => {
    const tokens = []
    for (let i = 0; i < 3; i++) tokens.unshift((await test.open('pages')).sessionToken)
    const { status, body, headers: given } = await test.send('GET', `${base}/user/pages?limit=2`)
    expect(status).toBe(200)
    expect(body.map(({ sessionToken }: OpenSession) => sessionToken)).toEqual(tokens.slice(0, 2))
    expect([given.get('x-total-count'), given.get('x-page'), given.get('x-limit')]).toEqual(['3', '1', '2'])
    const second = await test.send('GET', `${base}/user/pages?page=2&limit=2`)
    expect(second.body.map(({ sessionToken }: OpenSession) => sessionToken)).toEqual(tokens.slice(2))
    expect((await test.send('GET', `${base}/user/nobody`)).body).toEqual([])
  })

  it('of a user is listed as an identity, by which the vendor’s clients find it', async () => {
    const [first, second] = [await test.open('identity'), await test.open('identity')]
    await test.finish(first)
    const path = '/v1/verifications/identity/user/identity'
    const { status, body, headers: given } = await test.send('GET', path)
    expect(status).toBe(200)
    expect(given.get('x-total-count')).toBe('2')
    expect(body).toEqual([
      {
        id: expect.any(String),
        userId: 'identity',
        status: 'PENDING',
        livenessCheckId: expect.any(String),
        createdAt: expect.stringMatching(isoTime),
      },
      expect.objectContaining({ status: 'VERIFIED' }),
    ])
    const tokens = body.map(({ livenessCheckId }: { livenessCheckId: string }) =>
      test.send('GET', `${base}/${livenessCheckId}`).then((check) => check.body.sessionToken),
    )
    expect(await Promise.all(tokens)).toEqual([second.sessionToken, first.sessionToken])
    expect((await test.send('GET', `${path}?limit=1`)).body).toHaveLength(1)
    expect((await test.send('GET', path, { headers: test.stranger })).body).toEqual([])
  })

  it('list comes in an envelope for clients that ask for one', async () => {
    const { headers: own } = await test.server.client('verifyhq', { settings: listEnvelope.set(true) })
    const { body } = await test.send('GET', `${base}/user/nobody`, { headers: own })
    expect(body).toEqual({ data: [], total: 0, page: 1, limit: 20 })
  })
})

describe('the capture link', () => {
  it('is made for an open session alone', async () => {
    const session = await test.open()
    const ask = () =>
      test.send('POST', `${base}/capture-link`, test.json({ sessionToken: session.sessionToken }))
    const { status, body } = await ask()
    expect(status).toBe(201)
    expect(body.captureUrl).toMatch(new RegExp(`^${test.server.url}/capture/[\\w-]{32}$`))
    expect(body.expiresAt).toMatch(isoTime)
    await test.finish(session)
    expect((await ask()).status).toBe(409)
  })
})

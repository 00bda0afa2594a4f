import { describe, expect, it } from 'vitest'
import { actedPhoto } from '../../../test/support/acted-photo.ts'
import { type Answer, base, verifyHQTest } from '../../../test/support/verifyhq.ts'
import { EngineError } from '../../engine/errors.ts'

const test = verifyHQTest()

describe('errors', () => {
  const valid = { userId: 'u' }
  const photo = () => actedPhoto()
  const session = () => test.open()
  const limited = (permissions: string[]) => test.server.client('verifyhq', { settings: { permissions } })

  const rows: [string, () => Promise<Answer>, number, string, string | string[] | RegExp][] = [
    [
      'no key',
      () => test.send('POST', `${base}/session`, test.json(valid, {})),
      401,
      'Unauthorized',
      'API key is missing',
    ],
    [
      'unknown key',
      () =>
        test.send('POST', `${base}/session`, test.json(valid, { 'x-api-key': `vhq_live_${'0'.repeat(48)}` })),
      401,
      'Unauthorized',
      'Invalid API key',
    ],
    [
      'not a key',
      () => test.send('GET', `${base}/x`, { headers: { 'x-api-key': 'x' } }),
      401,
      'Unauthorized',
      'Invalid API key',
    ],
    [
      'a key that may only read',
      async () =>
        test.send('POST', `${base}/session`, test.json(valid, (await limited(['liveness:read'])).headers)),
      403,
      'Forbidden',
      'Insufficient permissions: liveness:write is required',
    ],
    [
      'a key that may only write',
      async () => test.send('GET', `${base}/x`, { headers: (await limited(['liveness:write'])).headers }),
      403,
      'Forbidden',
      'Insufficient permissions: liveness:read is required',
    ],
    [
      'no prepaid check left',
      async () =>
        test.send(
          'POST',
          `${base}/session`,
          test.json(valid, (await test.server.client('verifyhq', { balance: 0 })).headers),
        ),
      403,
      'Forbidden',
      'No prepaid checks are left',
    ],
    [
      'broken JSON',
      () => test.send('POST', `${base}/session`, test.json('{')),
      400,
      'Bad Request',
      /not valid JSON/,
    ],
    [
      'no userId',
      () => test.send('POST', `${base}/session`, test.json({})),
      422,
      'Unprocessable Entity',
      ['userId must be a string'],
    ],
    [
      'a body of another kind',
      () =>
        test.send('POST', `${base}/session`, {
          headers: { ...test.headers, 'content-type': 'text/plain' },
          body: 'x',
        }),
      422,
      'Unprocessable Entity',
      ['userId must be a string'],
    ],
    [
      'a body that is a list',
      () => test.send('POST', `${base}/session`, test.json([])),
      422,
      'Unprocessable Entity',
      ['userId must be a string'],
    ],
    [
      'no body',
      () => test.send('POST', `${base}/session`),
      422,
      'Unprocessable Entity',
      ['userId must be a string'],
    ],
    [
      'userId a number',
      () => test.send('POST', `${base}/session`, test.json({ userId: 7 })),
      422,
      'Unprocessable Entity',
      ['userId must be a string'],
    ],
    [
      'userId empty',
      () => test.send('POST', `${base}/session`, test.json({ userId: ' ' })),
      422,
      'Unprocessable Entity',
      ['userId should not be empty'],
    ],
    [
      'no fields',
      () => test.send('POST', `${base}/challenge`, test.form({ photo: photo() })),
      422,
      'Unprocessable Entity',
      ['sessionToken should not be empty', 'challengeId should not be empty'],
    ],
    [
      'no multipart',
      () => test.send('POST', `${base}/reference-selfie`, test.json({ sessionToken: 'x' })),
      422,
      'Unprocessable Entity',
      ['sessionToken should not be empty'],
    ],
    [
      'no photo',
      () => test.send('POST', `${base}/challenge`, test.form({ sessionToken: 'a', challengeId: 'b' })),
      400,
      'Bad Request',
      'Photo is required',
    ],
    [
      'no selfie',
      () => test.send('POST', `${base}/reference-selfie`, test.form({ sessionToken: 'a' })),
      400,
      'Bad Request',
      'Selfie is required',
    ],
    [
      'an empty photo',
      () =>
        test.send(
          'POST',
          `${base}/challenge`,
          test.form({ sessionToken: 'a', challengeId: 'b', photo: Buffer.alloc(0) }),
        ),
      400,
      'Bad Request',
      'Photo is required',
    ],
    [
      'a GIF',
      () =>
        test.send(
          'POST',
          `${base}/challenge`,
          test.form({ sessionToken: 'a', challengeId: 'b', photo: Buffer.from('GIF89a') }),
        ),
      400,
      'Bad Request',
      /Accepted formats: JPEG, PNG, WebP, HEIC/,
    ],
    [
      'a TIFF, which other vendors take',
      () =>
        test.send(
          'POST',
          `${base}/challenge`,
          test.form({ sessionToken: 'a', challengeId: 'b', photo: Buffer.from('II*\0\b\0\0\0') }),
        ),
      400,
      'Bad Request',
      /Accepted formats/,
    ],
    [
      'a photo over 10 MB',
      () =>
        test.send(
          'POST',
          `${base}/challenge`,
          test.form({
            sessionToken: 'a',
            challengeId: 'b',
            photo: Buffer.concat([photo(), Buffer.alloc(10 * 1024 * 1024)]),
          }),
        ),
      413,
      'Payload Too Large',
      /10MB/,
    ],
    [
      'a photo that cannot be read',
      async () => test.submit(await session(), 0, { broken: true }),
      422,
      'Unprocessable Entity',
      'The file could not be read as a picture',
    ],
    [
      'an unknown session',
      () =>
        test.send(
          'POST',
          `${base}/challenge`,
          test.form({ sessionToken: 'ses_0', challengeId: 'b', photo: photo() }),
        ),
      404,
      'Not Found',
      'Liveness session not found',
    ],
    [
      "somebody else's session",
      async () =>
        test.send(
          'POST',
          `${base}/reference-selfie`,
          test.form({ sessionToken: (await session()).sessionToken, selfie: photo() }, test.stranger),
        ),
      404,
      'Not Found',
      'Liveness session not found',
    ],
    [
      'an unknown challenge',
      async () =>
        test.send(
          'POST',
          `${base}/challenge`,
          test.form({ sessionToken: (await session()).sessionToken, challengeId: 'ch_0', photo: photo() }),
        ),
      404,
      'Not Found',
      'Challenge not found',
    ],
    [
      'an unknown check',
      () => test.send('GET', `${base}/nothing`),
      404,
      'Not Found',
      'Liveness check not found',
    ],
    [
      "somebody else's check",
      async () => test.send('GET', `${base}/${(await session()).sessionToken}`, { headers: test.stranger }),
      404,
      'Not Found',
      'Liveness check not found',
    ],
    [
      'a challenge submitted twice',
      async () => {
        const opened = await session()
        await test.submit(opened, 0)
        return test.submit(opened, 0)
      },
      409,
      'Conflict',
      'Challenge already submitted',
    ],
    [
      'a completed session',
      async () => {
        const opened = await session()
        await test.finish(opened)
        return test.submit(opened, 0)
      },
      409,
      'Conflict',
      'Liveness session is already completed',
    ],
    [
      'a selfie after the end',
      async () => {
        const opened = await session()
        await test.finish(opened)
        return test.send(
          'POST',
          `${base}/reference-selfie`,
          test.form({ sessionToken: opened.sessionToken, selfie: photo() }),
        )
      },
      409,
      'Conflict',
      'Liveness session is already completed',
    ],
    [
      'page 0 and limit 101',
      () => test.send('GET', `${base}/user/u?page=0&limit=101`),
      422,
      'Unprocessable Entity',
      ['page must not be less than 1', 'limit must not be greater than 100'],
    ],
    [
      'a page that is no number',
      () => test.send('GET', `${base}/user/u?page=two`),
      422,
      'Unprocessable Entity',
      ['page must be an integer number'],
    ],
    ['an unknown path', () => test.send('GET', `${base}/a/b`), 404, 'Not Found', `Cannot GET ${base}/a/b`],
    [
      'the withdrawn way to submit',
      () => test.send('POST', `${base}/submit`, test.form({ sessionToken: 'a' })),
      404,
      'Not Found',
      `Cannot POST ${base}/submit`,
    ],
  ]

  it.each(rows)('%s', async (_name, request, status, reason, message) => {
    const answer = await request()
    expect(answer.status).toBe(status)
    expect(Object.keys(answer.body)).toEqual(['statusCode', 'error', 'message', 'timestamp'])
    expect(answer.body).toMatchObject({ statusCode: status, error: reason })
    if (message instanceof RegExp) expect(answer.body.message).toMatch(message)
    else expect(answer.body.message).toEqual(message)
    expect(answer.body.timestamp).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:]{8}Z$/)
    expect(Date.now() - Date.parse(answer.body.timestamp)).toBeLessThan(60_000)
  })

  it('an expired session', async () => {
    const opened = await session()
    await test.server.database
      .updateTable('challenge_sessions')
      .set({ expires_at: Date.now() - 1 })
      .where('token', '=', opened.sessionToken)
      .execute()
    const late = await test.submit(opened, 0)
    expect(late).toMatchObject({
      status: 400,
      body: { error: 'Bad Request', message: 'Liveness session has expired' },
    })
    expect((await test.send('GET', `${base}/${opened.sessionToken}`)).body.status).toBe('EXPIRED')
  })

  it('too many requests, and when to come back', async () => {
    const { headers: few } = await test.server.client('verifyhq', { settings: { ratePerMinute: 2 } })
    const ask = () => test.send('GET', `${base}/nothing`, { headers: few })
    expect([(await ask()).status, (await ask()).status]).toEqual([404, 404])
    const { status, body, headers: given } = await ask()
    expect(status).toBe(429)
    expect(body).toMatchObject({ statusCode: 429, error: 'Too Many Requests' })
    expect(Number(given.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })

  it.each([
    ['busy', new EngineError('engine_busy'), 503, 'Service Unavailable'],
    ['a stop', new EngineError('engine_closed'), 503, 'Service Unavailable'],
    ['a crash', new EngineError('engine_crashed'), 500, 'Internal Server Error'],
    ['a mistake of ours', new Error('secret detail'), 500, 'Internal Server Error'],
  ])('%s leaves the challenge open', async (_name, thrown, status, reason) => {
    const opened = await session()
    test.throwNext(thrown)
    const failed = await test.submit(opened, 0)
    expect(failed.status).toBe(status)
    expect(failed.body.error).toBe(reason)
    expect(JSON.stringify(failed.body)).not.toContain('secret detail')
    expect(failed.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
    expect((await test.submit(opened, 0)).status).toBe(200)
  })
})

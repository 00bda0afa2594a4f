/** Real requests and sessions; a stub engine sees what each photo was made to show, which hides the nets. */
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type Act, actedPhoto } from '../../test/support/acted-photo.ts'
import { burstOf, filmed, fingerprintOf } from '../../test/support/burst.ts'
import { base, type OpenSession, verifyHQTest } from '../../test/support/verifyhq.ts'

const test = verifyHQTest()

/** Goes through a session as the page does. @returns what the page gets in the end */
async function result(act: Act) {
  const page = await openPage()
  for (const { id, type } of page.drawn)
    page.session = (await send(page, { challengeId: id, photo: actedPhoto({ gesture: type, ...act }) })).body
  return page.session.result
}

describe('the capture page', () => {
  it('hears that a session passed', async () => {
    expect(await result({})).toEqual({ passed: true, failure: null, gesture: null, sentence: null })
  })

  it('gets the same answer to every photo that looks like a fake, whichever check said so', async () => {
    const spoof = await result({ liveness: 0.1 })
    expect(spoof).toMatchObject({ passed: false, failure: 'not_accepted', gesture: null })
    expect(await result({ scene: 'one still' })).toEqual(spoof)
    const known: Act = { copyOf: 'a picture used before' }
    await result(known)
    expect(await result(known)).toEqual(spoof)
  })

  it('gets what a person can do better', async () => {
    expect(await result({ faces: 2 })).toMatchObject({
      failure: 'several_faces',
      gesture: expect.any(String),
    })
  })
})

interface Page {
  session: { challenges: { id: string; submitted: boolean }[]; result: { passed: boolean } | null }
  /** What the caller was told, and the page is not. */
  drawn: OpenSession['challenges']
  headers: Record<string, string>
  sessionToken: string
}

/** A session's page, opened. */
async function openPage(): Promise<Page> {
  const { sessionToken, challenges: drawn } = await test.open()
  const link = await test.send('POST', `${base}/capture-link`, test.json({ sessionToken }))
  const token = link.body.captureUrl.split('/').at(-1)
  const { body } = await test.send('POST', '/capture/api/open', test.json({ link: token }))
  return { session: body.session, drawn, headers: { authorization: `Bearer ${body.key}` }, sessionToken }
}

async function beginStream({ headers }: Page, label = 'Front Camera'): Promise<string> {
  const body = test.json({ label, hasDevice: true }, headers)
  return (await test.send('POST', '/capture/api/stream', body)).body.mark
}

const promptOf = ({ headers }: Page) => test.send('POST', '/capture/api/prompt', { headers })

/** A photo of what is asked, and the parts of the form that binds it to its stream. */
function streamed(gesture: Act['gesture'], challengeId: string, mark: string, head: string, seed: number) {
  const frames = filmed(seed)
  const photo = actedPhoto({ ...(gesture ? { gesture } : {}), fingerprint: fingerprintOf(frames) })
  const { bytes, link } = burstOf(frames, mark, head, photo)
  return { challengeId, photo, frames: Buffer.from(bytes), link }
}

const send = ({ headers }: Page, parts: Record<string, string | Buffer>) =>
  test.send('POST', '/capture/api/photo', test.form(parts, headers))

/** Goes through the gestures as the page's own code does. @param scene before those that are seen. @returns what was sent */
async function film(page: Page, scene = 0) {
  await beginStream(page)
  let head = ''
  const sent = []
  for (const index of page.session.challenges.keys()) {
    const { challengeId, gesture, mark } = (await promptOf(page)).body
    const parts = streamed(gesture, challengeId, mark, head, scene + index + 1)
    const answer = await send(page, parts)
    expect(answer.status).toBe(200)
    page.session = answer.body
    head = parts.link
    sent.push(parts)
  }
  return sent
}

/** How each photo came, and what its verdict says of all. */
async function captured({ sessionToken }: Page) {
  const session = await test.server.services.challenges.find(test.clientId, sessionToken)
  const photos = session!.challenges.map(({ captured, signals }) => ({ captured, signals }))
  return { photos, all: session!.verdict?.captured }
}

it('is told a gesture when it is asked for, and none before', async () => {
  const page = await openPage()
  const ids = page.drawn.map(({ id }) => ({ id, submitted: false }))
  expect(page.session.challenges).toEqual(ids)
  const again = await test.send('GET', '/capture/api/session', { headers: page.headers })
  expect(again.body.challenges).toEqual(ids)
  expect((await beginStream(page)).length).toBeGreaterThan(20)
  const { body } = await promptOf(page)
  expect(body).toMatchObject({ challengeId: page.drawn[0]!.id, gesture: page.drawn[0]!.type })
})

describe('a photo', () => {
  it('is captured by the page in a stream that a camera feeds', async () => {
    const page = await openPage()
    await film(page)
    expect(page.session.result).toMatchObject({ passed: true })
    expect(await captured(page)).toEqual({
      photos: Array(3).fill({ captured: 'page', signals: [] }),
      all: 'page',
    })
    const streams = await test.server.database
      .selectFrom('capture_streams')
      .innerJoin('challenge_sessions', 'challenge_sessions.id', 'capture_streams.session_id')
      .select('mark')
      .where('token', '=', page.sessionToken)
      .execute()
    expect(streams).toEqual([])
  })

  it('is an upload where a file is fed straight to the interface', async () => {
    const page = await openPage()
    for (const { id, type } of page.drawn)
      await send(page, { challengeId: id, photo: actedPhoto({ gesture: type }) })
    const uploads = Array(3).fill({ captured: 'upload', signals: [] })
    expect(await captured(page)).toEqual({ photos: uploads, all: 'upload' })
  })

  it('is refused with the frames of an earlier session, and its challenge still waits', async () => {
    const recorded = await film(await openPage())
    const page = await openPage()
    await beginStream(page)
    const { challengeId, mark } = (await promptOf(page)).body
    const replay = await send(page, { ...recorded[0]!, challengeId })
    expect(replay).toMatchObject({ status: 409, body: { code: 'stream_unknown' } })
    const [first] = page.drawn
    const own = streamed(first!.type, challengeId, mark, '', 4)
    expect((await send(page, own)).status).toBe(200)
    // A mark serves once, and for the challenge that it was made for.
    const [, second] = page.drawn
    const again = streamed(second!.type, second!.id, mark, own.link, 5)
    expect(await send(page, again)).toMatchObject({ status: 409, body: { code: 'stream_unknown' } })
  })

  it('is an upload where it shows another moment than the stream', async () => {
    const page = await openPage()
    await beginStream(page)
    const { challengeId, mark } = (await promptOf(page)).body
    const photo = actedPhoto({ fingerprint: fingerprintOf(filmed(6)) })
    const { bytes, link } = burstOf(filmed(1), mark, '', photo)
    await send(page, { challengeId, photo, frames: Buffer.from(bytes), link })
    expect((await captured(page)).photos[0]).toEqual({ captured: 'upload', signals: ['other_moment'] })
  })

  it('is an upload where the page makes no stream of it to speak of', async () => {
    const page = await openPage()
    await beginStream(page)
    const { challengeId, gesture, mark } = (await promptOf(page)).body
    const frames = filmed(9).slice(-5)
    const photo = actedPhoto({ gesture, fingerprint: fingerprintOf(frames) })
    const { bytes, link } = burstOf(frames, mark, '', photo)
    await send(page, { challengeId, photo, frames: Buffer.from(bytes), link })
    expect((await captured(page)).photos[0]).toEqual({ captured: 'upload', signals: ['few_frames'] })
  })

  it('needs a stream before a prompt, and a camera before a stream', async () => {
    const page = await openPage()
    expect(await promptOf(page)).toMatchObject({ status: 409, body: { code: 'stream_unknown' } })
    const wrong = test.json({ label: 1, hasDevice: true }, page.headers)
    expect(await test.send('POST', '/capture/api/stream', wrong)).toMatchObject({ status: 400 })
  })
})

describe('a client that refuses uploads', () => {
  const refuse = (refuseUploads: boolean) =>
    test.server.services.clients.update(test.clientId, { refuseUploads })
  afterEach(() => refuse(false))

  it('takes what the page captures and nothing else', async () => {
    await refuse(true)
    const session = await test.open()
    const message = 'Photos are taken from the capture page only'
    expect(await test.submit(session, 0)).toMatchObject({ status: 403, body: { message } })
    const page = await openPage()
    const [first] = page.session.challenges
    const fed = await send(page, { challengeId: first!.id, photo: actedPhoto() })
    expect(fed).toMatchObject({ status: 403, body: { code: 'upload_refused' } })
    // One on file.
    const selfie = test.form({ photo: actedPhoto() }, page.headers)
    expect((await test.send('POST', '/capture/api/selfie', selfie)).status).toBe(200)
    // Not what was filmed for the client before, which would be known again.
    await film(page, 10)
    expect(page.session.result).toMatchObject({ passed: true })
  })
})

describe('who asks', () => {
  const brand = { name: 'Example Bank', logo: null, accentColor: '#6a3fb5', consentText: 'We keep pictures.' }
  const sha256 = createHash('sha256').update(brand.consentText).digest('hex')
  const setBranding = (branding: typeof brand | null) =>
    test.server.services.clients.update(test.clientId, { branding })
  afterEach(() => setBranding(null))

  const post = (path: string, body: object, headers = {}) =>
    test.send('POST', `/capture/api/${path}`, test.json(body, headers))

  async function makeLink() {
    const session = await test.open()
    const made = await test.send('POST', `${base}/capture-link`, test.json(session))
    return { session, link: made.body.captureUrl.split('/').at(-1) as string }
  }

  it('is told before the link is opened, which stays as it is', async () => {
    await setBranding(brand)
    const { link } = await makeLink()
    const { name, logo, accentColor, consentText: text } = brand
    const welcome = { name, logo, accentColor, consent: { text, sha256 } }
    for (let look = 0; look < 2; look++)
      expect(await post('welcome', { link })).toMatchObject({ status: 200, body: welcome })
    const { body } = await post('open', { link, consent: sha256 })
    expect(await post('welcome', { link })).toMatchObject({ status: 410, body: { code: 'link_unknown' } })
    const authorization = `Bearer ${body.key}`
    expect((await post('welcome', { link }, { authorization })).body).toEqual({ ...welcome, consent: null })
  })

  it('opens the link only to whoever agrees to the present text, and keeps when', async () => {
    await setBranding(brand)
    const { session, link } = await makeLink()
    const other = createHash('sha256').update('Another text').digest('hex')
    for (const consent of [undefined, null, true, other])
      expect(await post('open', { link, consent })).toMatchObject({
        status: 409,
        body: { code: 'consent_missing' },
      })
    await setBranding({ ...brand, consentText: 'Another text' })
    expect((await post('open', { link, consent: sha256 })).status).toBe(409)
    const before = Date.now()
    expect((await post('open', { link, consent: other })).status).toBe(200)
    const found = await test.server.services.challenges.find(test.clientId, session.sessionToken)
    expect(found?.consent?.digest).toBe(other)
    expect(found?.consent?.at).toBeGreaterThanOrEqual(before)
    await setBranding(null)
    const again = await test.send('POST', `${base}/capture-link`, test.json(session))
    expect((await post('open', { link: again.body.captureUrl.split('/').at(-1) })).status).toBe(200)
    const kept = await test.server.services.challenges.find(test.clientId, session.sessionToken)
    expect(kept?.consent).toEqual(found?.consent)
  })

  it('is nobody where the client has not said so', async () => {
    const { session, link } = await makeLink()
    const nobody = { name: null, logo: null, accentColor: null, consent: null }
    expect((await post('welcome', { link })).body).toEqual(nobody)
    // A digest that nobody asked for is not kept.
    expect((await post('open', { link, consent: sha256 })).status).toBe(200)
    const found = await test.server.services.challenges.find(test.clientId, session.sessionToken)
    expect(found?.consent).toBeNull()
  })
})

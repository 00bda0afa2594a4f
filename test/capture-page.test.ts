import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { captureLanguages } from '../src/challenges/languages.ts'
import { type NewSession, verifyReturn } from '../src/client/index.ts'
import type { Gesture } from '../src/decisions/gesture.ts'
import { hi } from '../web/capture/texts/hi.ts'
import { buildPages, chromiumPath, launchBrowser } from './support/browser.ts'
import { invite, overflow, overflowBelow, screenOf, screenshot, seriousFindings } from './support/capture.ts'
import { describeElement } from './support/capture-element.ts'
import { type EmbeddingSite, startEmbeddingSite } from './support/embedding-site.ts'
import { actor, shootFilm } from './support/film.ts'
import { patience } from './support/patience.ts'
import { recordPhotos, replayPhotos } from './support/replay.ts'
import { startTestServer, type TestServer } from './support/server.ts'

const chromium = chromiumPath()

/** Inside the capture element. */
const root = "document.querySelector('liveface-capture').shadowRoot"

/** As where a browser keeps nothing for a page within another. Runs in the page. */
function forbidStorage(): void {
  Object.defineProperty(globalThis, 'sessionStorage', {
    get() {
      throw new Error('This page may not keep anything.')
    },
  })
}

/** Notes what a person would hear and feel, in `signals`: a test's machine has neither a loudspeaker nor a motor. Runs in the page. */
function noteSignals(): void {
  const signals: string[] = []
  const { prototype } = (globalThis as unknown as Record<string, { prototype: { start(at: number): void } }>)
    .AudioScheduledSourceNode!
  const { start } = prototype
  prototype.start = function (at) {
    signals.push('tone')
    start.call(this, at)
  }
  Object.assign(globalThis, { signals })
  Object.defineProperty((globalThis as unknown as { navigator: object }).navigator, 'vibrate', {
    value: () => signals.push('vibration'),
  })
}

/** What the puppet of the film can act convincingly. */
const acted: Gesture[] = ['TURN_LEFT', 'LOOK_UP', 'OPEN_MOUTH']

describe.skipIf(!chromium)('the capture page', () => {
  let folder: string
  let server: TestServer
  let site: EmbeddingSite
  /** By what the camera shows. */
  let browsers: Record<'acting' | 'still' | 'nobody' | 'none' | 'two', Browser>
  const problems: string[] = []

  beforeAll(async () => {
    buildPages()
    folder = mkdtempSync(join(tmpdir(), 'liveface-films-'))
    site = await startEmbeddingSite()
    // A film of stills, bent to act, is no bona fide capture: what is tested here is everything else.
    server = await startTestServer({
      settings: {
        LIVEFACE_LIVENESS_THRESHOLD: '0',
        LIVEFACE_STILL_CHECK: 'false',
        LIVEFACE_CAPTURE_ORIGINS: site.url,
      },
    })
    site.serve(server.url, () => invite(server, acted))
    const person = await actor(server.services.engine)
    const film = (name: string) => join(folder, `${name}.mjpeg`)
    await shootFilm(film('acting'), person, [
      { gesture: null, seconds: 3, noisy: true },
      // A bent picture of a lifted head is measured as less than was acted.
      ...acted.map((gesture) => {
        const amount = gesture === 'LOOK_UP' ? 1.12 : 1
        return { gesture, amount, seconds: 4, noisy: true }
      }),
    ])
    await shootFilm(film('still'), person, [{ gesture: null, seconds: 1 }])
    const empty = await sharp({ create: { width: 480, height: 640, channels: 3, background: '#8a9a90' } })
      .jpeg()
      .toBuffer()
    writeFileSync(film('nobody'), Buffer.concat(Array(30).fill(empty)))
    const [acting, still, nobody, none, two] = await Promise.all([
      launchBrowser(chromium!, film('acting')),
      launchBrowser(chromium!, film('still')),
      launchBrowser(chromium!, film('nobody')),
      launchBrowser(chromium!),
      launchBrowser(chromium!, undefined, 2),
    ])
    browsers = { acting, still, nobody, none, two }
  })
  afterAll(async () => {
    for (const browser of Object.values(browsers ?? {})) await browser.close()
    await site?.close()
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  afterEach(async () => {
    for (const browser of Object.values(browsers))
      for (const context of browser.contexts()) await context.close()
    problems.splice(0)
    await forgetPictures()
  })

  /** The same film is shown in session after session, and in each attempt, where it would be known again. */
  async function forgetPictures(): Promise<void> {
    await server.database.deleteFrom('imprints').execute()
    await server.database.updateTable('challenge_photos').set({ sha256: '' }).execute()
  }

  async function visit(
    camera: keyof typeof browsers,
    url: string,
    options: BrowserContextOptions = {},
    { first = 'welcome', prepare }: { first?: string; prepare?: () => void } = {},
  ): Promise<Page> {
    const context = await browsers[camera].newContext({
      permissions: ['camera'],
      viewport: { width: 390, height: 844 },
      locale: 'en-GB',
      ...options,
    })
    if (prepare) await context.addInitScript(prepare)
    const page = await context.newPage()
    page.setDefaultTimeout(patience.poll)
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    await page.goto(url)
    await screenOf(page, first)
    return page
  }

  /** How the photos of a session's gestures came, and what spoke against a camera behind each. */
  async function capturesOf(sessionToken: string) {
    const photos = await server.database
      .selectFrom('challenge_photos')
      .innerJoin('challenge_sessions', 'challenge_sessions.id', 'challenge_photos.session_id')
      .select(['captured', 'signals'])
      .where('token', '=', sessionToken)
      .where('challenge_id', '!=', 'selfie')
      .execute()
    return photos.map(({ captured, signals }) => ({ captured, signals: JSON.parse(signals) as string[] }))
  }

  /** The photos of a session come as in a mirror, or not. */
  const mirror = (id: string, mirrored: 0 | 1) =>
    server.database.updateTable('challenge_sessions').set({ mirrored }).where('id', '=', id).execute()

  const start = (page: Page) => page.click('button.primary')

  it('guides a person through the gestures, and passes; a recording of that does not', async () => {
    const { captureUrl, sessionToken, headers } = await invite(server, acted)
    const page = await visit('acting', captureUrl, {}, { prepare: noteSignals })
    await recordPhotos(page)
    await screenshot(page, 'capture-welcome')
    expect(await seriousFindings(page)).toEqual([])
    await start(page)
    await screenOf(page, 'live')
    expect(await seriousFindings(page)).toEqual([])
    await page.waitForSelector('[data-goal]:not([data-goal=AHEAD])')
    await screenshot(page, 'capture-gesture')
    await screenOf(page, 'passed')
    await screenshot(page, 'capture-passed')
    // Whoever opens their mouth sees the screen.
    const signal = ['vibration', 'tone', 'tone']
    expect(await page.evaluate('signals')).toEqual([...signal, ...signal])
    expect(await seriousFindings(page)).toEqual([])
    // No violation of the security policy, no failed request, no exception.
    expect(problems).toEqual([])
    const check = await fetch(`${server.url}/v1/verifications/liveness/${sessionToken}`, { headers })
    expect(await check.json()).toMatchObject({ status: 'COMPLETED', isAlive: true, userId: 'somebody' })
    // The name of the film is not enough against it.
    for (const { captured, signals } of await capturesOf(sessionToken)) {
      expect(captured).toBe('page')
      expect(signals).toContain('virtual_camera')
    }
    const next = await invite(server, acted, headers)
    const { answers, last } = await replayPhotos(page, next.captureUrl)
    expect(answers).toEqual(Array(3).fill({ code: 'stream_unknown' }))
    expect(last).toMatchObject({ result: { passed: false, failure: 'not_accepted' } })
    for (const { captured } of await capturesOf(next.sessionToken)) expect(captured).toBe('upload')
  })

  it('knows a canvas that plays in place of the camera by its want of a device', async () => {
    const { captureUrl, sessionToken } = await invite(server)
    const page = await visit('still', captureUrl)
    await page.evaluate(`
      const canvas = document.createElement('canvas')
      canvas.getContext('2d').fillRect(0, 0, 9, 9)
      navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30)
    `)
    await start(page)
    await screenOf(page, 'live')
    const streams = await server.database
      .selectFrom('capture_streams')
      .innerJoin('challenge_sessions', 'challenge_sessions.id', 'capture_streams.session_id')
      .select('signals')
      .where('token', '=', sessionToken)
      .execute()
    expect(streams.map(({ signals }) => JSON.parse(signals))).toEqual([['no_device']])
  })

  it('does not pass a still photograph in front of the camera', async () => {
    const { captureUrl, gestures, sessionToken } = await invite(server)
    const page = await visit('still', captureUrl)
    await start(page)
    for (const gesture of gestures) {
      await page.waitForSelector(`[data-goal=${gesture}]`)
      // The guide never sees the gesture; the button lets the person decide, and the server judges.
      await page.click('.help button')
    }
    await screenOf(page, 'failed')
    await screenshot(page, 'capture-failed')
    expect(await seriousFindings(page)).toEqual([])
    expect(await page.locator('.page').textContent()).toMatch(/could not be accepted|movement/)
    for (const { captured, signals } of await capturesOf(sessionToken)) {
      expect(captured).toBe('upload')
      // On a very slow machine a frame is waited for no longer.
      if (!signals.includes('few_frames')) expect(signals).toEqual(['virtual_camera', 'equal_frames'])
    }
  })

  it('offers another attempt, in the language of the link, and leads back to who asked', async () => {
    const { headers } = await server.client('liveface')
    const made = await fetch(`${server.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ person: 'visitor', gestures: acted, attempts: 2 },
        ...{ language: 'hi', return_url: `${site.url}/back?order=7` },
      }),
    })
    const session = (await made.json()) as NewSession
    const page = await visit('acting', session.capture_url, {}, { prepare: forbidStorage })
    await page.evaluate(noteSignals)
    await page.click('.sound')
    expect(await page.getAttribute('.sound', 'aria-pressed')).toBe('false')
    expect(await page.getAttribute('html', 'lang')).toBe('hi')
    // As in a mirror the head turns to the other side, so that the first attempt fails.
    await mirror(session.id, 1)
    await page.route('**/capture/api/photo', async (route) => {
      const response = await route.fetch()
      const body = await response.json()
      // The server has judged, and its answer is lost.
      if (body.failed) await route.abort('internetdisconnected')
      else await route.fulfill({ response, json: body })
    })
    await start(page)
    await screenOf(page, 'network')
    await forgetPictures()
    await mirror(session.id, 0)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await screenOf(page, 'again')
    expect(await page.evaluate('signals')).toEqual([])
    expect(await page.locator('.page').textContent()).toContain(hi.gestures.TURN_LEFT)
    await screenshot(page, 'capture-again')
    expect(await seriousFindings(page)).toEqual([])
    await page.route(`${site.url}/**`, (route) => route.fulfill({ body: 'Welcome back.' }))
    await page.unroute('**/capture/api/photo')
    await page.route('**/capture/api/photo', async (route) => {
      const response = await route.fetch()
      const { returnUrl, ...body } = await response.json()
      // As if a page in the background had waited for long on its last screen.
      const late = returnUrl?.replace(/liveface_time=\d+/, 'liveface_time=1') ?? null
      await route.fulfill({ response, json: { ...body, returnUrl: late } })
    })
    await start(page)
    // Looking ahead comes first again.
    await page.waitForSelector('[data-goal=AHEAD]')
    await page.waitForURL(({ search }) => search.startsWith('?order=7&'), { timeout: patience.test / 2 })
    expect(await verifyReturn(page.url(), session.return_secret!)).toMatchObject({
      session: session.id,
      status: 'completed',
    })
  })

  it('names who asks, and starts only once the person agrees', async () => {
    const { headers } = await server.client('liveface')
    const call = (path: string, init: RequestInit) =>
      fetch(`${server.url}/api/v1/sessions${path}`, {
        ...init,
        headers: { ...headers, 'content-type': 'application/json' },
      })
    const text = 'Bank & Co <keeps> the pictures.\nFor 30 days.'
    const logo = await sharp({ create: { width: 24, height: 16, channels: 3, background: '#102030' } })
      .png()
      .toBuffer()
    const branding = {
      ...{
        name: '<b>Bank</b> & Co of the whole countryside, Savings and Loans',
        logo: logo.toString('base64'),
      },
      ...{ accent_color: '#ffd400', consent_text: text },
    }
    const made = await call('', { method: 'POST', body: JSON.stringify({ person: 'visitor', branding }) })
    const session = (await made.json()) as NewSession
    const consent = async () =>
      ((await (await call(`/${session.id}`, {})).json()) as { consent: unknown }).consent
    const page = await visit('still', session.capture_url)
    expect(await page.textContent('.brand bdi')).toBe(branding.name)
    expect(await page.textContent('.consent p')).toBe(text)
    await expect.poll(() => page.locator('.brand canvas').getAttribute('width')).toBe('24')
    const colours = await page.evaluate(`
      const { backgroundColor, color } = getComputedStyle(${root}.querySelector('button.primary'))
      ;[backgroundColor, color]
    `)
    expect(colours).toEqual(['rgb(255, 212, 0)', 'rgb(0, 0, 0)'])
    expect(await seriousFindings(page)).toEqual([])
    await start(page)
    await page.waitForSelector('[role=alert]:has-text("Tick the box")')
    expect(await page.evaluate(`${root}.activeElement.type`)).toBe('checkbox')
    expect(await consent()).toBeNull()
    for (const [width, height] of [
      [568, 320],
      [320, 568],
    ] as const) {
      await page.setViewportSize({ width, height })
      await screenshot(page, `capture-consent-${width}`)
      expect(await overflow(page)).toBe(0)
    }
    await page.check('.consent input')
    await start(page)
    await screenOf(page, 'live')
    const sha256 = createHash('sha256').update(text).digest('hex')
    expect(await consent()).toEqual({ given_at: expect.any(String), text_sha256: sha256 })
    expect(await overflowBelow(page)).toBe(0)
    await page.reload()
    await screenOf(page, 'welcome')
    expect(await page.textContent('.brand bdi')).toBe(branding.name)
    expect(await page.locator('.consent').count()).toBe(0)
    expect(problems).toEqual([])
  })

  it('says what to do when the camera is refused, and goes on when it is allowed', async () => {
    const { captureUrl } = await invite(server, acted)
    const page = await visit('acting', captureUrl, { permissions: [] })
    await start(page)
    await screenOf(page, 'cameraRefused')
    await screenshot(page, 'capture-refused')
    expect(await seriousFindings(page)).toEqual([])
    await page.context().grantPermissions(['camera'])
    await start(page)
    await screenOf(page, 'live')
  })

  it('lets the person choose among several cameras, of which the server is told', async () => {
    const { captureUrl, sessionToken } = await invite(server)
    const page = await visit('two', captureUrl, { viewport: { width: 320, height: 568 } })
    expect(await page.locator('.stage select').count()).toBe(0)
    await start(page)
    await screenOf(page, 'live')
    await page.waitForSelector('.stage select')
    expect(await page.locator('.stage option').allTextContents()).toEqual(['fake_device_0', 'fake_device_1'])
    await screenshot(page, 'capture-cameras')
    expect(await seriousFindings(page)).toEqual([])
    expect([await overflow(page), await overflowBelow(page)]).toEqual([0, 0])
    const told = page.waitForRequest('**/capture/api/stream')
    await page.selectOption('.stage select', { label: 'fake_device_1' })
    expect((await told).postDataJSON()).toEqual({ label: 'fake_device_1', hasDevice: true })
    const shown = () => page.evaluate(`${root}.querySelector('video')?.srcObject?.getVideoTracks()[0].label`)
    await expect.poll(shown).toBe('fake_device_1')
    // What the browser draws is no camera of the device, whichever was chosen.
    const stream = await server.database
      .selectFrom('capture_streams')
      .innerJoin('challenge_sessions', 'challenge_sessions.id', 'capture_streams.session_id')
      .select('signals')
      .where('token', '=', sessionToken)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(stream.signals)).toEqual(['virtual_camera'])
    expect(problems).toEqual([])
  })

  it('says so when there is no camera', async () => {
    const { captureUrl } = await invite(server)
    const page = await visit('none', captureUrl)
    await start(page)
    await screenOf(page, 'cameraNone')
    expect(await seriousFindings(page)).toEqual([])
  })

  it('asks the person back when no face is seen', async () => {
    const { captureUrl } = await invite(server)
    const page = await visit('nobody', captureUrl)
    await start(page)
    await screenOf(page, 'lost')
    await screenshot(page, 'capture-lost')
    expect(await seriousFindings(page)).toEqual([])
    await start(page)
    await screenOf(page, 'live')
    expect(await page.locator('.help button').isVisible()).toBe(true)
  })

  it('keeps the picture while the network is away, and goes on by itself', async () => {
    const { captureUrl } = await invite(server, acted)
    const page = await visit('acting', captureUrl)
    await page.route('**/capture/api/selfie', (route) => route.abort('internetdisconnected'))
    await start(page)
    await screenOf(page, 'network')
    await screenshot(page, 'capture-network')
    expect(await seriousFindings(page)).toEqual([])
    await page.unroute('**/capture/api/selfie')
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.waitForSelector('[data-goal]:not([data-goal=AHEAD])')
  })

  it('says when the time is over', async () => {
    const { captureUrl, sessionToken } = await invite(server)
    const page = await visit('still', captureUrl)
    await server.database
      .updateTable('challenge_sessions')
      .set({ expires_at: Date.now() + 8_000 })
      .where('token', '=', sessionToken)
      .execute()
    await start(page)
    // On a slow machine the time may be over before the camera has started.
    await screenOf(page, 'expired')
    await screenshot(page, 'capture-expired')
    expect(await seriousFindings(page)).toEqual([])
  })

  it('leads back when the time is over, however long the person stays before they go', async () => {
    const { headers } = await server.client('liveface')
    const made = await fetch(`${server.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ person: 'visitor', return_url: `${site.url}/back` }),
    })
    const session = (await made.json()) as NewSession
    const page = await visit('still', session.capture_url)
    await page.route('**/capture/api/selfie', async (route) => {
      await server.database
        .updateTable('challenge_sessions')
        .set({ expires_at: Date.now() - 1 })
        .where('id', '=', session.id)
        .execute()
      await route.continue()
    })
    let isLate = true
    await page.route('**/capture/api/session', async (route) => {
      const response = await route.fetch()
      const { returnUrl, ...body } = await response.json()
      const late = returnUrl.replace(/liveface_time=\d+/, 'liveface_time=1')
      await route.fulfill({ response, json: { ...body, returnUrl: isLate ? late : returnUrl } })
    })
    await start(page)
    await screenOf(page, 'expired')
    await page.reload()
    await screenOf(page, 'expired')
    await page.waitForSelector('button.primary')
    isLate = false
    await page.route(`${site.url}/**`, (route) => route.fulfill({ body: 'Welcome back.' }))
    await start(page)
    await page.waitForURL(({ pathname }) => pathname === '/back')
    expect(await verifyReturn(page.url(), session.return_secret!)).toMatchObject({ status: 'expired' })
  })

  it('opens its link once; a reload of the same tab goes on', async () => {
    const { captureUrl } = await invite(server)
    const page = await visit('still', captureUrl)
    await start(page)
    await screenOf(page, 'live')
    await page.reload()
    await screenOf(page, 'welcome')
    await start(page)
    await screenOf(page, 'live')
    // Whoever comes later is told before they press anything.
    const other = await visit('still', captureUrl, {}, { first: 'used' })
    expect(await seriousFindings(other)).toEqual([])
  })

  it('speaks Hindi, fits 320 pixels, and works with the keyboard alone', async () => {
    const { captureUrl } = await invite(server)
    const page = await visit('still', captureUrl, {
      locale: 'hi-IN',
      viewport: { width: 320, height: 568 },
      reducedMotion: 'reduce',
    })
    expect(await page.getAttribute('html', 'lang')).toBe('hi')
    expect(await page.textContent('h1')).toBe('चेहरे की एक छोटी जाँच')
    expect(await overflow(page)).toBe(0)
    await page.selectOption('select', 'ar')
    await page.waitForSelector('[dir=rtl] h1:has-text("تحقق قصير من الوجه")')
    expect(await page.getAttribute('html', 'dir')).toBe('rtl')
    expect(await overflow(page)).toBe(0)
    await screenshot(page, 'capture-arabic')
    await page.selectOption('select', 'en')
    await page.waitForSelector('[dir=ltr] h1:has-text("A short face check")')
    await page.selectOption('select', 'hi')
    await page.waitForSelector('[lang=hi] h1')
    await page.focus('h1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await screenOf(page, 'live')
    await page.waitForSelector('[data-goal]:not([data-goal=AHEAD])')
    await screenshot(page, 'capture-hindi')
    expect(await overflow(page)).toBe(0)
    expect(await page.evaluate(`${root}.getAnimations().length`)).toBe(0)
    // The heading takes the focus, so that a screen reader reads the task.
    expect(await page.evaluate(`${root}.activeElement.tagName`)).toBe('H1')
    expect(await overflowBelow(page)).toBe(0)
    await page.waitForSelector('.help button')
    for (const [width, height] of [
      [844, 390],
      [667, 375],
      [320, 568],
    ] as const) {
      await page.setViewportSize({ width, height })
      await screenshot(page, `capture-${width}x${height}`)
      expect([await overflow(page), await overflowBelow(page)], `${width}x${height}`).toEqual([0, 0])
    }
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.steps:has-text("3 /")')
  })

  describeElement(() => ({ browser: browsers.acting, site, liveface: server.url, forgetPictures }))
})

describe('the pages as files', () => {
  beforeAll(buildPages)

  it('hold no inline script or style', () => {
    for (const name of ['capture', 'console', 'playground']) {
      const html = readFileSync(join('dist', 'web', `${name}.html`), 'utf8')
      expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/)
    }
  })

  it.each([
    ['capture', 60],
    ['playground', 60],
    ['console', 120],
  ])('%s has less than %i kB of our own code', (name, kilobytes) => {
    const html = readFileSync(join('dist', 'web', `${name}.html`), 'utf8')
    const files = [...html.matchAll(/\/assets\/([\w.-]+\.(?:js|css))/g)].map(([, file]) => file as string)
    expect(files.length).toBeGreaterThan(1)
    const bytes = files.map((file) => gzipSync(readFileSync(join('dist', 'web', 'assets', file))).length)
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(kilobytes * 1024)
  })

  it('leave the capture element below 90 kB, in one file, and each further language below 4 kB', () => {
    const element = readFileSync(join('dist', 'web', 'capture', 'element.js'), 'utf8')
    expect(element).not.toMatch(/\bfrom\s*["']|\bimport\s*["']/)
    expect(gzipSync(element).length).toBeLessThan(90 * 1024)
    const texts = join('dist', 'web', 'capture', 'texts')
    const files = readdirSync(texts).filter((file) => file.endsWith('.js'))
    expect(files.map((file) => file.slice(0, 2)).sort()).toEqual(
      captureLanguages.filter((code) => code !== 'en').sort(),
    )
    for (const file of files) {
      expect(element).toContain(`"./texts/${file}"`)
      expect(gzipSync(readFileSync(join(texts, file))).length).toBeLessThan(4 * 1024)
    }
  })

  it('have names that change with their contents', () => {
    for (const file of readdirSync(join('dist', 'web', 'assets'))) expect(file).toMatch(/-[\w-]{8}\./)
  })
})

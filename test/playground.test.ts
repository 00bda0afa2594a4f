import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { livenessRates, matchRates, ratesAt } from '../src/decisions/error-rates.ts'
import { buildPages, chromiumPath, launchBrowser } from './support/browser.ts'
import { overflow, screenOf, screenshot, seriousFindings } from './support/capture.ts'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

interface Answer {
  dialect: string
  status: number
  path: string
  body: Record<string, unknown>
  curl: string
}

let server: TestServer
let person: Buffer
const scratch = mkdtempSync(join(tmpdir(), 'liveface-playground-test-'))
const { TMPDIR } = process.env
beforeAll(async () => {
  process.env.TMPDIR = scratch
  buildPages()
  server = await startTestServer()
  person = await portrait('personA')
})
afterAll(async () => {
  await server.stop()
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
  rmSync(scratch, { recursive: true, force: true })
})

/** @param filename absent: the parts are called as their fields are */
async function analyse(parts: Record<string, Buffer>, url = server.url, filename?: string) {
  const body = new FormData()
  for (const [name, bytes] of Object.entries(parts)) {
    body.set(name, new Blob([new Uint8Array(bytes)]), filename ?? name)
  }
  const response = await fetch(`${url}/playground/analyse`, { method: 'POST', body })
  // biome-ignore lint/suspicious/noExplicitAny: looked into below.
  return { status: response.status, body: (await response.json()) as any }
}

describe("the playground's answers", () => {
  it('are measurements to draw, and what every API answers', async () => {
    const { status, body } = await analyse({ first: person }, server.url, "my friend's selfie.jpg")
    expect(status).toBe(200)
    expect(body.first.subject.points).toHaveLength(2 * 468)
    expect(JSON.stringify(body)).not.toContain('template')
    const answers: Answer[] = body.answers
    expect(answers.map(({ dialect }) => dialect).sort()).toEqual([
      'cashfree',
      'didit',
      'indiconnect',
      'liveface',
      'verifyhq',
    ])
    for (const { status: code, curl, path } of answers) {
      expect([200, 201]).toContain(code)
      expect(curl).toContain(`curl -s ${server.url}${path}`)
    }
    // The file is called as its owner calls it, and pictures that are fetched lie on a host of the reader's.
    const lineOf = (name: string) => answers.find(({ dialect }) => dialect === name)?.curl
    expect(lineOf('cashfree')).toContain(String.raw`-F image='@"my friend'\''s selfie.jpg"'`)
    expect(lineOf('cashfree')).toContain("-H 'x-client-secret: YOUR_X_CLIENT_SECRET'")
    expect(lineOf('indiconnect')).toContain('https://YOUR_HOST/my%20friend')
    expect(lineOf('indiconnect')).toContain("-H 'Authorization: x-api-access YOUR_AUTHORIZATION'")
    // The word before the key is the reader's to send, the key is not ours to show.
    const native = answers.find(({ dialect }) => dialect === 'liveface')
    expect(native?.curl).toContain("-H 'Authorization: Bearer YOUR_KEY'")
    const of = (name: string) => answers.find(({ dialect }) => dialect === name)?.body
    const score = body.first.subject.liveness.score
    expect((of('cashfree') as { liveness_score: number }).liveness_score).toBeCloseTo(score, 3)
    expect((of('didit') as { liveness: { score: number } }).liveness.score).toBeCloseTo(100 * score, 0)
    expect(of('indiconnect')).toMatchObject({ data: { verify: { ok: true, result: { status_code: 101 } } } })
  })

  it('of two pictures are those of the match calls', async () => {
    const { body } = await analyse({ first: person, second: person })
    expect(body.similarity).toBeGreaterThan(0.9)
    const answers: Answer[] = body.answers
    expect(answers.map(({ dialect }) => dialect).sort()).toEqual([
      'cashfree',
      'didit',
      'indiconnect',
      'liveface',
    ])
    expect(answers[0]?.body).toMatchObject({ face_match_result: 'YES' })
    expect(answers[0]?.curl).toContain('first.jpg')
    expect(answers[0]?.curl).toContain('second.jpg')
    expect(answers[2]?.body).toMatchObject({ data: { verify: { result: { match: 'yes' } } } })
  })

  it('come with threshold, review band and the rates that MODELS.md tabulates there', async () => {
    const { body } = await analyse({ first: person })
    expect(body.rules).toEqual({
      liveness: { threshold: 0.5, band: [0.3, 0.7], errors: ratesAt(livenessRates, 0.5) },
      match: {
        threshold: 0.75,
        band: [expect.closeTo(0.7), expect.closeTo(0.8)],
        errors: ratesAt(matchRates, 0.75),
      },
    })
  })

  it('hold a JPEG of what browsers do not show', async () => {
    expect((await analyse({ first: person })).body.first.preview).toBeNull()
    const { body } = await analyse({ first: await sharp(person).tiff().toBuffer() })
    const preview = await sharp(Buffer.from(body.first.preview, 'base64')).metadata()
    const { format, width, height } = body.first.picture
    expect(format).toBe('tiff')
    expect(preview).toMatchObject({ format: 'jpeg', width, height })
  })

  it('leave no picture in a file', async () => {
    await analyse({ first: person })
    // The folder that the dialects behind the playground write to, among those of this test alone.
    const folders = readdirSync(scratch).filter((name) => name.startsWith('liveface-playground-'))
    expect(folders).toHaveLength(1)
    const files = readdirSync(join(scratch, folders[0]!), { recursive: true, encoding: 'utf8' })
    expect(files.filter((name) => /evidence|master\.key/.test(name))).toEqual([])
  })

  it('leave nothing in the database', async () => {
    await analyse({ first: person })
    for (const table of ['checks', 'clients', 'challenge_sessions'] as const) {
      expect(await server.database.selectFrom(table).selectAll().execute(), table).toEqual([])
    }
  })

  it('name a picture that cannot be read', async () => {
    expect(await analyse({ first: Buffer.from('no picture') })).toMatchObject({
      status: 422,
      body: { code: 'picture', which: 'first' },
    })
    expect(await analyse({ first: person, second: Buffer.from('none') })).toMatchObject({
      status: 422,
      body: { which: 'second' },
    })
    expect((await analyse({ second: person })).status).toBe(400)
  })

  it('are off in production unless switched on', async () => {
    for (const [settings, status] of [
      [{ LIVEFACE_PRODUCTION: 'true' }, 404],
      [{ LIVEFACE_PRODUCTION: 'true', LIVEFACE_PLAYGROUND: 'true' }, 200],
      [{ LIVEFACE_PLAYGROUND: 'false' }, 404],
    ] as const) {
      const other = await startTestServer({ engine: stubEngine(), settings })
      expect((await fetch(`${other.url}/`)).status).toBe(status)
      expect((await fetch(`${other.url}/playground/capture`, { method: 'POST' })).status).toBe(status)
      await other.stop()
    }
  })

  it('come with a policy that lets no foreign or inline script run', async () => {
    const { headers } = await fetch(`${server.url}/`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/)
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

const chromium = chromiumPath()

describe.skipIf(!chromium)('the playground page', () => {
  let browser: Browser
  let page: Page
  const problems: string[] = []

  beforeAll(async () => {
    browser = await launchBrowser(chromium!)
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(server.url)
  })
  afterAll(() => browser?.close())

  const choose = (label: string, buffer: Buffer) =>
    page.setInputFiles(`input[aria-label="${label}: file"]`, {
      name: 'a.jpg',
      mimeType: 'image/jpeg',
      buffer,
    })

  it('draws one picture, and shows what each API answers', async () => {
    expect(await seriousFindings(page)).toEqual([])
    await choose('Picture', person)
    await page.waitForSelector('.answers')
    expect(await page.getAttribute('canvas', 'aria-label')).toBe('First picture: one face found')
    expect(await page.textContent('.verdict h2')).toMatch(/a person/i)
    expect(await page.textContent('.verdict')).toMatch(
      /Liveness \d+ %.*threshold 50 %, review from 30 % to 70 %/,
    )
    expect(await page.textContent('.verdict')).toMatch(/[\d.]+ % of the attacks in our tests pass/)
    await page.click('.answers button:has-text("Didit")')
    expect(await page.textContent('.code pre')).toContain('"face_quality"')
    await screenshot(page, 'playground-liveness')
    expect(await seriousFindings(page)).toEqual([])
  })

  it('compares two, on a narrow screen too', async () => {
    await page.click('text=Two pictures: match')
    await choose('Second picture', samplePhotograph(6))
    await page.waitForSelector('.verdict h2:has-text("Two people")')
    expect(await page.textContent('.findings > section:last-child .verdict')).toMatch(/There are \d faces/)
    await page.setViewportSize({ width: 320, height: 640 })
    await screenshot(page, 'playground-match')
    expect(await overflow(page)).toBe(0)
    expect(await seriousFindings(page)).toEqual([])
    expect(problems).toEqual([])
  })

  it('says what is wrong with a file that is no picture', async () => {
    await choose('Second picture', Buffer.from('not a picture'))
    await page.waitForSelector('[role=alert]')
    expect(await page.textContent('[role=alert]')).toContain('picture')
    problems.splice(0)
  })

  it('has sample pictures, and brings the verdict into view on a phone', async () => {
    await page.click('text=One picture: liveness')
    await page.click('button:has-text("Remove")')
    await page.click('.samples button:has-text("Two faces")')
    await page.waitForSelector('.verdict:has-text("There are 2 faces")')
    await expect
      .poll(() => page.$eval('.verdict', (card) => card.getBoundingClientRect().top))
      .toBeLessThan(320)
    await page.click('button:has-text("Remove")')
    await page.click('.samples button:has-text("Too dark")')
    await page.waitForSelector('.verdict:has-text("too dark")')
    expect(await seriousFindings(page)).toEqual([])
  })

  it('leads to the capture page, on a phone by a code', async () => {
    await page.click('text=Gestures: capture page')
    await page.waitForSelector('dialog[open] svg.qr')
    expect(await page.textContent('dialog[open]')).toContain('LIVEFACE_PUBLIC_URL')
    expect(await overflow(page)).toBe(0)
    await page.click('text=Open it here')
    await screenOf(page, 'welcome')
    expect(page.url()).toMatch(/\/capture\/[\w-]{32}$/)
  })
})

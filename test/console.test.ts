/**
 * The engine is a stub that measures two faces and a liveness near the threshold on drawn pictures, so that each is a case
 * to review: this hides how cases are measured, and nothing of how people look at them.
 */
import { createHash } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPages, chromiumPath, launchBrowser } from './support/browser.ts'
import { overflow, screenOf, screenshot, seriousFindings } from './support/capture.ts'
import { makeUser, testPassword } from './support/console.ts'
import { type DiditCaller, diditCaller } from './support/didit.ts'
import { drawnFace } from './support/drawn-face.ts'
import { startOpenIdProvider, type TestProvider } from './support/openid-provider.ts'
import { patience, until } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'
import { totpCode, totpCounter } from './support/totp.ts'

const chromium = chromiumPath()

describe.skipIf(!chromium)('the console', () => {
  let server: TestServer
  let provider: TestProvider
  let browser: Browser
  let page: Page
  let didit: DiditCaller
  let secret = ''
  let usedCounter = 0
  /** Of the page, before anybody could sign in. */
  let statusBefore = 0
  const problems: string[] = []

  beforeAll(async () => {
    buildPages()
    provider = await startOpenIdProvider()
    server = await startTestServer({
      engine: stubEngine({
        analyse: (picture) => {
          const cues = [
            { name: 'texture', score: 0.93, note: '' },
            { name: 'context', score: 0.2, note: '' },
          ]
          const liveness = { judged: true as const, score: 0.5, cues }
          const report = stubReport({ faces: 2, subject: { liveness } })
          // By its hash a kept picture is known as the one that was measured.
          const sha256 = createHash('sha256').update(picture).digest('hex')
          return { ...report, picture: { ...report.picture, sha256 } }
        },
      }),
      settings: { ...provider.settings, LIVEFACE_EVIDENCE: 'true', LIVEFACE_RATE_PER_IP: '100000' },
    })
    await provider.expect(`${server.url}/console`)
    statusBefore = (await fetch(`${server.url}/console`)).status
    await makeUser(server, 'administrator')
    const picture = await drawnFace()
    didit = await diditCaller(server)
    for (let number = 0; number < 12; number++) {
      const parts = { user_image: picture, vendor_data: `person-${number}`, save_api_request: 'true' }
      const { status, text } = await didit.post('/v3/passive-liveness/', parts)
      if (status !== 200) throw new Error(text)
    }
    browser = await launchBrowser(chromium!)
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    page = await context.newPage()
    page.setDefaultTimeout(patience.poll)
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (message) => {
      // A browser reports every refused request as an error; those of the signed-out page and of an address that is no https are meant.
      if (message.type() === 'error' && !/status of 40[013]/.test(message.text()))
        problems.push(message.text())
    })
  }, patience.hook)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await provider?.stop()
  })

  const heading = () => page.textContent('h1')
  const show = async (name: string, query = '') => {
    await page.evaluate(`location.hash = '#/${name}${query}'`)
    await screenOf(page, name)
  }
  const toast = (text: string) => page.waitForSelector(`.toast:has-text("${text}")`)
  const confirm = async () => {
    await page.fill('dialog input[type=password]', testPassword)
    await page.click('dialog:has(input[type=password]) button[type=submit]')
  }
  const api = (path: string) =>
    page.evaluate(`fetch('/console/api${path}').then((answer) => answer.json())`) as Promise<{
      items: unknown[]
    }>

  async function signIn(): Promise<void> {
    await page.fill('input[name=email]', 'administrator@example.org')
    await page.fill('input[name=password]', testPassword)
    await page.click('button[type=submit]')
  }

  it('is not there until there is an administrator', () => {
    expect(statusBefore).toBe(404)
  })

  it('says that a password is wrong, and takes the right one', async () => {
    await page.goto(`${server.url}/console`)
    await screenOf(page, 'sign-in')
    await screenshot(page, 'console-sign-in')
    expect(await seriousFindings(page)).toEqual([])
    await page.fill('input[name=email]', 'administrator@example.org')
    await page.fill('input[name=password]', 'wrong')
    await page.click('button[type=submit]')
    await page.waitForSelector('[role=alert]:has-text("wrong")')
    await signIn()
    await screenOf(page, 'cases')
  })

  it('sets up a second step, and asks for it at the next sign-in', async () => {
    await show('account')
    await page.click('button:has-text("Set up")')
    await confirm()
    secret = (await page.textContent('.secret')) ?? ''
    expect(await page.getAttribute('.qr', 'aria-label')).toBe('QR code of the key')
    await screenshot(page, 'console-totp')
    expect(await seriousFindings(page)).toEqual([])
    usedCounter = totpCounter()
    await page.fill('input[autocomplete=one-time-code]', totpCode(secret, usedCounter))
    await page.click('button:has-text("Turn on")')
    await toast('The second step is on')

    await page.click('button:has-text("Sign out")')
    await screenOf(page, 'sign-in')
    await signIn()
    // Each code is right once: the next one, which clocks that go before ours already show.
    await page.fill('input[name=code]', totpCode(secret, Math.max(usedCounter + 1, totpCounter())))
    await page.click('button[type=submit]')
    await screenOf(page, 'account')
  })

  it('adds a passkey, signs in with it alone, confirms with it, and removes it', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    const other = await context.newPage()
    other.setDefaultTimeout(patience.poll)
    const devtools = await context.newCDPSession(other)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    const press = (name: string) => other.click(`button:has-text("${name}")`)
    // Browsers make passkeys for names, not for addresses in numbers.
    const named = server.url.replace('127.0.0.1', 'localhost')
    await makeUser(server, 'reviewer', { email: 'passkey@example.org' })
    await other.goto(`${named}/console#/account`)
    await screenOf(other, 'sign-in')
    await other.fill('input[name=email]', 'passkey@example.org')
    await other.fill('input[name=password]', testPassword)
    await other.click('button[type=submit]')
    await screenOf(other, 'account')
    await other.getByLabel('Name of the passkey').fill('This laptop')
    await press('Add a passkey')
    await other.fill('dialog input[type=password]', testPassword)
    await other.click('dialog button[type=submit]')
    await other.waitForSelector('li:has-text("This laptop")')
    expect(await seriousFindings(other)).toEqual([])
    await screenshot(other, 'console-passkey')

    await press('Sign out')
    await screenOf(other, 'sign-in')
    await press('Use a passkey')
    await screenOf(other, 'account')
    await press('Remove')
    await other.waitForSelector('dialog')
    await other.click('dialog button:has-text("Use a passkey")')
    await other.waitForSelector('li:has-text("This laptop")', { state: 'detached' })

    await press('Sign out')
    await screenOf(other, 'sign-in')
    await press('Use a passkey')
    await other.waitForSelector('[role=alert]:has-text("wrong")')
    await context.close()
  })

  it('signs in at a provider on another site, confirms there, and signs out there', async () => {
    provider.people.set('lena', { email: 'lena@example.org', name: 'Lena', groups: ['leads'] })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    const other = await context.newPage()
    other.setDefaultTimeout(patience.poll)
    const press = (name: string) => other.click(`button:has-text("${name}")`)
    const signInThere = async () => {
      await other.fill('input[name=login]', 'lena')
      await other.fill('input[name=password]', 'any')
      await other.click('button[type=submit]')
    }
    const makeColleague = async () => {
      await press('New user')
      await other.fill('dialog input[type=email]', 'colleague@example.org')
      await other.fill('dialog input[autocomplete=off][type=text], dialog input:not([type])', 'Colleague')
      await other.fill('dialog input[type=password]', testPassword)
      await other.click('dialog button[type=submit]')
    }
    // A word that every object knows breaks nothing.
    await other.goto(`${server.url}/console?openid=valueOf#/users`)
    await other.waitForSelector('[role=alert]:has-text("You were not signed in")')
    await other.goto(`${server.url}/console?openid=no_role#/users`)
    await other.waitForSelector('[role=alert]:has-text("no role here")')
    await press('Sign in with your organisation')
    await signInThere()
    await screenOf(other, 'users')
    expect(new URL(other.url()).search).toBe('')
    await makeColleague()
    await other.waitForSelector('dialog:has-text("new sign-in at your organisation")')
    expect(await seriousFindings(other)).toEqual([])
    await press('Sign in there once more')
    await signInThere()
    await screenOf(other, 'users')
    await makeColleague()
    await other.waitForSelector('td:has-text("colleague@example.org")')
    await other.evaluate("location.hash = '#/account'")
    await other.waitForSelector('p:has-text("You sign in with your organisation")')
    expect(await other.locator('input[type=password]').count()).toBe(0)
    await screenshot(other, 'console-openid-account')
    await press('Sign out')
    await other.waitForURL(`${provider.settings.LIVEFACE_OIDC_ISSUER}/session/end*`)
    await other.click('button[value=yes]')
    await screenOf(other, 'sign-in')
    await context.close()
  })

  it('decides ten cases by keyboard', async () => {
    await show('cases')
    await page.waitForSelector('.case-row')
    expect(await page.locator('.case-row').count()).toBe(12)
    await page.keyboard.press('j')
    await until(async () => (await page.evaluate('document.activeElement.className')) === 'case-row')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.sheet')
    await until(() => page.evaluate("document.querySelector('.stage img')?.complete === true"), 'The picture')
    expect(await page.locator('.stage rect').count()).toBe(2)
    expect(await page.textContent('.timeline')).toContain('HTTP 200')
    for (const [name, drawn] of [
      ['Boxes', '.stage rect'],
      ['Mesh', '.stage path'],
      ['Cues', '.stage .cue-bars'],
    ] as const) {
      const before = await page.locator(drawn).count()
      expect(before).toBeGreaterThan(0)
      await page.getByLabel(name, { exact: true }).uncheck()
      expect(await page.locator(drawn).count()).toBe(0)
      await page.getByLabel(name, { exact: true }).check()
      expect(await page.locator(drawn).count()).toBe(before)
    }
    const curve = page.getByRole('img', { name: '11.5% of attacks would get through' })
    expect(await curve.locator('.at-score').getAttribute('d')).toBe('M500 0V300')
    await page.click('summary:has-text("The same in words")')
    const words = await page.textContent('.picture details')
    expect(words).toContain('Face 1: 200 by 240 pixels, 220 from the left, 120 from the top.')
    expect(words).toContain('Surroundings: 0.200, speaks against a living person')
    await screenshot(page, 'console-case')
    expect(await seriousFindings(page)).toEqual([])

    for (const key of 'adradradra') {
      const before = await heading()
      await page.waitForSelector('.sheet')
      await page.keyboard.press(key)
      await page.waitForSelector('dialog[open] [name=reason]')
      await page.keyboard.press('2')
      await page.keyboard.press('Enter')
      await until(async () => (await heading()) !== before, `the case after ${before}`)
    }
    expect((await api('/cases?queue=decided')).items).toHaveLength(10)
    expect((await api('/cases?queue=open')).items).toHaveLength(2)
    await page.keyboard.press('Escape')
    await page.waitForSelector('.case-list:not(.short)')
    expect(await page.locator('.case-row').count()).toBe(2)
  })

  it('decides nothing by a single key, nor while something is typed', async () => {
    await page.fill('input[type=search]', 'adr')
    await page.keyboard.press('Escape')
    await page.click('.case-row')
    await page.waitForSelector('.sheet')
    await page.keyboard.press('d')
    await page.waitForSelector('dialog[open]')
    await screenshot(page, 'console-decide')
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog', { state: 'detached' })
    expect((await api('/cases?queue=open')).items).toHaveLength(2)
  })

  it('finds a case by an id, and says when there is none', async () => {
    await show('cases', '?q=person-3')
    await page.waitForSelector('.case-row:has-text("person-3")')
    await show('cases', '?q=nobody-at-all')
    await page.waitForSelector('.empty a')
  })

  it('erases a person, after their id and the password', async () => {
    await show('people', '?subject=person-7')
    await page.waitForSelector('.person')
    await screenshot(page, 'console-person')
    await page.click('button:has-text("Erase this person")')
    expect(await page.isDisabled('dialog button[type=submit]')).toBe(true)
    await page.fill('dialog input', 'person-7')
    await page.click('dialog button[type=submit]')
    // The session began with the sign-in, which was not a confirmation.
    await page.waitForSelector('dialog input[type=password]')
    await confirm()
    await toast('Erased. Row')
    await page.waitForSelector('.empty:has-text("person-7")')
    expect((await api('/cases?queue=all&q=person-7')).items).toEqual([])
    await show('audit')
    await page.click('button:has-text("Verify the log")')
    await page.waitForSelector('.good:has-text("whole")')
  })

  it('sets how long the records of a client are kept', async () => {
    await show('keys')
    await page.click('button:has-text("Limits")')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('Months that records are kept').fill('6')
    await page.click('dialog button[type=submit]')
    // Asked for once more where the last time was long ago.
    await page.waitForSelector('.toast:has-text("limits are saved"), dialog input[type=password]')
    if ((await page.locator('dialog input[type=password]').count()) > 0) await confirm()
    await page.waitForSelector('td:has-text("6 months")')
  })

  it('makes a webhook destination, shows its secret once, changes it and deletes it', async () => {
    await show('webhooks')
    const dialog = 'dialog:not(:has(input[type=password]))'
    const save = () => page.click(`${dialog} button[type=submit]`)
    await page.click('button:has-text("New destination")')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('Address').fill('http://receiver.example')
    await save()
    // Asked for once more where the last time was long ago.
    await page.waitForSelector(
      `${dialog} [role=alert]:has-text("must be https"), dialog input[type=password]`,
    )
    if ((await page.locator('dialog input[type=password]').count()) > 0) await confirm()
    await page.waitForSelector(`${dialog} [role=alert]:has-text("must be https")`)
    await page.getByLabel('Address').fill('https://receiver.example/hook')
    await screenshot(page, 'console-destination')
    await save()
    await page.waitForSelector('dialog:has-text("never again")')
    expect(await page.textContent('dialog pre')).toMatch(/^[\w-]{43}$/)
    expect(await seriousFindings(page)).toEqual([])
    await screenshot(page, 'console-destination-secret')
    await page.click('dialog button:has-text("Close")')
    await page.click('button[aria-label="Edit: https://receiver.example/hook"]')
    await page.getByLabel('Send events there').uncheck()
    await save()
    await page.waitForSelector('td:has-text("Off")')
    await page.click('button[aria-label="Delete: https://receiver.example/hook"]')
    await save()
    await page.waitForSelector('.empty')
  })

  it.each(['cases', 'people', 'overview', 'keys', 'webhooks', 'audit', 'settings', 'users', 'account'])(
    'has no serious finding of axe on the page %s, in light and dark, and fits 320 pixels',
    async (name) => {
      await show(name)
      await until(() => page.evaluate("!document.querySelector('.spinner')"), 'Loading')
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await seriousFindings(page)).toEqual([])
      }
      await screenshot(page, `console-${name}-dark`)
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize({ width: 320, height: 640 })
      expect(await overflow(page)).toBe(0)
      expect(await page.locator('[role=alert]:not(:empty)').count()).toBe(0)
      // The menu is wider than the screen: it shows where one is.
      await show(name === 'account' ? 'cases' : 'account')
      await show(name)
      const { x, width } = (await page.locator('nav [aria-current=page]').boundingBox())!
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(320)
      await page.setViewportSize({ width: 1280, height: 900 })
    },
  )

  it('speaks Hindi once that is chosen, at the next visit too', async () => {
    await page.selectOption('.bar select', 'hi')
    await page.waitForSelector('nav a:has-text("मामले")')
    await page.reload()
    await page.waitForSelector('nav a:has-text("मामले")')
    expect(await page.getAttribute('html', 'lang')).toBe('hi')
    await show('audit')
    await page.waitForSelector('td:has-text("साइन इन किया")')
    await show('settings')
    await page.waitForSelector('.findings li:has-text("डेटा फ़ोल्डर में जगह है।")')
    expect(await seriousFindings(page)).toEqual([])
  })

  it('broke no rule of the security policy, and threw nothing', () => {
    expect(problems).toEqual([])
  })
})

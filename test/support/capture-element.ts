import type { Browser, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { screenshot, seriousFindings } from './capture.ts'
import type { EmbeddingSite } from './embedding-site.ts'
import { patience, until } from './patience.ts'

export interface Stand {
  /** Its camera plays a film of somebody who does what is asked. */
  browser: Browser
  site: EmbeddingSite
  /** URL of the server. */
  liveface: string
  forgetPictures(): Promise<void>
}

type Told = [name: string, detail: Record<string, unknown> | null]

const names = ['language', 'progress', 'ready', 'prompt', 'photo', 'complete', 'error']

/** The element in pages of another origin, beside frameworks: real server, real camera stream. */
export function describeElement(stand: () => Stand): void {
  /** @param before script that runs ahead of the page's own */
  async function openSite(
    name: string,
    before = '',
  ): Promise<{ page: Page; problems: string[]; told(): Promise<Told[]> }> {
    const { browser, site } = stand()
    const context = await browser.newContext({ permissions: ['camera'], locale: 'en-GB' })
    const page = await context.newPage()
    page.setDefaultTimeout(patience.poll)
    const problems: string[] = []
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    // On their way down events that do not bubble pass the window too.
    await page.addInitScript(`
      globalThis.told = []
      for (const name of ${JSON.stringify(names)})
        addEventListener(name, ({ target, detail }) => {
          if (target.localName === 'liveface-capture') told.push([name, detail])
        }, true)
    `)
    await page.addInitScript(before)
    await page.goto(`${site.url}/${name}`)
    return { page, problems, told: () => page.evaluate('told') }
  }

  describe('<liveface-capture>', () => {
    it('leads through a session in a page of React, and in one of Vue', async () => {
      const lead = async (name: string) => {
        const { page, problems, told } = await openSite(name)
        await page.click('liveface-capture button.primary')
        await page.waitForSelector('[data-goal]:not([data-goal=AHEAD])')
        await screenshot(page, `element-${name}`)
        await page.waitForSelector('output:has-text("alive")', { timeout: patience.test / 2 })
        expect(await page.textContent('output')).toBe('alive')
        expect(await seriousFindings(page)).toEqual([])
        expect(problems).toEqual([])
        return told()
      }
      for (const name of ['react', 'vue']) {
        const told = await lead(name)
        await stand().forgetPictures()
        const step = (number: number, gesture: unknown) => ({ gesture, step: number, steps: 4 })
        const steps = [1, 2, 3, 4].flatMap((number) => {
          const detail = step(number, number === 1 ? null : expect.any(String))
          return [
            ['prompt', detail],
            ['photo', detail],
          ]
        })
        const passed = { passed: true, failure: null, returnUrl: null }
        expect(told).toContainEqual(['progress', { loaded: expect.any(Number), total: expect.any(Number) }])
        expect(told.filter(([name]) => name !== 'progress')).toEqual([
          ['language', { language: 'en' }],
          ['ready', null],
          ...steps,
          ['complete', passed],
        ])
      }
    })

    it('reports a page that browsers give no camera before anybody presses a button', async () => {
      const { page, problems, told } = await openSite(
        'vue',
        "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })",
      )
      await page.waitForSelector('[data-screen=cameraInsecure]')
      const insecure = ['error', { code: 'camera_insecure', final: false }]
      await until(async () => (await told()).length > 1, 'The error')
      expect(await told()).toEqual([['language', { language: 'en' }], insecure])
      expect(problems).toEqual([])
    })

    it('refuses a link to another server than the page has named, and asks it for nothing', async () => {
      const { page, told } = await openSite('vue')
      await page.waitForSelector('[data-screen=welcome]')
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      const set = (attributes: object) =>
        page.evaluate(
          `Object.assign(document.querySelector('liveface-capture'), ${JSON.stringify(attributes)})`,
        )
      const elsewhere = 'https://elsewhere.example'
      await set({ server: elsewhere })
      await until(async () => (await told()).some(([name]) => name === 'error'), 'The error')
      expect((await told()).at(-1)).toEqual(['error', { code: 'server_refused', final: true }])
      await page.waitForSelector('[data-screen=used]')
      await set({ server: `${stand().liveface}/` })
      await page.waitForSelector('[data-screen=welcome]')
      await set({ captureUrl: `${elsewhere}/capture/${'x'.repeat(32)}` })
      await until(async () => (await told()).filter(([name]) => name === 'error').length === 2, 'The error')
      expect(asked.filter((url) => !url.startsWith(stand().liveface))).toEqual([])
    })

    it("tells a page of the guide's own snippet once that its link is refused, and shows it", async () => {
      const { page, problems, told } = await openSite('refused')
      await page.waitForSelector('[data-screen=used]')
      await until(async () => (await told()).length > 0, 'The error')
      await page.evaluate("document.querySelector('liveface-capture').language = 'hi'")
      await page.waitForSelector('[lang=hi] [data-screen=used]')
      const refused = { code: 'server_refused', final: true }
      expect(await told()).toEqual([['error', refused]])
      expect(await page.evaluate('heard')).toEqual([refused])
      expect(problems).toEqual([])
    })

    it('takes the colours and parts of its page, and gives the camera back when it goes', async () => {
      const { page } = await openSite('vue')
      await page.evaluate(`
        const sheet = new CSSStyleSheet()
        sheet.replaceSync('body { --liveface-accent: rgb(1, 2, 3) } liveface-capture::part(heading) { color: rgb(4, 5, 6) }')
        document.adoptedStyleSheets = [sheet]
        const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
        navigator.mediaDevices.getUserMedia = async (wanted) => (globalThis.camera = await original(wanted))
      `)
      const style = (selector: string, name: string) =>
        page.locator(selector).evaluate((element, property) => {
          return (
            globalThis as unknown as { getComputedStyle(of: unknown): Record<string, string> }
          ).getComputedStyle(element)[property]
        }, name)
      expect(await style('button.primary', 'backgroundColor')).toBe('rgb(1, 2, 3)')
      expect(await style('liveface-capture h1', 'color')).toBe('rgb(4, 5, 6)')
      await page.click('liveface-capture button.primary')
      await page.waitForSelector('[data-screen=live]')
      await page.evaluate("document.querySelector('liveface-capture').remove()")
      await until(
        () => page.evaluate("camera.getTracks().every((track) => track.readyState === 'ended')"),
        'The end of the camera',
      )
    })
  })
}

import type { Browser, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { screenshot, seriousFindings } from '../support/capture.ts'
import type { EmbeddingSite } from '../support/embedding-site.ts'
import { patience, until } from '../support/patience.ts'

export interface Stand {
  /** Its camera plays a film of somebody who does what is asked. */
  browser: Browser
  site: EmbeddingSite
  /** URL of the server. */
  liveface: string
}

type Told = [name: string, detail: Record<string, unknown> | null]

const names = ['language', 'ready', 'prompt', 'photo', 'complete', 'error']

/** The element in pages of another origin, beside frameworks: real server, real camera stream. */
export function describeElement(stand: () => Stand): void {
  async function openSite(
    name: string,
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
      for (const told of await Promise.all([lead('react'), lead('vue')])) {
        const step = (number: number, gesture: unknown) => ({ gesture, step: number, steps: 4 })
        const steps = [1, 2, 3, 4].flatMap((number) => {
          const detail = step(number, number === 1 ? null : expect.any(String))
          return [
            ['prompt', detail],
            ['photo', detail],
          ]
        })
        const passed = { passed: true, failure: null }
        expect(told).toEqual([
          ['language', { language: 'en' }],
          ['ready', null],
          ...steps,
          ['complete', passed],
        ])
      }
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

  describe('pages of other sites', () => {
    const ask = (path: string, origin: string, method = 'GET') =>
      fetch(stand().liveface + path, { method, headers: { origin } })

    it.each(['/capture/element.js', '/capture/api/session'])(
      'may read %s where they are named',
      async (path) => {
        const { site } = stand()
        const allowed = await ask(path, site.url)
        expect(allowed.headers.get('access-control-allow-origin')).toBe(site.url)
        expect(allowed.headers.get('vary')).toContain('Origin')
        for (const origin of ['https://example.com', 'null', `${site.url}0`]) {
          const refused = await ask(path, origin)
          expect(refused.headers.has('access-control-allow-origin')).toBe(false)
          expect(refused.headers.get('vary')).toContain('Origin')
        }
      },
    )

    it('may send a key to the capture API, and to nothing else', async () => {
      const { site } = stand()
      const preflight = await ask('/capture/api/photo', site.url, 'OPTIONS')
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, content-type')
      expect(preflight.headers.has('access-control-allow-credentials')).toBe(false)
      for (const path of ['/api/v1/checks', '/console/api/cases', '/capture/x', '/']) {
        const { headers } = await ask(path, site.url)
        expect(headers.has('access-control-allow-origin'), path).toBe(false)
      }
    })
  })
}

import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Gesture } from '../../src/decisions/gesture.ts'
import { patience } from './patience.ts'
import type { TestServer } from './server.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Where screenshots go, for people to look at; CI keeps the folder. */
const screenshots = join('coverage', 'screenshots')

export interface Invitation {
  captureUrl: string
  sessionToken: string
  /** Headers of the session's client. */
  headers: Record<string, string>
  gestures: Gesture[]
}

/**
 * A session of a client of its own, and the link to its page: a film shown to one client before would be known again.
 * @param asked gestures to ask for in place of those that were drawn
 * @param client headers of a client that has sessions already
 */
export async function invite(
  server: TestServer,
  asked?: readonly Gesture[],
  client?: Record<string, string>,
): Promise<Invitation> {
  const headers = client ?? (await server.client('verifyhq')).headers
  const post = async (path: string, body: object) => {
    const response = await fetch(`${server.url}/v1/verifications/liveness/${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as Record<string, unknown>
  }
  const session = await post('session', { userId: 'somebody' })
  const sessionToken = String(session.sessionToken)
  const drawn = session.challenges as { id: string; type: Gesture }[]
  const challenges = drawn.map(({ id, type }, index) => ({ id, gesture: asked?.[index] ?? type }))
  await server.database
    .updateTable('challenge_sessions')
    .set({ challenges: JSON.stringify(challenges) })
    .where('token', '=', sessionToken)
    .execute()
  const { captureUrl } = await post('capture-link', { sessionToken })
  const gestures = challenges.map(({ gesture }) => gesture)
  return { captureUrl: String(captureUrl), sessionToken, gestures, headers }
}

/** Waits for a screen of the capture page. */
export async function screenOf(page: Page, name: string): Promise<void> {
  try {
    await page.waitForSelector(`[data-screen=${name}]`, { timeout: patience.poll })
  } catch (error) {
    const shown = await page.locator('.page').textContent()
    throw new Error(`The screen ${name} did not come; the page shows: ${shown}`, { cause: error })
  }
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
}

/** Serious and critical findings of axe-core on the page as it is, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const violations = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself into the page.
    const { violations } = await (globalThis as any).axe.run()
    return violations as { id: string; impact: string; nodes: { html: string }[] }[]
  })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

/** Pixels by which the page is higher than its window. */
export function overflowBelow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollHeight - innerHeight')
}

/** Pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth')
}

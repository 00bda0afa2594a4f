/**
 * Draws docs/images/case.png, the picture of a case in the README: `npx tsx bench/case-screenshot.ts`. The server, its nets
 * and the browser are real; the face is drawn, and nobody's.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createEngine } from '../src/engine/index.ts'
import { buildPages, chromiumPath, launchBrowser } from '../test/support/browser.ts'
import { makeUser, testPassword } from '../test/support/console.ts'
import { drawnFace } from '../test/support/drawn-face.ts'
import { form } from '../test/support/form.ts'
import { until } from '../test/support/patience.ts'
import { startTestServer } from '../test/support/server.ts'

const folder = 'docs/images'

const executable = chromiumPath()
if (!executable) throw new Error('There is no Chromium.')
buildPages()
const server = await startTestServer({
  engine: await createEngine({ workers: 1 }),
  settings: { LIVEFACE_EVIDENCE: 'true' },
})
const browser = await launchBrowser(executable)
try {
  const client = await server.client('liveface', { environment: 'production', name: 'Example Bank' })
  const picture = await drawnFace()
  const body = form({ picture, person: 'person-81' })
  const answer = await fetch(`${server.url}/api/v1/liveness`, {
    method: 'POST',
    headers: client.headers,
    body,
  })
  if (answer.status !== 200) throw new Error(await answer.text())
  const { id } = (await answer.json()) as { id: string }
  const email = 'officer@example.org'
  await makeUser(server, 'administrator', { email })
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
  await page.goto(`${server.url}/console`)
  await page.fill('input[name=email]', email)
  await page.fill('input[name=password]', testPassword)
  await page.click('button[type=submit]')
  await page.waitForSelector('nav')
  await page.evaluate(`location.hash = '#/cases/${id}'`)
  await page.waitForSelector('main img')
  const isDrawn = '[...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0)'
  await until(() => page.evaluate(isDrawn), 'the picture')
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/case.png`, await page.screenshot())
} finally {
  await browser.close()
  await server.stop()
}

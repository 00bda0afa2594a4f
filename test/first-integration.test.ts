/**
 * docs/guides/first-integration.md as a stranger follows it: its page and both of its servers, pasted. Real are the servers,
 * the webhook and the client; a stub engine hides what is in the pictures, which are sent as the capture page does.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookFormat } from '../src/dialects/liveface/webhooks.ts'
import { analyseAct } from './support/acted-photo.ts'
import { buildPages, chromiumPath, launchBrowser } from './support/browser.ts'
import { attempt, openPage } from './support/capture-visitor.ts'
import { freePort } from './support/free-port.ts'
import { patience, until } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const guide = readFileSync('docs/guides/first-integration.md', 'utf8')
const block = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(guide)![1]!
const script = 'import sys; sys.exit(sys.version_info < (3, 11))'
const hasPython = spawnSync('python3', ['-c', script]).status === 0
const chromium = chromiumPath()

let folder: string
let port: number
let liveface: TestServer
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-integration-'))
  port = await freePort()
  liveface = await startTestServer({
    engine: stubEngine({ analyse: analyseAct }),
    settings: {
      LIVEFACE_CAPTURE_ORIGINS: here('http://127.0.0.1:3000'),
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(port),
    },
  })
  const { headers } = await liveface.client('liveface')
  environment = {
    ...process.env,
    LIVEFACE_URL: liveface.url,
    LIVEFACE_KEY: headers.Authorization!.replace('Bearer ', ''),
    PORT: String(port),
    PYTHONPATH: resolve('clients/python'),
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const { stdout } = await promisify(execFile)('bash', ['-euc', here(block('sh'))], { env: environment })
  environment.LIVEFACE_WEBHOOK_SECRET = JSON.parse(stdout).secret
  const page = here(block('html')).replace('http://127.0.0.1:8080', liveface.url)
  writeFileSync(join(folder, 'index.html'), page)
  const client = pathToFileURL(resolve('src/client/index.ts')).href
  writeFileSync(join(folder, 'server.mjs'), block('js').replace('liveface/client', client))
  writeFileSync(join(folder, 'server.py'), block('python'))
})
afterAll(async () => {
  await liveface?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The guide's text with this test's own port. */
const here = (text: string) => text.replaceAll(':3000', `:${port}`)

const servers = [
  {
    language: 'Node.js',
    isThere: true,
    words: [process.execPath, '--import', import.meta.resolve('tsx'), 'server.mjs'],
  },
  { language: 'Python', isThere: hasPython, words: ['python3', 'server.py'] },
]

describe.each(servers)('the guide’s server in $language', ({ isThere, words: [program = '', ...words] }) => {
  let shop: ChildProcess
  let printed = ''
  const url = () => `http://127.0.0.1:${port}`

  beforeAll(async () => {
    if (!isThere) return
    printed = ''
    shop = spawn(program, words, { cwd: folder, env: environment })
    for (const stream of [shop.stdout, shop.stderr]) stream?.on('data', (text) => (printed += text))
    await until(() => printed.includes(`${url()}\n`), 'The server of the guide')
  })
  afterAll(async () => {
    if (!shop || shop.exitCode !== null) return
    const ended = new Promise((resolved) => shop.once('exit', resolved))
    shop.kill()
    await ended
  })

  it.skipIf(!isThere)('makes a session, hears of its verdict and no other, and knows it', async () => {
    const read = async (path: string, method = 'GET') =>
      JSON.parse(await (await fetch(url() + path, { method })).text())
    expect(await read('/verdict')).toEqual({ verdict: null })
    const forged = JSON.stringify({
      type: 'session.completed',
      data: { person: 'person-81', verdict: 'pass' },
    })
    expect((await fetch(`${url()}/webhook`, { method: 'POST', body: forged })).status).toBe(400)
    const { captureUrl } = await read('/session', 'POST')
    await attempt(await openPage(captureUrl))
    await until(async () => (await read('/verdict')).verdict !== null, 'The verdict')
    expect(await read('/verdict')).toEqual({ verdict: 'pass' })
    // Printed after it was noted, and it takes a moment through the pipe.
    await until(() => printed.includes('person-81 pass'), 'The printed verdict')
    // A message about an earlier session, however late, is no verdict of the next.
    await read('/session', 'POST')
    const earlier = webhookFormat.message({
      event: {
        ...{
          id: 'event-0',
          clientId: 'client',
          dialect: 'liveface',
          type: 'session.completed',
          createdAt: 0,
        },
        payload: { id: 'earlier', person: 'person-81', verdict: 'pass' },
      },
      secrets: { current: environment.LIVEFACE_WEBHOOK_SECRET!, previous: null, previousUntil: null },
      ...{ now: Date.now(), destination: null as never },
    })
    const late = { method: 'POST', headers: earlier.headers, body: String(earlier.body) }
    expect((await fetch(`${url()}/webhook`, late)).status).toBe(200)
    expect(await read('/verdict')).toEqual({ verdict: null })
  })

  it.skipIf(!isThere || !chromium)('shows its page with the element', async () => {
    buildPages()
    const browser = await launchBrowser(chromium!)
    try {
      const page = await browser.newPage()
      const problems: string[] = []
      page.on('pageerror', ({ message }) => problems.push(message))
      await page.goto(url())
      // There is no camera: the element says what it needs before anybody presses a button.
      await page.waitForSelector('liveface-capture [data-screen=welcome]', { timeout: patience.poll })
      expect(problems).toEqual([])
    } finally {
      await browser.close()
    }
  })
})

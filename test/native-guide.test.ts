/** The lines of docs/guides/native-api.md, as pasted into a shell. A stub engine hides what is in the pictures. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { webhookFormat } from '../src/dialects/liveface/webhooks.ts'
import { jpeg } from './support/didit.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const run = promisify(execFile)
const guide = readFileSync('docs/guides/native-api.md', 'utf8')
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text as string,
  )

const folder = mkdtempSync(join(tmpdir(), 'liveface-guide-'))
let server: TestServer
let key: string
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine() })
  const { headers } = await server.client('liveface')
  key = headers.Authorization!.replace('Bearer ', '')
  for (const name of ['selfie.jpg', 'document.jpg']) writeFileSync(join(folder, name), jpeg)
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('are answered as the guide says', async () => {
  const said: object[] = []
  for (const block of blocks('sh')) {
    const env = { ...process.env, LIVEFACE: server.url, KEY: key }
    const { stdout } = await run('bash', ['-euc', block], { cwd: folder, env })
    // One answer follows the other without a line between them.
    for (const answer of stdout.split(/(?<=\})(?=\{")/)) said.push(JSON.parse(answer))
  }
  const passed = (type: string) => ({ type, verdict: 'pass' })
  expect(said).toMatchObject([
    { ...passed('liveness'), person: 'person-81', error_rates: expect.any(Object) },
    passed('match'),
    passed('age'),
    passed('quality'),
    passed('liveness'),
    { events: ['session.completed'], secret: expect.stringMatching(/^whsec_/) },
    { status: 'created', capture_url: expect.stringContaining('/capture/') },
    { attempts: 3, return_secret: expect.any(String), capture_url: expect.stringContaining('?language=hi') },
    { person: 'person-81', consent: 'form-7', duplicates: [] },
    { matches: [{ person: 'person-81', same: true }] },
    { person: 'person-81', list: 'block' },
    { data: [{ type: 'match' }, { type: 'liveness' }], next_cursor: null },
  ])
})

it('manage clients, with a key of their own', async () => {
  const settings = { administrative: true }
  const { headers } = await server.client('liveface', { settings })
  const env = { ...process.env, LIVEFACE: server.url, ADMIN: headers.Authorization!.replace('Bearer ', '') }
  const [block] = blocks('sh administrative')
  const { stdout } = await run('bash', ['-euc', block!], { cwd: folder, env })
  const [made, limited] = stdout.split(/(?<=\})(?=\{")/).map((answer) => JSON.parse(answer) as object)
  expect(made).toMatchObject({ name: 'server 2', key: expect.stringMatching(/^lf_live_/) })
  expect(limited).toMatchObject({ name: 'Branch office', requests_per_minute: 120, balance: 1000 })
})

it('verify a message, and no other', async () => {
  const file = join(folder, 'verify.mjs')
  writeFileSync(file, blocks('js')[0]!)
  const { isGenuine } = await import(pathToFileURL(file).href)
  const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u'
  const event = { id: 'id', clientId: 'c', dialect: 'liveface', type: 't', payload: {}, createdAt: 0 }
  const message = (now: number) =>
    webhookFormat.message({
      ...{ event, now, destination: null as never },
      secrets: { current: secret, previous: null, previousUntil: null },
    })
  const { headers, body } = message(Date.now())
  expect(isGenuine(headers, body, secret)).toBe(true)
  expect(isGenuine(headers, `${body} `, secret)).toBe(false)
  expect(isGenuine(headers, body, secret.toUpperCase())).toBe(false)
  const old = message(Date.now() - 600_000)
  expect(isGenuine(old.headers, old.body, secret)).toBe(false)
})

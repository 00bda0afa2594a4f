/** The Python client against a started server. The stub engine hides what is in the pictures. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecret, webhookFormat } from '../src/dialects/liveface/webhooks.ts'
import { actedPhoto, analyseAct } from './support/acted-photo.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

// @ts-expect-error the scripts are JavaScript without declarations
const { pythonTypesFile } = await import('../scripts/client-types.mjs')
// @ts-expect-error the same
const { pythonTypes } = await import('../scripts/python-types.mjs')

const run = promisify(execFile)
const project = resolve('clients/python')
const script = 'import sys; sys.exit(sys.version_info < (3, 11))'
const hasPython = spawnSync('python3', ['-c', script]).status === 0

let server: TestServer
let folder: string
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine({ analyse: analyseAct }) })
  const { headers } = await server.client('liveface')
  folder = mkdtempSync(join(tmpdir(), 'liveface-python-'))
  writeFileSync(join(folder, 'selfie.jpg'), actedPhoto())
  environment = {
    ...process.env,
    LIVEFACE_URL: server.url,
    LIVEFACE_KEY: headers.Authorization!.replace('Bearer ', ''),
    LIVEFACE_PICTURE: join(folder, 'selfie.jpg'),
    LIVEFACE_MESSAGE: JSON.stringify(signedMessage()),
    LIVEFACE_RETURN: JSON.stringify(await signedReturn()),
    PYTHONPATH: project,
    PYTHONDONTWRITEBYTECODE: '1',
  }
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A webhook's message, as the server sends it. */
function signedMessage() {
  const now = Date.parse('2026-01-02T03:04:05Z')
  const secrets = { current: newSecret(), previous: null }
  const event = { id: 'event-1', type: 'session.completed', createdAt: now, payload: { id: 'ü' } }
  return { ...webhookFormat.message({ event, secrets, now } as never), secret: secrets.current }
}

/** The address to which a session's person is sent back. */
async function signedReturn() {
  const { challenges, clients } = server.services
  const clientId = (await clients.create({ dialect: 'liveface', environment: 'sandbox', name: 'returns' })).id
  const returnUrl = 'https://example.com/back?order=7'
  const session = await challenges.create({ clientId, dialect: 'liveface', userId: 'back', returnUrl })
  const address = challenges.returnAddress({ ...session, state: 'completed' })
  return { address, secret: challenges.returnSecret(session), session: session.id }
}

it('the Python client has the types of the document that the server shows', async () => {
  const document = await (await fetch(`${server.url}/openapi/liveface.json`)).text()
  expect(readFileSync(pythonTypesFile, 'utf8')).toBe(pythonTypes(JSON.parse(document).components.schemas))
})

describe.skipIf(!hasPython)('the Python client (needs python3, 3.11 or newer)', () => {
  it('passes its own tests', async () => {
    const { stderr } = await run('python3', ['-m', 'unittest', '-v', 'tests.test_client'], {
      cwd: project,
      env: environment,
    })
    expect(stderr).toMatch(/Ran 23 tests[\s\S]*OK\n$/)
  })

  it.each(['clients/python/README.md', 'docs/guides/clients.md'])('is used as %s says', async (page) => {
    const [, code = ''] = /```python\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8')) ?? []
    const { stdout, stderr } = await run('python3', ['-c', code], { cwd: folder, env: environment })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^pass 0\.95 \[\]\n[0-9a-f-]{36} pass\n$/)
  })
})

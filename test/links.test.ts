/** Real requests; the engine is a stub, since only links are looked at. */
import { afterEach, describe, expect, it } from 'vitest'
import { startWarnings } from '../src/commands/start-warnings.ts'
import { readConfig } from '../src/config/index.ts'
import { headerLines, sendRaw } from './support/raw-socket.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let server: TestServer
afterEach(() => server?.stop())

/** Sends a target and a Host that no library would send. @returns the JSON of the answer */
async function ask(method: string, target: string, headers: Record<string, string>, body = '') {
  const head = headerLines({ ...headers, 'content-length': String(body.length), connection: 'close' })
  const { text } = await sendRaw(
    Number(new URL(server.url).port),
    `${method} ${target} HTTP/1.1\r\n${head}\r\n${body}`,
  )
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
}

/** Where a capture link and a list's link to the page before lead. */
async function links(
  host: string,
  settings: Record<string, string> = {},
  targetPrefix = '',
): Promise<string[]> {
  server = await startTestServer({ engine: stubEngine(), settings })
  const verifyhq = await server.client('verifyhq')
  const headers = { ...verifyhq.headers, host, 'content-type': 'application/json' }
  const base = `${targetPrefix}/v1/verifications/liveness`
  const { sessionToken } = await ask('POST', `${base}/session`, headers, '{"userId":"anna"}')
  const { captureUrl } = await ask('POST', `${base}/capture-link`, headers, JSON.stringify({ sessionToken }))
  const didit = await server.client('didit', { environment: 'production' })
  const page = await ask('GET', `${targetPrefix}/v3/lists/?limit=1&offset=1`, { ...didit.headers, host })
  return [new URL(captureUrl).origin, new URL(page.previous).origin]
}

const twice = (origin: string) => [origin, origin]
const production = { LIVEFACE_PRODUCTION: 'true' }

describe('links in answers', () => {
  it('begin with the host that was asked, outside production mode', async () => {
    expect(await links('faces.example:8443')).toEqual(twice('http://faces.example:8443'))
  })

  it.each(['a.example/b', 'me@a.example', 'a.example?b', 'a.example#b', "a.example'b"])(
    'begin with the listening address where the request names no host: %s',
    async (host) => {
      expect(await links(host)).toEqual(twice(server.url))
    },
  )

  it('never begin with the host that was asked in production mode', async () => {
    expect(await links('hostile.example', production)).toEqual(twice(server.url))
    await server.stop()
    const proxy = {
      ...production,
      LIVEFACE_TRUST_PROXY: 'true',
      LIVEFACE_PUBLIC_URL: 'https://faces.example/',
    }
    expect(await links('hostile.example', proxy)).toEqual(twice('https://faces.example'))
  })

  it('never begin with a host that stands in the request line', async () => {
    expect(await links('127.0.0.1', production, 'http://hostile.example')).toEqual(twice(server.url))
  })
})

it('a start warns of links that nobody outside could follow, and of believing every proxy', () => {
  const warnings = (settings: Record<string, string>) => startWarnings(readConfig(settings))
  expect(warnings(production)).toContain('LIVEFACE_PUBLIC_URL')
  expect(warnings({ ...production, LIVEFACE_PUBLIC_URL: 'https://faces.example' })).toBe('')
  expect(warnings({ LIVEFACE_TRUST_PROXY: 'true' })).toContain('LIVEFACE_TRUST_PROXY')
  expect(warnings({ LIVEFACE_TRUST_PROXY: '10.0.0.0/8' })).toBe('')
})

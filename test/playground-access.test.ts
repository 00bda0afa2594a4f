/** Real requests; the engine is a stub, since nobody here gets as far as a picture. */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWarnings } from '../src/commands/start-warnings.ts'
import { readConfig } from '../src/config/index.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const token = 'a token / of enough letters'
let server: TestServer
let withToken: TestServer
beforeAll(async () => {
  const settings = { LIVEFACE_TRUST_PROXY: 'true' }
  server = await startTestServer({ engine: stubEngine(), settings })
  withToken = await startTestServer({
    engine: stubEngine(),
    settings: { ...settings, LIVEFACE_PLAYGROUND_TOKEN: token },
  })
})
afterAll(() => Promise.all([server.stop(), withToken.stop()]))

/** Sends headers that `fetch` does not let a caller choose. */
function ask(
  to: TestServer,
  headers: Record<string, string>,
  { path = '/playground/capture', method = 'POST' } = {},
) {
  const { hostname, port } = new URL(to.url)
  return new Promise<{ status: number; cookie: string; body: string }>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          cookie: response.headers['set-cookie']?.join() ?? '',
          body,
        }),
      )
    })
    sent.on('error', reject).end()
  })
}

describe('the playground', () => {
  it.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:1', '127.9.9.9', '[::1]:8080'])(
    'answers to %s',
    async (host) => {
      expect((await ask(server, { host })).status).toBe(200)
    },
  )

  it.each([
    { host: 'rebound.example' },
    { host: 'rebound.example:8080' },
    { host: '127.0.0.1.rebound.example' },
    { host: 'localhost.rebound.example' },
    { host: 'localhost@rebound.example' },
    { host: 'localhost', 'x-forwarded-for': '203.0.113.9' },
    { host: 'localhost', 'x-real-ip': '203.0.113.9' },
    { host: 'rebound.example', 'x-forwarded-host': 'localhost' },
  ])('is an unknown path to %o', async (headers) => {
    const unknown = await ask(server, headers, { path: '/nothing' })
    expect(await ask(server, headers)).toEqual({ ...unknown, status: 404 })
    expect((await ask(server, headers, { path: '/playground/analyse' })).status).toBe(404)
    expect((await ask(server, headers, { path: '/', method: 'GET' })).status).toBe(404)
  })

  it('opens to its token, and then to the cookie it gave for it', async () => {
    const host = 'faces.example'
    const visit = (given: string) => ({ path: `/?token=${encodeURIComponent(given)}`, method: 'GET' })
    expect((await ask(withToken, { host })).status).toBe(404)
    const wrong = await ask(withToken, { host }, visit('another of enough letters'))
    expect([wrong.status, wrong.cookie]).toEqual([404, ''])
    const first = await ask(withToken, { host }, visit(token))
    expect(first.status).not.toBe(404)
    expect(first.cookie).toMatch(/^liveface_playground=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const [cookie = ''] = first.cookie.split(';')
    expect((await ask(withToken, { host, cookie: `other=1; ${cookie}` })).status).toBe(200)
    expect((await ask(withToken, { host, cookie: `${cookie}x` })).status).toBe(404)
    expect((await ask(server, { host, cookie }, visit(token))).status).toBe(404)
  })

  it('slows down who guesses its token', async () => {
    const headers = {
      host: 'faces.example',
      cookie: 'liveface_playground=wrong',
      'x-forwarded-for': '203.0.113.7',
    }
    const statuses = []
    for (let i = 0; i < 11; i++) statuses.push((await ask(withToken, headers)).status)
    expect(statuses).toEqual([...Array(10).fill(404), 429])
    // Not even the right one is told apart then.
    const right = { path: `/?token=${encodeURIComponent(token)}`, method: 'GET' }
    expect((await ask(withToken, headers, right)).status).toBe(429)
  })
})

describe('a start', () => {
  it('warns of an address that others reach, outside production mode', () => {
    const warnings = (settings: Record<string, string>) => startWarnings(readConfig(settings))
    expect(warnings({})).toBe('')
    expect(warnings({ HOST: '::1' })).toBe('')
    expect(warnings({ HOST: '0.0.0.0' })).toContain('LIVEFACE_PRODUCTION')
    expect(warnings({ HOST: '0.0.0.0', LIVEFACE_PRODUCTION: 'true' })).not.toContain('HOST=')
  })
})

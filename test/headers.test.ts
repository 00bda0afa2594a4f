/** Every route, whatever it answers, carries the headers that keep browsers and caches from doing harm. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { sendRaw } from './support/raw-socket.ts'
import { routeTable } from './support/route-table.ts'
import { stubEngine } from './support/stub-engine.ts'

let calls: EveryDialect
beforeAll(async () => {
  calls = await startEveryDialect({
    engine: stubEngine({
      analyse: () => {
        throw new TypeError('a mistake of ours')
      },
    }),
    settings: { LIVEFACE_RATE_PER_IP: '1000000', LIVEFACE_FETCH_TIMEOUT_MS: '100' },
  })
})
afterAll(() => calls.stop())

function inspect(response: Response, where: string): void {
  const header = (name: string) => response.headers.get(name) ?? ''
  expect(header('x-content-type-options'), where).toBe('nosniff')
  expect(header('referrer-policy'), where).toBe('no-referrer')
  expect(header('x-frame-options'), where).toMatch(/^(SAMEORIGIN|DENY)$/)
  expect(header('strict-transport-security'), where).toMatch(/^max-age=\d{8,}/)
  expect(header('cross-origin-resource-policy'), where).toBe('same-origin')
  expect(header('content-security-policy'), where).toMatch(/default-src '(none|self)'/)
  expect(header('content-security-policy'), where).toMatch(/frame-ancestors '(none|self)'/)
  expect(header('content-security-policy'), where).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/)
  // What is not said to be cacheable for ever, by its address, is nobody's to keep.
  expect(header('cache-control'), where).toMatch(/no-store|private|immutable|max-age=0/)
  expect(header('x-request-id'), where).toMatch(/^[0-9a-f-]{36}$/)
  for (const name of ['server', 'x-powered-by', 'access-control-allow-origin', 'set-cookie']) {
    expect(response.headers.has(name), `${where}: ${name}`).toBe(false)
  }
}

describe('security headers', () => {
  it('stand on every route of the table, with and without keys', async () => {
    const table = routeTable(calls.server.app)
    expect(table.length).toBeGreaterThan(150)
    const { liveface, ...vendors } = calls.headers
    const everyVendor = Object.assign({}, ...Object.values(vendors))
    for (const { method, url } of table) {
      const path = url.replace(/:\w+/g, 'x').replace('*', 'x')
      // One of the vendors has its key in the same header.
      for (const headers of [{}, url.startsWith('/api/') ? liveface : everyVendor]) {
        const response = await fetch(calls.server.url + path, { method, headers, redirect: 'manual' })
        await response.arrayBuffer()
        inspect(response, `${method} ${path} ${response.status}`)
      }
    }
  })

  it('stand on answers outside the table: no route, a broken engine, too large a body', async () => {
    const post = (path: string, init: RequestInit) =>
      fetch(calls.server.url + path, { method: 'POST', ...init })
    const large = 'x'.repeat(33 * 1024 * 1024)
    const form = new FormData()
    form.set('verification_id', 'broken')
    form.set('image', new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)]), 'a.jpg')
    const answers: [number, Promise<Response>][] = [
      [404, post('/nothing/here', {})],
      [404, fetch(`${calls.server.url}/v3/nothing`)],
      [500, post('/verification/face-liveness', { headers: calls.headers.cashfree, body: form })],
      [
        413,
        post('/idverifygr/verification', {
          headers: { ...calls.headers.indiconnect, 'content-type': 'application/json' },
          body: large,
        }),
      ],
    ]
    for (const [status, sent] of answers) {
      const response = await sent
      await response.arrayBuffer()
      expect(response.status).toBe(status)
      inspect(response, String(status))
    }
  })

  it.each(['/%ff', '/v3/session/%E0%A4%A/decision/'])(
    'stand on the path %s, which nobody decodes',
    async (path) => {
      const response = await fetch(calls.server.url + path)
      expect(response.status).toBe(400)
      expect(await response.text()).toBe('{"error":"Bad Request"}')
      inspect(response, path)
    },
  )

  it('stand, as far as they make sense, on what is refused before it is a request', async () => {
    const { text } = await sendRaw(Number(new URL(calls.server.url).port), 'no protocol at all\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).toContain('x-content-type-options: nosniff')
    expect(text).toContain('cache-control: no-store')
  })
})

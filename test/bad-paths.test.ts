import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendRaw } from './support/raw-socket.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine() })
})
afterAll(() => server.stop())

it.each(['/%', '/%zz-secret', '/v3/session/%E0%A4%A-secret/decision/', '/capture/%ff-secret'])(
  'refuses %s in our words, without repeating it',
  async (path) => {
    const head = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`
    const { status, text } = await sendRaw(Number(new URL(server.url).port), head)
    expect(status).toBe(400)
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe('{"error":"Bad Request"}')
    expect(text).not.toContain('secret')
    expect(text.toLowerCase()).toContain('x-content-type-options: nosniff')
    expect(text.toLowerCase()).toContain('cache-control: no-store')
  },
)

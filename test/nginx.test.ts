/**
 * deploy/nginx.conf as it stands, in a real nginx with TLS in front of two servers, asked by curl. Only its ports, the places
 * of its certificate and, where they are waited for, its limits of time are this test's. The engine is a stub, which hides
 * measuring.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jpeg } from './support/didit.ts'
import { configuration, host, nginx, startNginx, type TestNginx } from './support/nginx.ts'
import { patience } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

it('the configuration replaces the caller’s word for its address, and passes bodies on as they come', () => {
  expect(configuration).toContain('proxy_set_header X-Forwarded-For $remote_addr;')
  expect(configuration).toContain('proxy_request_buffering off;')
})

describe.skipIf(!nginx)('two servers behind nginx', () => {
  const servers: TestServer[] = []
  let scratch: string
  let proxy: TestNginx

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'liveface-behind-'))
    const settings = { LIVEFACE_TRUST_PROXY: '127.0.0.1', LIVEFACE_PUBLIC_URL: `https://${host}` }
    for (let count = 0; count < 2; count++) {
      servers.push(await startTestServer({ engine: stubEngine(), settings, dataDirectory: scratch }))
    }
    const [first, second] = servers.map(({ url }) => new URL(url).host)
    proxy = await startNginx([first!, second!])
  })
  afterAll(async () => {
    await proxy?.stop()
    for (const server of servers) await server.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  function check(headers: Record<string, string>, bytes = jpeg, ...more: string[]) {
    const file = join(scratch, 'picture.jpg')
    writeFileSync(file, bytes)
    const sent = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const fields = ['-F', `verification_id=${crypto.randomUUID()}`, '-F', `image=@${file}`]
    return proxy.curl('/verification/face-liveness', ...sent, ...fields, ...more)
  }

  it('see the caller’s own address, whatever it says of itself', async () => {
    const elsewhere = '203.0.113.9'
    const forged = ['-H', `X-Forwarded-For: ${elsewhere}`]
    for (const [address, status] of [
      ['127.0.0.1', 200],
      [elsewhere, 403],
    ] as const) {
      const { headers } = await servers[0]!.client('cashfree', { settings: { ipAllowList: [address] } })
      expect((await check(headers, jpeg, ...forged)).status).toBe(status)
    }
  })

  it('get bodies up to the largest that an API takes, and none beyond', async () => {
    const { headers } = await servers[0]!.client('cashfree')
    const large = Buffer.concat([jpeg, Buffer.alloc(10_000_000)])
    expect((await check(headers, large)).status).toBe(200)
    expect((await check(headers, Buffer.alloc(40_000_000))).status).toBe(413)
  })

  it('keep to themselves what is for operators', async () => {
    for (const path of ['/readyz', '/metrics']) expect((await proxy.curl(path)).status).toBe(404)
  })

  it('are one when the other is gone', async () => {
    const { headers } = await servers[0]!.client('cashfree')
    await servers.pop()!.stop()
    for (let call = 0; call < 4; call++) expect((await check(headers)).status).toBe(200)
  })
})

/** In place of Liveface two servers that count, and never answer: what nginx does by itself is looked at. */
describe.skipIf(!nginx)('nginx before servers that do not answer', () => {
  let proxy: TestNginx
  let asked = 0
  const servers: Server[] = []

  async function startServer(): Promise<string> {
    const server = createServer(() => void asked++).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  beforeAll(async () => {
    const hosts = [await startServer(), await startServer()] as const
    proxy = await startNginx(hosts, { client_body_timeout: '1s', proxy_read_timeout: '1s' })
  })
  afterAll(async () => {
    await proxy?.stop()
    for (const server of servers) server.closeAllConnections()
    for (const server of servers) server.close()
  })

  it('gives up an answer that takes too long, and sends the call to no other', async () => {
    asked = 0
    expect((await proxy.curl('/verification/face-liveness', '-d', 'a=b')).status).toBe(504)
    await expect.poll(() => asked, { timeout: patience.poll }).toBe(1)
  })

  it('gives up a body that stops coming, and sends the call to no other', async () => {
    asked = 0
    const socket = connect({
      port: proxy.port,
      host: '127.0.0.1',
      servername: host,
      rejectUnauthorized: false,
    })
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk
    })
    // A connection that is reset has ended, too: `once` would take its error for a failure.
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(
      `POST /verification/face-liveness HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 9\r\n\r\nfour`,
    )
    await closed
    // nginx logs a 408 and sends none.
    expect(answer).toBe('')
    await expect.poll(() => asked, { timeout: patience.poll }).toBe(1)
  })
})

import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

/** Everything a server logs, at the most talkative level, while `use` runs. */
async function logOf(use: (server: TestServer) => Promise<void>, engine = stubEngine()): Promise<string> {
  let written = ''
  const logStream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk)
      done()
    },
  })
  const server = await startTestServer({ engine, logStream, settings: { LIVEFACE_LOG_LEVEL: 'trace' } })
  await use(server)
  await server.stop()
  return written
}

const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('secret-picture')])

async function liveness({ url }: TestServer, headers: Record<string, string>): Promise<number> {
  const body = new FormData()
  body.set('verification_id', 'secret-id')
  body.set('image', new Blob([picture]), 'secret-name.jpg')
  const response = await fetch(`${url}/verification/face-liveness?q=secret-query`, {
    method: 'POST',
    headers,
    body,
  })
  return response.status
}

describe('log lines', () => {
  it('hold no credential, query, id or picture of a check that succeeds', async () => {
    let secret = 'unset'
    const log = await logOf(async (server) => {
      const { headers } = await server.client('cashfree')
      secret = headers['x-client-secret']!
      expect(await liveness(server, headers)).toBe(200)
    })
    expect(log).toContain('/verification/face-liveness')
    expect(log).not.toContain('secret-')
    expect(log).not.toContain(secret)
  })

  it('hold none of a check that fails either, and say what failed', async () => {
    const broken = stubEngine({
      analyse: () => {
        throw Object.assign(new Error('the nets broke'), { picture })
      },
    })
    const log = await logOf(async (server) => {
      const { headers } = await server.client('cashfree')
      expect(await liveness(server, headers)).toBe(500)
    }, broken)
    expect(log).toContain('the nets broke')
    expect(log).not.toContain('secret-')
  })

  it('hold no path that matches no route, which may be a mistyped session', async () => {
    const log = await logOf(async ({ url }) => {
      expect((await fetch(`${url}/sessions/secret-token`)).status).toBe(404)
      expect((await fetch(`${url}/a%0a{"level":60,"msg":"secret-forged"}`)).status).toBe(404)
    })
    expect(log).not.toContain('secret-')
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  })
})

/**
 * Secrets are compared in constant time, shown by what is called and not by a clock: a wrong secret, an unknown id and
 * a revoked key each cost the very comparisons that the right secret costs.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

const compared = vi.hoisted(() => [] as { lengths: [number, number] }[])
vi.mock('node:crypto', async (importOriginal) => {
  const crypto = await importOriginal<typeof import('node:crypto')>()
  const timingSafeEqual: typeof crypto.timingSafeEqual = (a, b) => {
    compared.push({ lengths: [a.byteLength, b.byteLength] })
    return crypto.timingSafeEqual(a, b)
  }
  return { ...crypto, timingSafeEqual, default: { ...crypto, timingSafeEqual } }
})

const { readdirSync, readFileSync } = await import('node:fs')
const { join } = await import('node:path')
const { startTestServer } = await import('./support/server.ts')
const { stubEngine } = await import('./support/stub-engine.ts')
type TestServer = Awaited<ReturnType<typeof startTestServer>>

const adminSecret = 'an admin secret of good length'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine(), settings: { LIVEFACE_ADMIN_SECRET: adminSecret } })
})
afterAll(() => server.stop())
beforeEach(() => {
  compared.length = 0
})

/** Which header carries a dialect's secret, the route that reads it, and how the public part begins. */
const dialects = [
  { name: 'cashfree', path: '/verification/face-liveness', secret: 'x-client-secret', id: 'x-client-id' },
  { name: 'didit', path: '/v3/passive-liveness/', secret: 'x-api-key', id: 'x-api-key' },
  { name: 'indiconnect', path: '/idverifygr/verification', secret: 'service-key', id: 'Authorization' },
  { name: 'liveface', path: '/api/v1/liveness', secret: 'Authorization', id: 'Authorization' },
  { name: 'verifyhq', path: '/v1/verifications/liveness/session', secret: 'X-API-Key', id: 'X-API-Key' },
] as const

/** The same text with one character changed: the last, or the first of its random part. */
function altered(text: string, where: 'end' | 'start'): string {
  const random = /[0-9a-zA-Z_-]{16,}/.exec(
    text.replace(/^(x-api-access \w+:|cfsk_\w+?_\w+?_|vhq_\w+?_|Bearer lf_\w+?_)/, (m) =>
      ' '.repeat(m.length),
    ),
  )
  const at = where === 'end' ? text.length - 1 : (random?.index ?? 0)
  const other = text[at] === '0' ? '1' : '0'
  return text.slice(0, at) + other + text.slice(at + 1)
}

describe('the secret of a client', () => {
  it.each(dialects)(
    'of $name is compared once and whole, right, wrong or unknown',
    async ({ name, path, secret, id }) => {
      const { id: clientId, headers } = await server.client(name)
      const call = async (sent: Record<string, string>) => {
        compared.length = 0
        const { status } = await fetch(server.url + path, { method: 'POST', headers: sent })
        return { status, compared: [...compared] }
      }
      const right = await call(headers)
      const wrong = await call({ ...headers, [secret]: altered(headers[secret]!, 'end') })
      const unknown = await call({ ...headers, [id]: altered(headers[id]!, 'start') })
      for (const { id: credential, clientId: owner } of await server.services.clients.credentials(name)) {
        if (owner === clientId) await server.services.clients.revoke(credential)
      }
      const revoked = await call(headers)
      expect([401, 403]).not.toContain(right.status)
      for (const { status } of [wrong, unknown, revoked]) expect([401, 403]).toContain(status)
      // One digest of 32 bytes against one other: nothing about the secret decides how much is compared.
      for (const { compared: pairs } of [right, wrong, unknown, revoked]) {
        expect(pairs).toEqual([{ lengths: [32, 32] }])
      }
    },
  )
})

it('the admin secret is compared by digest, whatever is sent', async () => {
  for (const [sent, expected] of [
    [adminSecret, 422],
    [`${adminSecret.slice(0, -1)}x`, 401],
    ['short', 401],
  ] as const) {
    compared.length = 0
    const { status } = await fetch(`${server.url}/v1/admin/api-clients`, {
      method: 'POST',
      headers: { 'x-admin-secret': sent },
    })
    expect(status).toBe(expected)
    expect(compared).toEqual([{ lengths: [32, 32] }])
  }
})

it('the signature of a link is compared in constant time', async () => {
  const id = crypto.randomUUID()
  const link = server.services.evidence.link(id)
  for (const tried of [link, altered(link, 'end')]) {
    compared.length = 0
    expect((await fetch(server.url + tried)).status).toBe(404)
    expect(compared).toEqual([{ lengths: [43, 43] }])
  }
})

it('no other place compares a secret by itself', () => {
  const files = readdirSync('src', { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(100)
  for (const name of files) {
    const text = readFileSync(join('src', name), 'utf8')
    const plain =
      /\b(secret|signature|digest|password|hmac|apiKey)\b\s*[!=]==?\s*(?!undefined|null|''|"")[\w.]/i.exec(
        text,
      )
    expect(plain?.[0], name).toBeUndefined()
  }
})

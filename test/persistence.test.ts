import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startTestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-restart-'))
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0])

async function liveness(url: string, headers: Record<string, string>, id: string) {
  const body = new FormData()
  body.set('verification_id', id)
  body.set('image', new Blob([jpeg]), 'a.jpg')
  const response = await fetch(`${url}/verification/face-liveness`, { method: 'POST', headers, body })
  return { status: response.status, body: (await response.json()) as { reference_id: number } }
}

describe('what survives a restart', () => {
  it('credentials, used ids and the sequence of reference ids', async () => {
    const first = await startTestServer({ engine: stubEngine(), dataDirectory })
    const { headers } = await first.client('cashfree')
    const before = await liveness(first.url, headers, 'kept')
    await first.stop()

    const second = await startTestServer({ engine: stubEngine(), dataDirectory })
    const repeat = await liveness(second.url, headers, 'kept')
    const after = await liveness(second.url, headers, 'new')
    await second.stop()

    expect(before.status).toBe(200)
    expect(repeat.status).toBe(409)
    expect(after.status).toBe(200)
    expect(after.body.reference_id).toBeGreaterThan(before.body.reference_id)
  })

  it('the master key is readable by its owner alone', () => {
    expect(statSync(join(dataDirectory, 'master.key')).mode & 0o777).toBe(0o600)
  })
})

describe('credentials of the other environment', () => {
  it.each([
    ['production', 'sandbox', 'Client secret belongs to test environment'],
    ['sandbox', 'production', 'Client secret belongs to production environment'],
  ] as const)('a %s server refuses a %s secret', async (served, environment, message) => {
    const server = await startTestServer({ engine: stubEngine(), settings: { LIVEFACE_ENVIRONMENT: served } })
    const { headers } = await server.client('cashfree', { environment })
    const { status, body } = await liveness(server.url, headers, 'a')
    await server.stop()
    expect(status).toBe(400)
    expect(body).toEqual({ type: 'validation_error', code: 'x-client-secret_value_invalid', message })
  })
})

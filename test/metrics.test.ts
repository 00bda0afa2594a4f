import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'

let server: TestServer
beforeAll(async () => {
  const report = { ...stubReport(), timings: { decode: 4, detect: 7 } }
  server = await startTestServer({ engine: stubEngine({ analyse: () => report }) })
})
afterAll(() => server.stop())

it('counts requests, verdicts and stages, and names no client', async () => {
  const { id, headers } = await server.client('cashfree')
  const body = new FormData()
  body.set('verification_id', 'person-7')
  body.set('image', new Blob([new Uint8Array([0xff, 0xd8, 0xff])]), 'a.jpg')
  const answer = await fetch(`${server.url}/verification/face-liveness`, { method: 'POST', headers, body })
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  await fetch(`${server.url}/not/a/route`)

  const text = await (await fetch(`${server.url}/metrics`)).text()
  expect(text).toContain(
    'liveface_verdicts_total{dialect="cashfree",operation="face-liveness",status="SUCCESS"} 1',
  )
  expect(text).toContain(
    'liveface_http_request_duration_seconds_count{dialect="cashfree",method="POST",route="/verification/face-liveness",status="200"} 1',
  )
  expect(text).toContain(
    'liveface_http_request_duration_seconds_count{dialect="none",method="GET",route="none",status="404"} 1',
  )
  expect(text).toContain('liveface_stage_duration_seconds_sum{stage="detect"} 0.007')
  for (const secret of [id, headers['x-client-id']!, headers['x-client-secret']!, 'person-7']) {
    expect(text).not.toContain(secret)
  }
})

it('is alive and ready', async () => {
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'alive' })
  const ready = await fetch(`${server.url}/readyz`)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({ status: 'ready', models: true, database: true })
})

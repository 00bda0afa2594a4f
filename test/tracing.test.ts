/** Traces as an OpenTelemetry collector gets them. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { jpeg } from './support/didit.ts'
import { patience } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'

interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: Record<string, unknown> }[]
  status: { code?: number }
}

/** A collector that keeps what it gets. */
async function startCollector(status = 200) {
  const bodies: string[] = []
  const seen: { url: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(body)
    seen.push({ url: request.url ?? '', headers: request.headers })
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    seen,
    spans: (): ReceivedSpan[] =>
      bodies.flatMap((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans as ReceivedSpan[]),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function start(settings: Record<string, string>, analyse?: () => never): Promise<TestServer> {
  const report = { ...stubReport(), timings: { decode: 4, detect: 7.5 } }
  const server = await startTestServer({
    engine: stubEngine({ analyse: analyse ?? (() => report) }),
    settings: { LIVEFACE_LOG_LEVEL: 'silent', ...settings },
  })
  return server
}

function check(server: TestServer, headers: Record<string, string>, id: string) {
  const body = new FormData()
  body.set('verification_id', id)
  body.set('image', new Blob([new Uint8Array(jpeg)]), 'a.jpg')
  return fetch(`${server.url}/verification/face-liveness`, { method: 'POST', headers, body })
}

function attributesOf({ attributes }: ReceivedSpan) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

it('reports a request, its analysis and each stage, and nobody', async () => {
  const collector = await startCollector()
  stops.push(collector.stop)
  const server = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-token=a%20b, other=c',
    OTEL_SERVICE_NAME: 'faces',
  })
  const { id, headers } = await server.client('cashfree')
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const answer = await check(server, { ...headers, traceparent }, 'person-7')
  expect(answer.status).toBe(200)
  await check(server, headers, 'person-8')
  await fetch(`${server.url}/healthz`)
  // What is left is sent before the server is gone.
  await server.stop()

  expect(collector.seen[0]).toMatchObject({
    url: '/v1/traces',
    headers: { 'content-type': 'application/json', 'x-token': 'a b', other: 'c' },
  })
  const first = JSON.parse(collector.bodies[0]!).resourceSpans[0]
  expect(first.resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'faces' } }])
  const spans = collector.spans()
  const names = ['POST /verification/face-liveness', 'analyse', 'decode', 'detect']
  expect(spans.map(({ name }) => name)).toEqual([...names, ...names])

  const [request, analyse, decode, detect] = spans as [ReceivedSpan, ReceivedSpan, ReceivedSpan, ReceivedSpan]
  expect(request).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16), kind: 2 })
  expect(attributesOf(request)).toEqual({
    'http.request.method': 'POST',
    'http.route': '/verification/face-liveness',
    'http.response.status_code': '200',
    'liveface.dialect': 'cashfree',
    'liveface.request_id': answer.headers.get('x-request-id'),
  })
  expect(analyse.parentSpanId).toBe(request.spanId)
  for (const stage of [decode, detect]) {
    expect(stage).toMatchObject({ traceId: request.traceId, parentSpanId: analyse.spanId, kind: 1 })
  }
  const length = (span: ReceivedSpan) =>
    Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6
  expect(length(decode)).toBeCloseTo(4, 1)
  expect(length(detect)).toBeCloseTo(7.5, 1)
  expect(BigInt(detect.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(decode.startTimeUnixNano))
  expect(Math.abs(Number(BigInt(request.endTimeUnixNano) / 1_000_000n) - Date.now())).toBeLessThan(
    patience.test,
  )
  // The second request came without a trace of its caller.
  expect(spans[4]!.traceId).not.toBe(request.traceId)
  expect(spans[4]!.parentSpanId).toBeUndefined()

  const sent = collector.bodies.join()
  for (const secret of [id, headers['x-client-id']!, headers['x-client-secret']!, 'person-7', '127.0.0.1']) {
    expect(sent).not.toContain(secret)
  }
})

it('marks what failed, and leaves out what the caller or the share leaves out', async () => {
  const collector = await startCollector()
  stops.push(collector.stop)
  const server = await start(
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' },
    () => {
      throw new Error('broken')
    },
  )
  const { headers } = await server.client('cashfree')
  const parent = (flags: string) => ({
    ...headers,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`,
  })
  expect((await check(server, parent('01'), 'a')).status).toBe(500)
  await check(server, parent('00'), 'b')
  await check(server, headers, 'c')
  await server.stop()
  expect(collector.spans().map(({ name, status }) => [name, status.code])).toEqual([
    ['POST /verification/face-liveness', 2],
    ['analyse', 2],
  ])
})

it('a collector that is away or refuses harms nobody', async () => {
  const collector = await startCollector(503)
  stops.push(collector.stop)
  for (const endpoint of [collector.url, 'http://127.0.0.1:9']) {
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    const { headers } = await server.client('cashfree')
    expect((await check(server, headers, 'a')).status).toBe(200)
    await server.stop()
  }
  expect(collector.bodies.length).toBe(1)
})

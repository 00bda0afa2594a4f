import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Family, parseExposition, seriesKey } from '../bench/load/exposition.ts'
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
  expect(await ready.json()).toEqual({ status: 'ready', models: true, database: true, disk: true })
})

describe('the text', () => {
  let families: Family[]
  beforeAll(async () => {
    const response = await fetch(`${server.url}/metrics`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    families = parseExposition(await response.text())
  })

  it('is what Prometheus reads: one family after the other, each with help, no series twice', () => {
    expect(families.length).toBeGreaterThan(20)
    for (const { name, help, samples } of families) {
      expect(help, name).not.toBe('')
      const keys = samples.map((sample) => seriesKey(sample.name, sample.labels))
      expect(new Set(keys).size, name).toBe(keys.length)
    }
  })

  it('names what is ours by its custom: base units, _total for what only grows and nothing else', () => {
    for (const { name, type } of families.filter((family) => family.name.startsWith('liveface_'))) {
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      if (type === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/)
      expect(name).not.toMatch(/_(ms|milliseconds|kb|mb|percent)(_|$)/)
    }
  })

  it('has histograms whose buckets add up', () => {
    const histograms = families.filter(
      ({ type, name }) => type === 'histogram' && name.startsWith('liveface'),
    )
    expect(histograms.length).toBeGreaterThanOrEqual(4)
    for (const { name, samples } of histograms) {
      const buckets = new Map<string, number[]>()
      for (const sample of samples.filter((one) => one.name === `${name}_bucket`)) {
        const { le, ...labels } = sample.labels
        const key = seriesKey(name, labels)
        const before = buckets.get(key) ?? []
        expect(sample.value).toBeGreaterThanOrEqual(before.at(-1) ?? 0)
        buckets.set(key, [...before, sample.value])
        if (le === '+Inf') {
          const count = samples.find(
            (one) => seriesKey(one.name, one.labels) === seriesKey(`${name}_count`, labels),
          )
          expect(sample.value, key).toBe(count?.value)
        }
      }
    }
  })

  it('reports the delay of the event loop without the interval at which it is looked at', () => {
    const delay = families.find(({ name }) => name === 'liveface_event_loop_delay_seconds')
    const value = (end: string) => delay?.samples.find(({ name }) => name.endsWith(end))?.value ?? Number.NaN
    // How often depends on how long the start took.
    expect(value('_count')).toBeGreaterThan(0)
    expect(value('_sum')).toBeGreaterThan(0)
    expect(families.some(({ name }) => name.startsWith('nodejs_eventloop_lag'))).toBe(false)
  })

  it('has everything that the dashboard asks for', () => {
    interface Panel {
      title: string
      targets?: { expr: string }[]
    }
    const dashboard = JSON.parse(readFileSync('docs/grafana/liveface.json', 'utf8')) as { panels: Panel[] }
    const known = new Set(
      families.flatMap(({ name, type }) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    )
    const asked = dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ expr }) =>
        [...expr.matchAll(/\b((?:liveface|process|nodejs)_\w+)\{/g)].map((match) => ({
          title,
          name: match[1]!,
        })),
      ),
    )
    expect(asked.filter(({ name }) => !known.has(name))).toEqual([])
    expect(asked.length).toBeGreaterThan(20)
    // Each query names at least one metric, and no query names one without a selector.
    for (const { title, targets = [] } of dashboard.panels) {
      for (const { expr } of targets) expect(expr, title).toMatch(/\b(liveface|process|nodejs)_\w+\{job=~/)
    }
  })
})

it('refuses text that Prometheus would refuse', () => {
  expect(() => parseExposition('# TYPE a counter\na 1')).toThrow('does not end')
  expect(() => parseExposition('# TYPE a counter\nb 1\n')).toThrow('outside its family')
  expect(() => parseExposition('# TYPE a counter\na{x=y} 1\n')).toThrow('labels')
  expect(() => parseExposition('# TYPE a counter\na one\n')).toThrow('number')
  expect(() => parseExposition('# TYPE a counter\n# TYPE a counter\n')).toThrow('second')
  const [family] = parseExposition('# HELP a What.\n# TYPE a counter\na{x="1\\"2"} 3\n')
  expect(family).toMatchObject({ help: 'What.', samples: [{ labels: { x: '1"2' }, value: 3 }] })
})

/** Sends finished spans to an OpenTelemetry collector: OTLP over HTTP, as JSON. */

/** Attribute values as they are; the protocol's wrapping is added when they are sent. */
export type Attributes = Record<string, string | number>

export interface Span {
  /** 32 and 16 hex digits. */
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: 'server' | 'internal'
  /** Unix milliseconds, with fractions. */
  start: number
  end: number
  attributes: Attributes
  failed: boolean
}

export interface SpanExporter {
  add(spans: readonly Span[]): void
  /** Sends what is left, within some seconds. */
  close(): Promise<void>
}

export interface ExporterOptions {
  /** Base URL of the collector; spans go to `/v1/traces` under it. */
  endpoint: string
  /** `name=value` pairs, comma separated, as OTEL_EXPORTER_OTLP_HEADERS has them. */
  headers?: string
  serviceName: string
  onError(error: unknown): void
  /** Milliseconds between two sendings. Default 5000. */
  everyMs?: number
}

/** Spans kept while the collector does not answer; later ones are dropped: memory matters more than traces. */
const maxSpans = 4096
const maxPerRequest = 512
const timeoutMs = 5000

export function createSpanExporter(options: ExporterOptions): SpanExporter {
  const { serviceName, onError, everyMs = 5000 } = options
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`
  const headers = { 'content-type': 'application/json', ...readHeaders(options.headers ?? '') }
  const kept: Span[] = []
  let sending: Promise<void> | null = null

  async function sendAll(): Promise<void> {
    while (kept.length > 0) {
      const batch = kept.splice(0, maxPerRequest)
      const signal = AbortSignal.timeout(timeoutMs)
      const body = JSON.stringify(toRequest(batch, serviceName))
      const response = await fetch(url, { method: 'POST', headers, body, signal })
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`The collector of traces answered ${response.status}.`)
    }
  }

  function send(): Promise<void> {
    sending ??= sendAll()
      .catch(onError)
      .finally(() => {
        sending = null
      })
    return sending
  }

  const timer = setInterval(send, everyMs).unref()
  return {
    add(spans) {
      if (kept.length + spans.length <= maxSpans) kept.push(...spans)
      if (kept.length >= maxPerRequest) send()
    },
    async close() {
      clearInterval(timer)
      await sending
      await send()
    },
  }
}

function readHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]] : []
  })
  return Object.fromEntries(pairs)
}

function toRequest(spans: readonly Span[], serviceName: string) {
  const resource = { attributes: toAttributes({ 'service.name': serviceName }) }
  return {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'liveface' }, spans: spans.map(toSpan) }] }],
  }
}

function toSpan({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, failed }: Span) {
  return {
    traceId,
    spanId,
    ...(parentSpanId ? { parentSpanId } : {}),
    name,
    kind: kind === 'server' ? 2 : 1,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(end),
    attributes: toAttributes(attributes),
    status: failed ? { code: 2 } : {},
  }
}

/** Text, because a number of JSON does not hold so many digits. */
function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds * 1000)) * 1000n)
}

function toAttributes(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : toNumber(value),
  }))
}

function toNumber(value: number) {
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

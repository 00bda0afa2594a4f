/** A server whose every exchange is written down, byte for byte but for what is random. */
import { afterAll, vi } from 'vitest'
import type { NewClient } from '../../src/access/clients.ts'
import type { Engine } from '../../src/engine/types.ts'
import { form, type Part } from '../support/form.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { startWebServer, type WebServer } from '../support/web-server.ts'
import { createKeptReader } from './kept.ts'
import { createPlaceholders } from './placeholders.ts'

type Headers = Record<string, string>

export interface Sent {
  headers?: Headers
  /** A multipart body. */
  parts?: Record<string, Part>
  /** Text as it is; anything else as JSON. */
  body?: unknown
}

export interface Answer {
  status: number
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape are looked into.
  json: any
}

export interface Stand {
  server: TestServer
  /** Gives `served`'s bytes by path; anything else is a 404. */
  pictures: WebServer
  served: Map<string, Buffer>
  /** Takes webhooks. */
  receiver: Receiver
  client(changes?: Partial<NewClient>): Promise<{ id: string; headers: Headers }>
  /** Sends a request and writes the answer down, with what it left in the database. */
  call(title: string, method: string, path: string, sent?: Sent): Promise<Answer>
  /** Waits for the next webhook and writes it down. */
  webhook(title: string): Promise<void>
}

export interface Transcript {
  stand(engine: Engine, settings?: Record<string, string>): Promise<Stand>
  text(): string
}

/** The answers of one dialect; the stub engine is its own. */
export type Contract = (transcript: Transcript) => Promise<void>

const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

/** Headers of an answer that are part of what was promised. */
const answerHeaders =
  /^(content-type|retry-after|allow|location|cache-control|idempotency-replayed|x-(ratelimit|total|page|limit|liveface).*)$/
const webhookHeaders = /^(content-type|user-agent|webhook-.*|x-.*)$/

/** @param dialect whose clients are made */
export function startTranscript(dialect: string): Transcript {
  const lines: string[] = []
  const placeholders = createPlaceholders()
  let time = start
  // Only what asks for the time sees this clock: waiting goes on as ever.
  vi.spyOn(Date, 'now').mockImplementation(() => time)
  const open: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const stop of open) await stop()
    vi.restoreAllMocks()
  })

  function write(title: string, head: string, headers: Iterable<[string, string]>, body: string): void {
    const known = [...headers].map(([name, value]) => `${name}: ${placeholders.replace(value)}`).sort()
    lines.push(`=== ${title}`, head, ...known, '', placeholders.replace(body), '')
  }

  return {
    text: () => lines.join('\n'),
    async stand(engine, settings = {}) {
      const served = new Map<string, Buffer>()
      const pictures = await startWebServer(({ url = '' }, response) => {
        const bytes = served.get(url)
        if (bytes) response.end(bytes)
        else response.writeHead(404).end('no such picture')
      })
      const receiver = await startReceiver()
      const server = await startTestServer({
        engine,
        settings: {
          LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
          LIVEFACE_FETCH_PORTS: `${pictures.port},${receiver.port}`,
          LIVEFACE_RATE_PER_IP: '1000000',
          LIVEFACE_PROVIDERCODE: 'false',
          ...settings,
        },
      })
      open.push(async () => {
        await server.stop()
        await receiver.stop()
        await pictures.close()
      })
      placeholders.name(server.url, 'http://server')
      placeholders.name(pictures.url, 'http://pictures')
      placeholders.name(receiver.url, 'http://receiver')
      const kept = await createKeptReader(server.database)
      let heard = 0

      return {
        server,
        pictures,
        served,
        receiver,
        client: (changes = {}) => server.client(dialect, { environment: 'production', ...changes }),

        async call(title, method, path, { headers = {}, parts, body } = {}) {
          time += 1000
          const isText = typeof body === 'string' || body === undefined
          const response = await fetch(server.url + path, {
            method,
            redirect: 'manual',
            headers: { ...(isText ? {} : { 'content-type': 'application/json' }), ...headers },
            ...(parts ? { body: form(parts) } : {}),
            ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }),
          })
          const text = await response.text()
          const shown = [...response.headers].filter(([name]) => answerHeaders.test(name))
          write(`${title}: ${method} ${placeholders.replace(path)}`, String(response.status), shown, text)
          const left = await kept.changes()
          if (left.length > 0) lines.push(`kept: ${placeholders.replace(left.join(', '))}`, '')
          const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
          return { status: response.status, text, json: isJson ? JSON.parse(text) : null }
        },

        async webhook(title) {
          const message = (await receiver.wait(++heard))[heard - 1]!
          const shown = Object.entries(message.headers)
            .filter(([name]) => webhookHeaders.test(name))
            // What they cover is random too; that receivers take them is tested elsewhere.
            .map(([name, value]): [string, string] => [
              name,
              name.includes('signature') ? '<signature>' : String(value),
            ])
          write(title, 'webhook', shown, message.body)
        },
      }
    },
  }
}

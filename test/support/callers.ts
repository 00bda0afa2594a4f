/** One plain call of each of some vendors' APIs, for suites over what all of them have in common. */
import type { Dialect } from '../../src/dialects/dialect.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts'
import { startWebServer } from './web-server.ts'

export interface DialectAnswer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  body: any
  headers: Headers
}

/** @param id the caller's own, where the dialect has one @param picture sent instead of a plain one */
export type DialectCall = (
  id?: string,
  options?: { headers?: Record<string, string>; picture?: Buffer },
) => Promise<DialectAnswer>

/** What a call is made of. */
export interface CallTools {
  /** Of a production client. */
  headers: Record<string, string>
  post(path: string, sent: Record<string, string>, body: object): Promise<DialectAnswer>
  /** Puts a picture on a web server. @returns its URL, different with each call */
  serve(picture: Buffer): string
}

/** A vendor, and how its clients ask about a picture. */
export interface Callee {
  dialect: Dialect
  call(tools: CallTools): DialectCall
}

export type Callers<Name extends string> = Record<Name, DialectCall> & {
  server: TestServer
  headers: Record<Name, Record<string, string>>
  stop(): Promise<void>
}

/** How a suite gets its server and callers. */
export type StartCallers<Name extends string> = (options?: TestServerOptions) => Promise<Callers<Name>>

/** A server with a production client of each vendor, and a web server for those that fetch pictures. */
export async function startCallers<Name extends string>(
  callees: Record<Name, Callee>,
  options: TestServerOptions = {},
): Promise<Callers<Name>> {
  // Each call has a path of its own, so that calls side by side each get their own picture.
  const served = new Map<string, Buffer>()
  const pictures = await startWebServer(({ url = '' }, response) => response.end(served.get(url)))
  const server = await startTestServer({
    dialects: Object.values<Callee>(callees).map(({ dialect }) => dialect),
    ...options,
    settings: {
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(pictures.port),
      LIVEFACE_FETCH_TIMEOUT_MS: '500',
      ...options.settings,
    },
  })

  async function post(path: string, sent: Record<string, string>, body: object): Promise<DialectAnswer> {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { ...sent, ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
      body: body instanceof FormData ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }

  function serve(picture: Buffer): string {
    const path = `/${crypto.randomUUID()}`
    served.set(path, picture)
    return pictures.url + path
  }

  const headers = {} as Record<Name, Record<string, string>>
  const calls = {} as Record<Name, DialectCall>
  for (const [name, { call }] of Object.entries(callees) as [Name, Callee][]) {
    const settings = { ratePerMinute: 1_000_000 }
    headers[name] = (await server.client(name, { environment: 'production', settings })).headers
    calls[name] = call({ headers: headers[name], post, serve })
  }
  return {
    ...calls,
    server,
    headers,
    async stop() {
      await server.stop()
      await pictures.close()
    },
  }
}
